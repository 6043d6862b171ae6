// SPDX-License-Identifier: Apache-2.0
/**
 * The samples in test-data/golden/migration/ were recorded on Kubernetes 1.36 with KubeVirt 1.9, where a VM pinged another one every 20 ms
 * while that one migrated. The expected figures were computed from the same transcripts by another program.
 */
import { readFileSync } from 'node:fs';
import { expect, test } from '@playwright/test';
import { analyseSample, figuresOf } from '../../../fixtures/migration/analyse-sample.ts';
import { mendLines, parseReplies } from '../../../fixtures/ping/parse-replies.ts';
import type { Reply } from '../../../model/reply.ts';

const INTERVAL_MS = 20;

function recorded(name: string): string {
  return readFileSync(new URL(`../../../test-data/golden/migration/${name}.txt`, import.meta.url), 'utf8');
}

interface Expected {
  readonly lost: number;
  readonly longestGapMs: number;
  readonly late: number;
}

/** Some transcripts contain two migrations, or have no summary: `requests` are those of one migration. */
const RUNS: readonly { run: string; file: string; requests: readonly [number, number]; expected: Expected }[] = [
  { run: 'm5', file: 'ping-m5m6', requests: [1, 1500], expected: { lost: 27, longestGapMs: 552, late: 0 } },
  { run: 'm6', file: 'ping-m5m6', requests: [1501, 2200], expected: { lost: 69, longestGapMs: 2441, late: 23 } },
  { run: 's1', file: 'ping-s1', requests: [1, 1402], expected: { lost: 71, longestGapMs: 3886, late: 112 } },
  { run: 'm10', file: 'ping-m10m11', requests: [1, 900], expected: { lost: 59, longestGapMs: 1130, late: 0 } },
  { run: 'm11', file: 'ping-m10m11', requests: [901, 1900], expected: { lost: 42, longestGapMs: 898, late: 0 } },
];

for (const { run, file, requests, expected } of RUNS) {
  const { lost, late, longestGapMs } = expected;
  test(`${run}: ${lost} lost, ${late} late, longest gap ${longestGapMs} ms`, () => {
    const [first, last] = requests;
    const replies = parseReplies(mendLines(recorded(file))).filter(
      ({ sequence }) => sequence >= first && sequence <= last,
    );
    const own = replies.map((reply): Reply => ({ ...reply, sequence: reply.sequence - first + 1 }));
    const figures = figuresOf({ replies: own, transmitted: last - first + 1, intervalMs: INTERVAL_MS });
    expect([figures.lost, figures.late]).toEqual([lost, late]);
    expect(Math.abs(figures.longestGapNs / 1e6 - longestGapMs)).toBeLessThan(1);
  });
}
test('a transcript of two migrations, whole: the longest gap is that of the second one', () => {
  const { figures } = analyseSample({ output: recorded('ping-m5m6'), intervalMs: INTERVAL_MS, tookMs: 50_000 });
  expect(figures).toMatchObject({ transmitted: 2200, lost: 96, late: 23, longestGapNs: 2_440_572_000 });
});

// m5: the console of the VM closed 7.2 s after the first request.
test('the longest gap of a migration can be before the switch', () => {
  const output = recorded('ping-m5m6');
  const of = { output, intervalMs: INTERVAL_MS, tookMs: 50_000, switchedAtMs: 7200 };
  const { beforeSwitchGapNs = 0, switchGapNs = 0 } = analyseSample(of).figures;
  expect(Math.round(beforeSwitchGapNs / 1e6)).toBe(552);
  expect(Math.round(switchGapNs / 1e6)).toBe(233);
});

test('a VM that pings while it migrates itself loses no reply', () => {
  const { figures } = analyseSample({ output: recorded('ping-from-mover'), intervalMs: INTERVAL_MS, tookMs: 50_000 });
  expect(figures).toMatchObject({ transmitted: 1700, lost: 0, late: 0 });
  expect(Math.round(figures.longestGapNs / 1e6)).toBe(116);
});

function stopped(lines: readonly string[], transmitted: number): string {
  const counts = `${transmitted} packets transmitted, ${lines.length} received, 0% packet loss, time ${(transmitted - 1) * INTERVAL_MS}ms`;
  const times = lines.length === 0 ? [] : ['rtt min/avg/max/mdev = 1.000/1.000/1.000/0.000 ms'];
  return [...lines, '--- 10.0.0.2 ping statistics ---', counts, ...times, ''].join('\n');
}

function reply(sequence: number): string {
  return `64 bytes from 10.0.0.2: icmp_seq=${sequence} ttl=64 time=1.00 ms`;
}

test('requests of the last second have no result: they are not counted, and those before are lost', () => {
  const answered = Array.from({ length: 100 }, (_, index) => reply(index + 1));
  const of = { intervalMs: INTERVAL_MS, tookMs: 60_000 };
  const short = analyseSample({ ...of, output: stopped(answered, 103) }).figures;
  expect(short).toMatchObject({ transmitted: 100, lost: 0 });
  const long = analyseSample({ ...of, output: stopped(answered, 400) }).figures;
  expect(long).toMatchObject({ transmitted: 350, lost: 250 });
  // From the last reply to the last request.
  expect(long.longestGapNs).toBe(300 * INTERVAL_MS * 1e6 - 1e6);
});

test('a sample that does not contain the moment of the switch has no gap around it', () => {
  const output = stopped([reply(1), reply(2)], 2);
  const { figures } = analyseSample({ output, intervalMs: INTERVAL_MS, tookMs: 1000, switchedAtMs: 5000 });
  expect(figures).not.toHaveProperty('switchGapNs');
  expect(figures).not.toHaveProperty('beforeSwitchGapNs');
});
