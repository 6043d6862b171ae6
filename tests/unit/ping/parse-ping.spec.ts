// SPDX-License-Identifier: Apache-2.0
import { expect, test } from '@playwright/test';
import { parseFirstReply, parsePing } from '../../../fixtures/ping/parse-ping.ts';
import { cpuMs } from '../cpu-time.ts';

const MS = 1_000_000;

const reply = (sequence: number, time: string, note = ''): string =>
  `64 bytes from 198.18.0.2: icmp_seq=${sequence} ttl=64 time=${time} ms${note}`;

/** Returns lines as printed by iputils, with their summary. */
function iputils(lines: string[], counts: string, rtt: string): string {
  const summary = [`${counts}, time 4004ms`, `rtt min/avg/max/mdev = ${rtt} ms, pipe 3`];
  const head = 'PING 198.18.0.2 (198.18.0.2) 56(84) bytes of data.';
  return [head, ...lines, '', '--- 198.18.0.2 ping statistics ---', ...summary, ''].join('\n');
}

const THREE = [reply(1, '1.73'), reply(2, '2.07'), 'no answer yet for icmp_seq=3', reply(5, '2.38')];
const IPUTILS = iputils(
  THREE,
  '5 packets transmitted, 3 received, +1 duplicates, +4 corrupted, +2 errors, 40% packet loss',
  '1.732/2.074/2.382/0.214',
);

test('reads the counts of iputils ping: no reply is dropped', () => {
  const counts = { transmitted: 5, received: 3, duplicates: 1, errors: 2, corrupted: 4, timeMs: 4004 };
  expect(parsePing(IPUTILS, 1000).sample).toMatchObject(counts);
});

test('reads min, avg, max and mdev of iputils ping in their order, milliseconds as nanoseconds', () => {
  expect(parsePing(IPUTILS, 1000).sample.latency).toMatchObject({
    minNs: 1_732_000,
    avgNs: 2_074_000,
    maxNs: 2_382_000,
    stdDevNs: 214_000,
  });
});

for (const [what, lines] of [
  [
    'with stamps',
    [
      '[1732384000.123456] 64 bytes from 198.18.0.2: icmp_seq=1 ttl=64 time=1.73 ms',
      '[1732384000.223456] 64 bytes from 198.18.0.2: icmp_seq=2 ttl=64 time=2.07 ms',
      '[1732384000.523456] 64 bytes from 198.18.0.2: icmp_seq=5 ttl=64 time=2.38 ms',
    ],
  ],
  ['with names', THREE.map((line) => line.replace('198.18.0.2', 'vm.example (198.18.0.2)'))],
  [
    'over IPv6 and with an identifier',
    THREE.map((line) => line.replace('198.18.0.2', 'fd00::2%eth1').replace(' ttl', ' ident=7 ttl')),
  ],
  ['from another address', THREE.map((line) => line.replace(/ ms$/, ' ms (DIFFERENT ADDRESS!)'))],
  ['with carriage returns', THREE.map((line) => `${line}\r`)],
  ['among replies that were corrupted', [...THREE, reply(3, '9.99', ' (BAD CHECKSUM!)')]],
  [
    'among second replies',
    [...THREE, reply(5, '9.99', ' (DUP!)'), '32 bytes from 198.18.0.2: icmp_seq=2 ttl=64 (truncated)'],
  ],
  [
    'torn by the kernel',
    [
      '[   12.345678] virtio_net virtio1 eth1: link up',
      ...THREE.slice(0, 2),
      '64 bytes from 198.18.0.2: icmp_se[   12.345679][    T1] first message\n[   12.345680] second message\nq=5 ttl=64 time=2.38 ms',
    ],
  ],
] as const) {
  test(`reads the lines of iputils ping ${what}`, () => {
    const text = iputils([...lines], '5 packets transmitted, 3 received, 40% packet loss', '1.732/2.074/2.382/0.214');
    // Two of three in order: the median is the middle one; p90 is 2.07 + 0.8 · 0.31.
    expect(parsePing(text, 100).sample.latency).toMatchObject({
      p50Ns: 2_070_000,
      p90Ns: 2_318_000,
      jitterNs: 340_000,
    });
  });
}

test('does not take a kernel message between two timestamped lines for the start of a line', () => {
  const lines = [
    `[1732384000.123456] ${reply(1, '1.73')}[   12.345678] torn at the end\n`,
    `[1732384000.223456] ${reply(2, '2.07')}`,
  ];
  const text = iputils(lines, '2 packets transmitted, 2 received, 0% packet loss', '1.732/1.900/2.074/0.171');
  expect(parsePing(text, 100).sample.longestGapNs).toBe(100 * MS);
});

test('reports the 99.9th percentile from 1,000 replies on', () => {
  const sample = (count: number): string =>
    iputils(
      Array.from({ length: count }, (_, index) => reply(index + 1, ((index + 1) / 1000).toFixed(3))),
      `${count} packets transmitted, ${count} received, 0% packet loss`,
      `0.001/0.500/${(count / 1000).toFixed(3)}/0.288`,
    );
  expect(parsePing(sample(999), 100).sample.latency?.p999Ns).toBeUndefined();
  // Rank 0.999 · 999 = 998.001 from 0, whose value is 999.001 µs.
  expect(parsePing(sample(1000), 100).sample.latency?.p999Ns).toBe(999_001);
});

test('continues sequence numbers after the 16-bit wraparound', () => {
  const count = 70_000;
  const lines = Array.from({ length: count }, (_, index) => reply((index + 1) % 65_536, '1.00'));
  lines.splice(65_000, 1000);
  const received = count - 1000;
  const text = iputils(lines, `${count} packets transmitted, ${received} received, 1.4% packet loss`, '1/1/1/0');
  // Requests 65,001 to 66,000 are lost.
  expect(parsePing(text, 10).sample).toMatchObject({ received, longestGapNs: 10_010 * MS });
});

test('with -O, reads an outage longer than half of the sequence numbers', () => {
  const lost = Array.from({ length: 40_000 }, (_, index) => `no answer yet for icmp_seq=${index + 2}`);
  const lines = [reply(1, '1.00'), ...lost, reply(40_002, '1.00')];
  const text = iputils(lines, '40002 packets transmitted, 2 received, 99.99% packet loss', '1/1/1/0');
  expect(parsePing(text, 10).sample.longestGapNs).toBe(400_010 * MS);
});

test('parses 100,000 lines within two seconds of CPU time', () => {
  const count = 100_000;
  const lines = Array.from({ length: count }, (_, index) =>
    reply((index + 1) % 65_536, (1 + (index % 7) / 10).toFixed(2)),
  );
  const text = iputils(lines, `${count} packets transmitted, ${count} received, 0% packet loss`, '1/1.3/1.6/0.2');
  const ms = cpuMs(() => {
    expect(parsePing(text, 10).sample.latency?.p50Ns).toBe(1.3 * MS);
  });
  expect(ms).toBeLessThan(2000);
});

test('total loss has no latency, and is one gap', () => {
  const { sample } = parsePing('10 packets transmitted, 0 received, 100% packet loss, time 909ms\n\n', 100);
  const none = { received: 0, duplicates: 0, errors: 0, corrupted: 0 };
  expect(sample).toEqual({ transmitted: 10, ...none, timeMs: 909, longestGapNs: 1000 * MS });
});

test('accepts the longest permitted sample, 2,000,000 s', () => {
  const { sample } = parsePing('20000000 packets transmitted, 0 received, 100% packet loss\n', 100);
  expect(sample.longestGapNs).toBe(2_000_000_000 * MS);
});

const ONE = 'rtt min/avg/max/mdev = 1.000/1.000/1.000/0.000 ms';

for (const [what, text, message] of [
  ['no output', '', /no summary/],
  ['an unknown option', "ping: invalid option -- 'D'", /no summary .* "ping: invalid option -- 'D'"/],
  [
    'replies without times',
    '5 packets transmitted, 5 received, 0% packet loss, time 4ms',
    /contradicts itself: 5 received/,
  ],
  [
    'min above max',
    '1 packets transmitted, 1 received, 0% packet loss\nrtt min/avg/max/mdev = 3.0/2.0/1.0/0.1 ms',
    /not in order/,
  ],
  [
    'a line that is missing',
    iputils(THREE.slice(1), '5 packets transmitted, 3 received, 40% packet loss', '1.732/2.074/2.382/0.214'),
    /disagree: 2 replies in the lines, 3 received/,
  ],
  [
    'a line too many',
    iputils([...THREE, reply(4, '2.00')], '5 packets transmitted, 3 received, 40% packet loss', '1/2/3/0'),
    /disagree: 4 replies in the lines, 3 received/,
  ],
  [
    'a second reply whose first is missing',
    `${reply(1, '1.00', ' (DUP!)')}\n1 packets transmitted, 1 received, +1 duplicates, 0% packet loss\n${ONE}`,
    /disagree: 0 replies in the lines, 1 received/,
  ],
  [
    'a reply to a request that was not sent',
    `${reply(9, '1.00')}\n5 packets transmitted, 1 received, 80% packet loss\n${ONE}`,
    /disagree: a reply to request 9, 5 transmitted/,
  ],
  [
    'a reply to the request after the last one',
    `${reply(6, '1.00')}\n5 packets transmitted, 1 received, 80% packet loss\n${ONE}`,
    /disagree: a reply to request 6, 5 transmitted/,
  ],
  [
    'no reply with a time',
    `32 bytes from 198.18.0.2: icmp_seq=1 ttl=64 (truncated)\n1 packets transmitted, 1 received, 0% packet loss\n${ONE}`,
    /no time in any of the 1 replies/,
  ],
  [
    'a sample that took a thousand days',
    '999999999 packets transmitted, 0 received, 100% packet loss',
    /sent 999999999 packets, 100 ms apart/,
  ],
] as const) {
  test(`refuses ${what}`, () => {
    expect(() => parsePing(text, 100)).toThrow(message);
  });
}

test('measures the first reply from the first request, whether ping has ended or not', () => {
  expect(parseFirstReply(`no answer yet for icmp_seq=1\n${reply(4, '7.10')}\n${reply(5, '1.00')}`, 200)).toBe(
    607_100_000,
  );
  expect(parseFirstReply('64 bytes from fd00::2: seq=0 ttl=64 time=0.461 ms\n', 1000)).toBe(461_000);
});

test('ignores corrupted replies and replies without a time for the first reply', () => {
  const lines = [
    reply(1, '9.99', ' (BAD CHECKSUM!)'),
    '32 bytes from 198.18.0.2: icmp_seq=2 ttl=64 (truncated)',
    reply(3, '1.00'),
  ];
  expect(parseFirstReply(lines.join('\n'), 100)).toBe(201 * MS);
  expect(parseFirstReply('From 198.18.0.1 icmp_seq=1 Destination Host Unreachable', 100)).toBeUndefined();
});

test('a first reply with a decimal comma is refused', () => {
  expect(() => parseFirstReply(reply(1, '1,73'), 100)).toThrow(/decimal comma, LC_ALL=C was expected/);
});

/** Returns five requests, one second apart; the last reply and the summary have this time. */
const odd = (time: string, max = time, timeMs = 4004): string => `${[1, 2, 3, 4]
  .map((sequence) => `64 bytes from 198.18.0.2: icmp_seq=${sequence} ttl=64 time=1.00 ms`)
  .join('\n')}
64 bytes from 198.18.0.2: icmp_seq=5 ttl=64 time=${time} ms

--- 198.18.0.2 ping statistics ---
5 packets transmitted, 5 received, 0% packet loss, time ${timeMs}ms
rtt min/avg/max/mdev = 1.000/1.000/${max}/0.100 ms
`;

for (const [what, text] of [
  ['a line and the summary', odd('3600000')],
  ['a line alone', odd('999999999', '2.000')],
  ['the summary alone', odd('1.00', '3600000.000')],
  ['a negative time', odd('-5.00', '2.000')],
  ['no number', odd('nan', '2.000')],
  ['infinity', odd('inf', '2.000')],
  ['a negative maximum', odd('1.00', '-1.000')],
  ['no number in the summary', odd('1.00', 'nan')],
] as const) {
  test(`fails with MeasurementFailed when a time cannot be a round trip: ${what}`, () => {
    for (const tookMs of [undefined, 6500]) {
      const { thrown } = outcome(() => parsePing(text, 1000, tookMs));
      expect(thrown).toMatchObject({ code: 'MeasurementFailed' });
    }
  });
}

test('reports the impossible round-trip time and how long ping ran', () => {
  const { thrown } = outcome(() => parsePing(odd('7600'), 1000, 6500));
  expect(String(thrown)).toContain('cannot be a round trip: 7.6s, though ping ran for 6.5s');
});

test('accepts a late reply that came while ping ran', () => {
  expect(parsePing(odd('5900'), 1000, 6500).sample.latency?.maxNs).toBe(5_900_000_000);
});

test('fails with MeasurementFailed when the summary has a longer time than ping ran', () => {
  const { thrown } = outcome(() => parsePing(odd('1.00', '1.000', 3_604_004), 1000, 6500));
  expect(String(thrown)).toContain("ping's summary says 1h4.004s, though ping ran for 6.5s");
});

function outcome(parse: () => unknown): { thrown: unknown } {
  try {
    parse();
    return { thrown: undefined };
  } catch (thrown) {
    return { thrown };
  }
}
