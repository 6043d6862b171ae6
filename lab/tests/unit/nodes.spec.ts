// SPDX-License-Identifier: Apache-2.0
/** The nodes of a lab: their number or names, and their zones. */
import { expect, test } from '@playwright/test';
import { zoneOf } from '../../kinds/default-objects.ts';
import { fill, servedKinds, type ClusterShape } from '../../kinds/initial-state.ts';
import { NODES } from '../../kinds/kinds.ts';
import { runLab } from '../../main.ts';
import { Store } from '../../store/store.ts';

function nodesOf(shape: ClusterShape) {
  const store = new Store();
  fill(store, servedKinds(shape), shape);
  return store.list(NODES).map((node) => [node.metadata.name, zoneOf(node)]);
}

test('two nodes without zones by default', () => {
  expect(nodesOf({})).toEqual([
    ['node-1', undefined],
    ['node-2', undefined],
  ]);
});

test('nodes belong to the zones in turn', () => {
  expect(nodesOf({ nodes: 4, zones: ['a', 'b', 'c'] })).toEqual([
    ['node-1', 'a'],
    ['node-2', 'b'],
    ['node-3', 'c'],
    ['node-4', 'a'],
  ]);
});

test('nodes with names', () => {
  const shape = { nodes: ['rack1-a', 'rack2-b.example'], zones: ['x'], cordoned: ['rack1-a'] };
  expect(nodesOf(shape)).toEqual([
    ['rack1-a', 'x'],
    ['rack2-b.example', 'x'],
  ]);
  expect(() => nodesOf({ ...shape, dead: ['node-1'] })).toThrow('there is no node-1');
});

const REFUSED: [option: string, value: string, expected: string][] = [
  ['--nodes', '0', 'a whole number from 1 to 100'],
  ['--nodes', '101', 'a whole number from 1 to 100'],
  ['--nodes', '2.5', 'a whole number from 1 to 100'],
  ['--nodes', 'a,a', 'a list of different names'],
  ['--nodes', 'a,,b', 'a list of different names'],
  ['--nodes', 'A', 'a list of different names'],
  ['--zones', '', 'a list of different names'],
  ['--zones', 'a,b/c', 'a list of different names'],
];
for (const [option, value, expected] of REFUSED) {
  test(`refuses ${option} ${value}`, async () => {
    const printed: unknown[] = [];
    const { error } = console;
    console.error = (text: unknown) => printed.push(text);
    try {
      expect(await runLab([`${option}=${value}`], [])).toBe(2);
    } finally {
      console.error = error;
    }
    expect(printed.join('\n')).toContain(expected);
  });
}
