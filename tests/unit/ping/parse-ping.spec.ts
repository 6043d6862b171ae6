import { expect, test } from '@playwright/test';
import { parsePing } from '../../../fixtures/ping/parse-ping.ts';

const IPUTILS = `PING 198.18.0.2 (198.18.0.2) 56(84) bytes of data.
[1732384000.123456] 64 bytes from 198.18.0.2: icmp_seq=1 ttl=64 time=1.73 ms
[1732384000.223456] 64 bytes from 198.18.0.2: icmp_seq=2 ttl=64 time=2.07 ms
no answer yet for icmp_seq=3

--- 198.18.0.2 ping statistics ---
5 packets transmitted, 3 received, +1 duplicates, +2 errors, 40% packet loss, time 4004ms
rtt min/avg/max/mdev = 1.732/2.074/2.382/0.214 ms, pipe 3
`;

const BUSYBOX = `PING 198.18.0.2 (198.18.0.2): 56 data bytes
64 bytes from 198.18.0.2: seq=0 ttl=64 time=0.461 ms

--- 198.18.0.2 ping statistics ---
5 packets transmitted, 4 packets received, 20% packet loss
round-trip min/avg/max = 0.314/0.368/0.461 ms
`;

test('reads the counts of iputils ping: no reply is dropped', () => {
  expect(parsePing(IPUTILS)).toMatchObject({ transmitted: 5, received: 3, duplicates: 1, errors: 2, timeMs: 4004 });
});

test('reads min, avg, max and mdev of iputils ping in their order, milliseconds as nanoseconds', () => {
  expect(parsePing(IPUTILS).latency).toEqual({
    minNs: 1_732_000,
    avgNs: 2_074_000,
    maxNs: 2_382_000,
    stdDevNs: 214_000,
  });
});

test('reads BusyBox ping, which knows neither mdev nor time', () => {
  expect(parsePing(BUSYBOX)).toEqual({
    transmitted: 5,
    received: 4,
    duplicates: 0,
    errors: 0,
    latency: { minNs: 314_000, avgNs: 368_000, maxNs: 461_000 },
  });
});

test('total loss has no latency', () => {
  const sample = parsePing('10 packets transmitted, 0 received, 100% packet loss, time 909ms\n\n');
  expect(sample).toEqual({ transmitted: 10, received: 0, duplicates: 0, errors: 0, timeMs: 909 });
});

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
] as const) {
  test(`refuses ${what}`, () => {
    expect(() => parsePing(text)).toThrow(message);
  });
}
