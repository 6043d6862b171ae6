// SPDX-License-Identifier: Apache-2.0
import { expect, test } from '@playwright/test';
import { renderFinding } from '../../../../model/finding.ts';
import { attribute } from '../../../../model/mesh/attribution.ts';
import type { NodeReason } from '../../../../model/mesh/mesh-result.ts';
import type { MeshPair } from '../../../../model/mesh/pair.ts';
import { describeSuspects } from '../../../../model/mesh/suspect-text.ts';
import { findMeshFailures } from '../../../../model/mesh/verdict.ts';
import { meshPairs, nodeNames, NO_REPLY, passedIn, UNMEASURED } from './mesh-pairs.ts';

const NODES = nodeNames(20);
const ONE_NODE_DOWN = meshPairs(NODES, (a, b) => ([a, b].includes('w7') ? NO_REPLY : undefined));

function verdict(
  pairs: readonly MeshPair[],
  {
    value = 0,
    unit = 'pairs',
    notMeasured = [],
  }: { value?: number; unit?: 'pairs' | 'percent'; notMeasured?: NodeReason[] } = {},
): string[] {
  const suspects = describeSuspects(attribute(pairs, {}));
  const findings = findMeshFailures({ nodes: NODES, notMeasured, suspects }, pairs, { value, unit });
  return findings.map((finding) => `${finding.code}: ${renderFinding(finding)}`);
}

test('a network without failed pairs passes', () => {
  expect(verdict(meshPairs(NODES))).toEqual([]);
});

test('a failed pair fails the network, and the suspects are named', () => {
  expect(verdict(ONE_NODE_DOWN)).toEqual([
    'PairsFailed: 19 of 190 pairs failed: probably node "w7" (19 of its 19 pairs failed)',
  ]);
});

test('a pair that is only slow is no reason', () => {
  const pairs = meshPairs(NODES, (a, b) => {
    if (a === 'w1' && b === 'w2') return NO_REPLY;
    return a === 'w3' && b === 'w4' ? passedIn(40) : undefined;
  });
  expect(attribute(pairs, {}).map(({ names }) => names.join())).toEqual(['w1,w2', 'w3,w4']);
  expect(verdict(pairs)).toEqual([
    'PairsFailed: 1 of 190 pairs failed: probably the link between nodes "w1" and "w2" (this pair failed)',
  ]);
});

test('as many failed pairs as allowed pass, as a number and as a percentage', () => {
  expect(verdict(ONE_NODE_DOWN, { value: 19 })).toEqual([]);
  expect(verdict(ONE_NODE_DOWN, { value: 10, unit: 'percent' })).toEqual([]);
  expect(verdict(ONE_NODE_DOWN, { value: 18 })).toEqual([
    'PairsFailed: 19 of 190 pairs failed, more than the allowed 18: probably node "w7" (19 of its 19 pairs failed)',
  ]);
  expect(verdict(ONE_NODE_DOWN, { value: 9.9, unit: 'percent' })[0]).toContain('more than the allowed 9.9%: ');
});

test('a node that was not measured makes the mesh incomplete, whatever is allowed; its pairs are not counted again', () => {
  const pairs = meshPairs(NODES, (a, b) => ([a, b].includes('w3') ? UNMEASURED : undefined));
  const notMeasured = [{ node: 'w3', reason: 'bridge "br10" is missing' }];
  expect(verdict(pairs, { value: 100, unit: 'percent', notMeasured })).toEqual([
    'MeshIncomplete: 1 of 20 nodes was not measured: w3 (bridge "br10" is missing)',
  ]);
});

test('pairs that were not measured make the mesh incomplete, with their reasons', () => {
  const pairs = meshPairs(NODES, (a, b) => {
    if (a === 'w1' && b === 'w2') return { state: 'unmeasured', reason: 'interrupted' };
    return a === 'w3' && b === 'w4' ? UNMEASURED : a === 'w5' && b === 'w6' ? UNMEASURED : undefined;
  });
  expect(verdict(pairs)).toEqual(['MeshIncomplete: 3 of 190 pairs were not measured: interrupted, the VM failed']);
});

test('an incomplete mesh with failed pairs has both findings', () => {
  const notMeasured = NODES.slice(0, 7).map((node) => ({ node, reason: 'no' }));
  const pairs = meshPairs(NODES, (a, b) => {
    return NODES.indexOf(a) < 7 ? UNMEASURED : b === 'w20' ? NO_REPLY : undefined;
  });
  expect(verdict(pairs, { notMeasured })).toEqual([
    'MeshIncomplete: 7 of 20 nodes were not measured: w1 (no), w2 (no), w3 (no), w4 (no), w5 (no) and 2 more',
    'PairsFailed: 12 of 78 pairs failed: probably node "w20" (12 of its 12 pairs failed)',
  ]);
});
