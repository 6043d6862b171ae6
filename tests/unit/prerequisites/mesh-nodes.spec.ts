// SPDX-License-Identifier: Apache-2.0
import { expect, test } from '@playwright/test';
import { chooseNodes } from '../../../fixtures/prerequisites/mesh-nodes.ts';
import { nodeState } from './node-state.ts';

const ZONE = 'topology.kubernetes.io/zone';

const ALL = { maxVms: 100 };

test('takes every node that can run a VM, by zone, then by name, and says why the others are left out', () => {
  const states = [
    nodeState('w3', { labels: { [ZONE]: 'a' } }),
    nodeState('w2', { labels: { [ZONE]: 'b' } }),
    nodeState('w1', { labels: { [ZONE]: 'b' } }),
    nodeState('w4', { cordoned: true }),
    nodeState('w5', { taint: 'dedicated:NoSchedule' }),
    nodeState('w6', { ready: false }),
  ];
  expect(chooseNodes(states, ALL)).toEqual({
    chosen: {
      nodes: ['w3', 'w1', 'w2'],
      zones: { w1: 'b', w2: 'b', w3: 'a' },
      leftOut: [
        { node: 'w4', reason: 'cordoned' },
        { node: 'w5', reason: 'tainted dedicated:NoSchedule' },
        { node: 'w6', reason: 'not Ready' },
      ],
    },
    problems: [],
  });
});

test('takes the nodes that the selector selects', () => {
  const states = [
    nodeState('w1', { labels: { rack: '1' } }),
    nodeState('w2', { labels: { rack: '1' } }),
    nodeState('w3'),
  ];
  const { chosen, problems } = chooseNodes(states, { ...ALL, nodeSelector: 'rack in (1,2)' });
  expect(problems).toEqual([]);
  expect(chosen.nodes).toEqual(['w1', 'w2']);
  expect(chosen.leftOut).toEqual([{ node: 'w3', reason: 'not selected by nodeSelector "rack in (1,2)"' }]);
});

const REFUSED: [what: string, input: Parameters<typeof chooseNodes>, message: RegExp][] = [
  [
    'a selector that fewer than two nodes match',
    [[nodeState('w1', { labels: { rack: '1' } }), nodeState('w2')], { ...ALL, nodeSelector: 'rack=1' }],
    /^at least two nodes that can run VMs and match nodeSelector "rack=1" are needed, found 1 \(1 not selected by nodeSelector\)$/,
  ],
  [
    'few nodes, and counts the others by their reason and names five of each',
    [
      [
        nodeState('w1'),
        ...['w2', 'w3', 'w4', 'w5', 'w6', 'w7'].map((name) => nodeState(name, { cordoned: true })),
        nodeState('w8', { ready: false }),
      ],
      ALL,
    ],
    /found 1 \(6 cordoned: w2, w3, w4, w5, w6, and 1 more; 1 not Ready: w8\)$/,
  ],
  [
    'more nodes than maxVms',
    [[nodeState('w1'), nodeState('w2'), nodeState('w3')], { maxVms: 2 }],
    /^3 nodes are more than "maxVms" 2$/,
  ],
  [
    'a named node that does not exist',
    [[nodeState('w1'), nodeState('w2')], { ...ALL, nodes: ['w1', 'w9'] }],
    /^node "w9" \(nodes\) not found/,
  ],
  [
    'a named node that cannot take a VM',
    [[nodeState('w1'), nodeState('w2', { cordoned: true })], { ...ALL, nodes: ['w1', 'w2'] }],
    /^node "w2" \(nodes\) is cordoned$/,
  ],
  [
    'nodes that may not be listed',
    [undefined, ALL],
    /^without permission to list nodes, a mesh needs the parameter nodes$/,
  ],
];

test('counts the nodes that the selector selects, also those that cannot take a VM', () => {
  const states = [nodeState('w1', { labels: { rack: '1' }, cordoned: true }), nodeState('w2'), nodeState('w3')];
  const [problem] = chooseNodes(states, { ...ALL, nodeSelector: 'rack=1' }).problems;
  expect(problem?.clues).toEqual([{ kind: 'few-mesh-nodes', nodeSelector: 'rack=1', selected: 1, of: 3 }]);
});

for (const [what, input, message] of REFUSED) {
  test(`refuses ${what}`, () => {
    const { problems } = chooseNodes(...input);
    expect(problems).toHaveLength(1);
    expect(problems[0]?.what).toMatch(message);
  });
}

test('refuses a mesh without permission to list nodes as an input error', () => {
  expect(chooseNodes(undefined, ALL).problems).toMatchObject([{ code: 'InputInvalid' }]);
});

test('takes the named nodes if the nodes may not be listed', () => {
  expect(chooseNodes(undefined, { ...ALL, nodes: ['w2', 'w1'] })).toEqual({
    chosen: { nodes: ['w1', 'w2'], zones: {}, leftOut: [] },
    problems: [],
  });
});
