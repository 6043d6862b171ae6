// SPDX-License-Identifier: Apache-2.0
import { expect, test } from '@playwright/test';
import type { Clue } from '../../../../model/clues.ts';
import { CheckupError } from '../../../../model/errors.ts';
import type { NodeReason } from '../../../../model/mesh/mesh-result.ts';
import type { MeshPair } from '../../../../model/mesh/pair.ts';
import { requireMesh } from '../../../../model/mesh/require-mesh.ts';
import { meshPairs, nodeNames, NO_REPLY, UNMEASURED } from './mesh-pairs.ts';

const NODES = nodeNames(5);

function cluesOf(pairs: readonly MeshPair[], notMeasured: NodeReason[] = []): readonly Clue[] {
  const plan = {
    nodes: NODES,
    zones: {},
    leftOut: [],
    notMeasured,
    roundsPlanned: 5,
    firstRound: 1,
    roundsInTotal: 5,
    pairsPlanned: pairs.length,
  };
  try {
    requireMesh({ plan }, pairs, { maxFailedPairs: { value: 0, unit: 'pairs' } });
  } catch (error) {
    if (error instanceof CheckupError) return error.clues;
    throw error;
  }
  return [];
}

const ofNode = (name: string, facts: typeof NO_REPLY): MeshPair[] =>
  meshPairs(NODES, (a, b) => ([a, b].includes(name) ? facts : undefined));

test('a failed mesh has the clue of its suspects', () => {
  expect(cluesOf(meshPairs(NODES))).toEqual([]);
  expect(cluesOf(ofNode('w2', NO_REPLY))).toMatchObject([{ kind: 'suspects', suspects: [{ names: ['w2'] }] }]);
});

test('a node whose VM did not start is a clue, together with the suspects of failed pairs', () => {
  const reasons = [{ node: 'w3', reason: 'not Ready' }];
  const pairs = ofNode('w3', UNMEASURED);
  expect(cluesOf(pairs, reasons)).toEqual([{ kind: 'not-measured', nodes: ['w3'], suspects: [] }]);
  const both = meshPairs(NODES, (a, b) => {
    if ([a, b].includes('w3')) return UNMEASURED;
    return [a, b].includes('w2') ? NO_REPLY : undefined;
  });
  expect(cluesOf(both, reasons)).toMatchObject([{ nodes: ['w3'], suspects: [{ names: ['w2'] }] }]);
});

test('a node that all unmeasured pairs have in common is a clue', () => {
  expect(cluesOf(ofNode('w4', UNMEASURED))).toEqual([{ kind: 'not-measured', nodes: ['w4'], suspects: [] }]);
});
