// SPDX-License-Identifier: Apache-2.0
import { expect, test } from '@playwright/test';
import type { Attribution } from '../../../../model/mesh/attribution.ts';
import { describeSuspects } from '../../../../model/mesh/suspect-text.ts';

function attribution(kind: Attribution['kind'], names: string[], bad: number, of: number): Attribution {
  return { kind, names, bad, of, explained: [] };
}

const ALL = [
  attribution('network', [], 180, 190),
  attribution('node', ['w7'], 18, 19),
  attribution('zone', ['a'], 10, 10),
  attribution('uplink', ['a'], 60, 60),
  attribution('zonePair', ['a', 'b'], 40, 41),
  attribution('link', ['w1', 'w2'], 1, 1),
];

test('a suspect is a suspicion with counts', () => {
  expect(describeSuspects(ALL).map(({ summary }) => summary)).toEqual([
    'probably the whole network (180 of 190 pairs failed)',
    'probably node "w7" (18 of its 19 pairs failed)',
    'probably inside zone "a" (10 of 10 pairs failed)',
    'probably the uplink of zone "a" (60 of 60 pairs failed)',
    'probably between zones "a" and "b" (40 of 41 pairs failed)',
    'probably the link between nodes "w1" and "w2" (this pair failed)',
  ]);
  const slow = ALL.slice(1).map((one) => ({ ...one, slow: true as const }));
  const [node, , , , link] = describeSuspects(slow);
  expect([node?.summary, link?.summary]).toEqual([
    'probably node "w7" (18 of its 19 pairs are slow)',
    'probably the link between nodes "w1" and "w2" (this pair is slow)',
  ]);
  expect(node?.next).toEqual(['kubectl top node w7', 'on node w7: ip -s link']);
});

test('the next steps name the bridge and the VLAN of the network', () => {
  expect(describeSuspects(ALL, { bridge: 'br10', vlan: 100 }).map(({ next }) => next)).toEqual([
    ['on each node: ip link show master br10', 'check that VLAN 100 passes the switches between the nodes'],
    [
      'kubectl describe node w7',
      'on node w7: ip link show master br10',
      'check that VLAN 100 passes the switch port of node w7',
    ],
    ['kubectl get nodes -l topology.kubernetes.io/zone=a', 'check that VLAN 100 passes the switches inside zone a'],
    ['kubectl get nodes -l topology.kubernetes.io/zone=a', 'check that VLAN 100 passes the uplink of zone a'],
    [
      "kubectl get nodes -l 'topology.kubernetes.io/zone in (a, b)'",
      'check that VLAN 100 passes the switches and routers between zones a and b',
    ],
    [
      'on nodes w1 and w2: ip link show master br10',
      'check network policies, access lists and filters for these two nodes',
    ],
  ]);
  const [, node] = describeSuspects(ALL);
  expect(node?.next).toEqual([
    'kubectl describe node w7',
    'on node w7: ip -s link',
    'check the switch port of node w7',
  ]);
});

test('if every failed pair has replies, the next steps name load and errors, and no VLAN or filter', () => {
  const link = attribution('link', ['w1', 'w2'], 1, 1);
  const replied = { nodes: ['w1', 'w2'] as const, failed: true, p50Ns: 20e6 };
  const silent = { nodes: ['w1', 'w2'] as const, failed: true };
  const stepsOf = (explained: Attribution['explained']) => describeSuspects([{ ...link, explained }])[0]?.next;
  expect(stepsOf([replied])).toEqual([
    'on nodes w1 and w2: ip -s link',
    'check load, errors and detours between nodes w1 and w2',
  ]);
  expect(stepsOf([replied, silent])).toContain('check network policies, access lists and filters for these two nodes');
});

test('of more than ten single links, the others are counted', () => {
  const links = Array.from({ length: 13 }, (_, index) => attribution('link', ['w1', `w${index + 2}`], 1, 1));
  const described = describeSuspects([...ALL.slice(0, 2), ...links]);
  expect(described.map(({ kind }) => kind)).toEqual(['network', 'node', ...Array<string>(11).fill('link')]);
  expect(described.at(-1)).toEqual({
    kind: 'link',
    names: [],
    bad: 3,
    of: 3,
    summary: '3 more pairs without a node or zone in common failed',
    next: [],
  });
});

test('more than ten single links that are only slow are counted, not named', () => {
  const links = Array.from({ length: 12 }, (_, index): Attribution => {
    return { kind: 'link', names: [`w${index}`, `v${index}`], bad: 1, of: 1, slow: true, explained: [] };
  });
  expect(describeSuspects(links).map(({ summary }) => summary)).toEqual([
    '12 pairs without a node or zone in common are slow',
  ]);
});
