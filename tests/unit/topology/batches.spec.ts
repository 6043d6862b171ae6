// SPDX-License-Identifier: Apache-2.0
import { expect, test } from '@playwright/test';
import { bitsPerSecond, loadWarning, planBatches, type Load } from '../../../fixtures/topology/batches.ts';
import { planRounds } from '../../../fixtures/topology/rounds.ts';

const DEFAULT: Load = { packetSizeBytes: 56, intervalMs: 100, families: ['ipv4', 'ipv6'] };
/** 1458 + 28 + 14 = 1500 bytes, there and back every millisecond: 24 Mbit/s. */
const HEAVY: Load = { packetSizeBytes: 1458, intervalMs: 1, families: ['ipv4'] };

function pairsOf(count: number): { from: string; to: string }[] {
  const [round] = planRounds(Array.from({ length: 2 * count }, (_, index) => `w${index}`)).rounds;
  return [...(round?.pairs ?? [])];
}

test('a pair with the default sample is less than 20 kbit/s, requests and replies', () => {
  expect(bitsPerSecond({ ...DEFAULT, families: ['ipv4'] })).toBe(2 * 8 * 98 * 10);
  expect(bitsPerSecond(DEFAULT)).toBe(2 * 8 * 118 * 10);
});

test('250 pairs with the default sample are one batch, without a warning', () => {
  expect(planBatches(pairsOf(250), { load: DEFAULT, bidirectional: false })).toEqual([pairsOf(250)]);
  expect(loadWarning(250, DEFAULT)).toBeUndefined();
});

test('pairs that add up to more than 100 Mbit/s are split evenly, with a warning', () => {
  const batches = planBatches(pairsOf(9), { load: HEAVY, bidirectional: false });
  expect(batches.map(({ length }) => length)).toEqual([3, 3, 3]);
  expect(batches.flat()).toEqual(pairsOf(9));
  expect(loadWarning(4, HEAVY)).toBeUndefined();
  expect(loadWarning(9, HEAVY)).toBe(
    '9 pairs at once with 1458 bytes every 1 ms would add up to 216 Mbit/s, more than 100: at most 4 at once are measured, so the run takes longer',
  );
});

test('a pair that exceeds the limit alone is measured alone', () => {
  const load = { ...HEAVY, packetSizeBytes: 65_507 };
  expect(planBatches(pairsOf(2), { load, bidirectional: false })).toEqual(pairsOf(2).map((pair) => [pair]));
});

test('with bidirectional, each batch is followed by its opposite directions', () => {
  const batches = planBatches(pairsOf(5), { load: HEAVY, bidirectional: true });
  expect(batches.map(({ length }) => length)).toEqual([2, 2, 3, 3]);
  for (const index of [0, 2]) {
    expect(batches[index + 1]).toEqual(batches[index]?.map(({ from, to }) => ({ from: to, to: from })));
  }
});
