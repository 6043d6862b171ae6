// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { expect, test } from '@playwright/test';
import { planRounds, type Round, type RoundPlan } from '../../../fixtures/topology/rounds.ts';

const SIZES = Array.from({ length: 59 }, (_, index) => index + 2);

function nodes(count: number): string[] {
  return Array.from({ length: count }, (_, index) => `w${index + 1}`);
}

function pairKeys(rounds: readonly Round[]): string[] {
  return rounds.flatMap(({ pairs }) => pairs.map(({ from, to }) => [from, to].sort().join(' ')));
}

/** How many pairs each node has. */
function pairCounts(rounds: readonly Round[], only: readonly ('from' | 'to')[] = ['from', 'to']): Map<string, number> {
  const counts = new Map<string, number>();
  for (const pair of rounds.flatMap(({ pairs }) => pairs)) {
    for (const end of only) counts.set(pair[end], (counts.get(pair[end]) ?? 0) + 1);
  }
  return counts;
}

test('for 2 to 60 nodes, every pair is measured exactly once', () => {
  for (const size of SIZES) {
    const { rounds } = planRounds(nodes(size));
    const keys = pairKeys(rounds);
    assert.equal(rounds.length, size % 2 === 0 ? size - 1 : size, `${size} nodes`);
    assert.equal(keys.length, (size * (size - 1)) / 2, `${size} nodes`);
    assert.equal(new Set(keys).size, keys.length, `${size} nodes`);
  }
});

test('for 2 to 60 nodes, no node is in two pairs of a round, and at most one is idle', () => {
  for (const size of SIZES) {
    for (const { number, pairs } of planRounds(nodes(size)).rounds) {
      const busy = pairs.flatMap(({ from, to }) => [from, to]);
      assert.equal(new Set(busy).size, busy.length, `round ${number} of ${size} nodes`);
      assert.equal(busy.length, size - (size % 2), `round ${number} of ${size} nodes`);
    }
  }
});

test('for 2 to 60 nodes, each node has k pairs in the first k rounds; with an odd number k or k - 1', () => {
  for (const size of SIZES) {
    const { rounds } = planRounds(nodes(size));
    for (let k = 1; k <= rounds.length; k += 1) {
      const counts = pairCounts(rounds.slice(0, k));
      for (const node of nodes(size)) {
        const missing = k - (counts.get(node) ?? 0);
        assert.ok(missing === 0 || (size % 2 === 1 && missing === 1), `${node} of ${size}, first ${k} rounds`);
      }
    }
  }
});

test('for 2 to 60 nodes, each node pings in half of its pairs', () => {
  for (const size of SIZES) {
    const pings = pairCounts(planRounds(nodes(size)).rounds, ['from']);
    for (const node of nodes(size)) {
      assert.ok(Math.abs((pings.get(node) ?? 0) - (size - 1) / 2) <= 0.5, `${node} of ${size}: ${pings.get(node)}`);
    }
  }
});

test('the rounds depend on the set of nodes, not on its order', () => {
  expect(planRounds(nodes(20).reverse())).toEqual(planRounds(nodes(20)));
  expect(pairKeys(planRounds(nodes(20)).rounds)).not.toEqual(pairKeys(planRounds([...nodes(19), 'x']).rounds));
});

test('runs of 10 rounds with 30 nodes measure other rounds each, and all of them after three runs', () => {
  const runs: RoundPlan[] = [];
  for (let run = 0; run < 3; run += 1) {
    runs.push(planRounds(nodes(30), { roundsPerRun: 10, firstRound: runs.at(-1)?.nextRound ?? 1 }));
  }
  expect(runs.map(({ firstRound, nextRound }) => [firstRound, nextRound])).toEqual([
    [1, 11],
    [11, 21],
    [21, 2],
  ]);
  for (const { rounds } of runs) expect(pairCounts(rounds).size).toBe(30);
  const numbers = runs.flatMap(({ rounds }) => rounds.map(({ number }) => number));
  expect(numbers).toEqual([...Array.from({ length: 29 }, (_, index) => index + 1), 1]);
  const first29 = runs.flatMap(({ rounds }) => rounds).slice(0, 29);
  expect(new Set(pairKeys(first29)).size).toBe(435);
});

test('a first round beyond the last one wraps around, and more rounds than there are mean all', () => {
  const { rounds, firstRound, nextRound, roundsInTotal } = planRounds(nodes(4), { firstRound: 9, roundsPerRun: 7 });
  expect({ numbers: rounds.map(({ number }) => number), firstRound, nextRound, roundsInTotal }).toEqual({
    numbers: [3, 1, 2],
    firstRound: 3,
    nextRound: 3,
    roundsInTotal: 3,
  });
});

test('refuses fewer than two nodes', () => {
  expect(() => planRounds(['w1'])).toThrow('at least two nodes, saw 1');
});
