// SPDX-License-Identifier: Apache-2.0
import { expect, test } from '@playwright/test';
import { planRetest, type RetestPlan } from '../../../fixtures/topology/retest-plan.ts';
import type { MeshPair } from '../../../model/mesh/pair.ts';
import { meshPairs, nodeNames, NO_REPLY, passedIn } from '../model/mesh/mesh-pairs.ts';

function plan(pairs: readonly MeshPair[], fits: number, worstPairs = 5): RetestPlan {
  return planRetest(pairs, { zones: {}, statistic: 'p90', worstPairs, msPerPair: 180_000 / fits });
}

function keys(pairs: readonly MeshPair[]): string[] {
  return pairs.map(({ from, to }) => `${from} ${to}`);
}

test('failed pairs are measured again, then the worst passed ones', () => {
  const pairs = meshPairs(nodeNames(5), (a, b) =>
    b === 'w5' ? NO_REPLY : passedIn(Number(a.slice(1)) + Number(b.slice(1))),
  );
  const { retested, notRetested } = plan(pairs, 30, 2);
  expect(keys(retested)).toEqual(['w1 w5', 'w2 w5', 'w3 w5', 'w4 w5', 'w3 w4', 'w2 w4']);
  expect(notRetested).toEqual([]);
  expect(keys(plan(pairs, 5, 2).retested)).toEqual(['w1 w5', 'w2 w5', 'w3 w5', 'w4 w5', 'w3 w4']);
  expect(keys(plan(pairs, 4, 2).retested)).toEqual(['w1 w5', 'w2 w5', 'w3 w5', 'w4 w5']);
  expect(plan(pairs, 30, 0).retested).toHaveLength(4);
});

test('without failed pairs only the worst ones are measured again', () => {
  expect(plan(meshPairs(nodeNames(10)), 30).retested).toHaveLength(5);
});

test('if the failed pairs do not fit, three of each suspect and then single links are measured again', () => {
  const pairs = meshPairs(nodeNames(30), (a, b) => {
    const isBad = [a, b].some((node) => ['w7', 'w9'].includes(node)) || (a === 'w1' && ['w2', 'w3'].includes(b));
    return isBad ? NO_REPLY : undefined;
  });
  const { retested, notRetested } = plan(pairs, 30);
  expect(keys(retested)).toHaveLength(8);
  for (const [node, range] of [
    ['w7', [0, 3]],
    ['w9', [3, 6]],
  ] as const) {
    for (const pair of retested.slice(...range)) expect([pair.from, pair.to]).toContain(node);
  }
  expect(keys(retested.slice(6))).toEqual(['w1 w2', 'w1 w3']);
  expect(new Set(keys([...retested, ...notRetested])).size).toBe(57 + 2);
  expect(retested.length + notRetested.length).toBe(57 + 2);
});

test('more single links than fit are measured again as far as there is time', () => {
  const nodes = nodeNames(80);
  const pairs = meshPairs(nodes, (a, b) => (Number(b.slice(1)) === Number(a.slice(1)) + 1 ? NO_REPLY : undefined));
  const { retested, notRetested } = plan(pairs, 30);
  expect([retested.length, notRetested.length]).toEqual([30, 49]);
});

test('a sample that takes longer than the budget leaves no time for a retest', () => {
  const { retested, notRetested } = plan(
    meshPairs(nodeNames(4), () => NO_REPLY),
    0.5,
  );
  expect([retested.length, notRetested.length]).toEqual([0, 6]);
});
