// SPDX-License-Identifier: Apache-2.0
/** What the switch recorded of a live migration, compared with what a checkup reported. */
import { expect, test } from '@playwright/test';
import type { EchoExchange } from '../../../lab/network.ts';
import { isWithinBound } from '../../../scripts/bench/figure.ts';
import { migrationFigures, switchFigures, type MigrationCase } from '../../../scripts/bench/migration-figures.ts';

const NS_PER_MS = 1_000_000n;

/** A ping sent at `sentMs`, whose reply takes `rttMs`; without a reply if undefined. */
function ping(sentMs: number, rttMs?: number): EchoExchange {
  const sent = BigInt(sentMs) * NS_PER_MS;
  const request = { arrivedNs: sent, leftNs: sent, fate: 'delivered' as const };
  const pair = { network: 'latency/blue', source: '198.18.0.1', destination: '198.18.0.2', id: 1, sequence: sentMs };
  if (rttMs === undefined) return { ...pair, request };
  const replied = sent + BigInt(rttMs) * NS_PER_MS;
  return { ...pair, request, reply: { arrivedNs: replied, leftNs: replied, fate: 'delivered' } };
}

test('counts lost, late and nearly late pings of the switch, and the longest gap between deliveries', () => {
  const sample = [ping(0, 1), ping(20), ping(40, 261), ping(60, 241), ping(80, 200), ping(100, 170), ping(320, 1)];
  expect(switchFigures(sample, 20)).toEqual({ longestGapMs: 269, lost: 1, late: 2, nearlyLate: 2 });
});

test('does not count a ping without a reply in the last second, after the last reply', () => {
  expect(switchFigures([ping(0, 1), ping(20, 1), ping(40)], 20).lost).toBe(0);
  expect(switchFigures([ping(0, 1), ping(20), ping(1100)], 20).lost).toBe(1);
});

function caseOf(gapMs: number, counts: Partial<MigrationCase['reported']> = {}): MigrationCase {
  const recorded = { longestGapMs: 1000, lost: 3, late: 4 };
  return { reported: { ...recorded, longestGapMs: gapMs, ...counts }, switch: { ...recorded, nearlyLate: 0 } };
}

test('the median error is at most one interval and 5 ms, no error exceeds three intervals, counts are equal', () => {
  const failed = (cases: readonly MigrationCase[]): string[] =>
    migrationFigures(cases).flatMap((figure) => (isWithinBound(figure) ? [] : [figure.name]));
  expect(failed([caseOf(1025), caseOf(975), caseOf(1060)])).toEqual([]);
  expect(failed([caseOf(1026), caseOf(974), caseOf(939)])).toEqual([
    'migration 3: error of the longest gap',
    'median error',
  ]);
  expect(failed([caseOf(1000, { lost: 2 }), caseOf(1000, { late: 5 })])).toEqual([
    'migration 1: lost',
    'migration 2: late',
  ]);
});
