// SPDX-License-Identifier: Apache-2.0
import { expect, test } from '@playwright/test';
import type { NodeState } from '../../../fixtures/cluster/objects.ts';
import { chooseArchitecture } from '../../../fixtures/prerequisites/architecture.ts';
import { chooseNodes } from '../../../fixtures/prerequisites/mesh-nodes.ts';
import { nodeFindings, resourceFindings } from '../../../fixtures/prerequisites/node-rules.ts';
import { nodeState } from './node-state.ts';

function node(name: string, architecture: string | undefined, change: Partial<NodeState> = {}): NodeState {
  const labels = architecture === undefined ? {} : { 'kubernetes.io/arch': architecture };
  return nodeState(name, { labels, ...change });
}

const ANY_PAIR = {
  topology: 'pair',
  sourceNode: undefined,
  targetNode: undefined,
  nodes: undefined,
  nodeSelector: undefined,
} as const;
const ANY_MESH = { ...ANY_PAIR, topology: 'mesh' } as const;
const MIXED = [node('a', 'amd64'), node('b', 'arm64'), node('c', 'arm64'), node('d', 'amd64', { cordoned: true })];

test('a cluster of one architecture is not pinned', () => {
  const architecture = { name: 'arm64', isMixed: false };
  expect(chooseArchitecture([node('a', 'arm64'), node('b', 'arm64')], ANY_PAIR)).toEqual({
    architecture,
    problems: [],
  });
  expect(chooseArchitecture([node('a', undefined)], ANY_PAIR)).toEqual({ problems: [] });
});

test('takes the architecture of most nodes that can run VMs, and says so', () => {
  expect(chooseArchitecture(MIXED, ANY_PAIR)).toEqual({
    architecture: { name: 'arm64', isMixed: true },
    problems: [],
    warning: 'the nodes that can run VMs have several architectures (amd64: 1, arm64: 2): all VMs run on arm64',
  });
});

test('takes amd64 of equally frequent ones, then the first by name', () => {
  const two = (x: string, y: string): NodeState[] => [node('a', x), node('b', x), node('c', y), node('d', y)];
  expect(chooseArchitecture(two('arm64', 'amd64'), ANY_PAIR).architecture?.name).toBe('amd64');
  expect(chooseArchitecture(two('s390x', 'arm64'), ANY_PAIR).architecture?.name).toBe('arm64');
});

test('pins without a warning if only nodes of one architecture can run VMs', () => {
  // KubeVirt's default would be that of virt-api, which may run on the other nodes.
  const nodes = [node('control', 'amd64', { kubevirt: false }), node('b', 'arm64'), node('c', 'arm64')];
  expect(chooseArchitecture(nodes, ANY_PAIR)).toEqual({
    architecture: { name: 'arm64', isMixed: true },
    problems: [],
  });
});

test('takes the architecture of a named node, and refuses two', () => {
  const one = chooseArchitecture(MIXED, { ...ANY_PAIR, targetNode: 'a' });
  expect(one.architecture).toEqual({ name: 'amd64', isMixed: true });
  expect(one.warning).toContain('all VMs run on amd64');
  const same = chooseArchitecture(MIXED, { ...ANY_PAIR, sourceNode: 'b', targetNode: 'c' });
  expect(same).toEqual({ architecture: { name: 'arm64', isMixed: true }, problems: [] });
  const { architecture, problems } = chooseArchitecture(MIXED, { ...ANY_PAIR, sourceNode: 'a', targetNode: 'b' });
  expect(architecture).toBeUndefined();
  expect(problems).toEqual([
    expect.objectContaining({
      code: 'InputInvalid',
      what: '"sourceNode" and "targetNode" name nodes of several architectures (a: amd64; b: arm64): expected one architecture',
    }),
  ]);
});

test('a mesh counts the nodes that its selector selects, and leaves out those of another architecture', () => {
  const racks = MIXED.map((one) => ({ ...one, labels: { ...one.labels, rack: one.name === 'c' ? '2' : '1' } }));
  expect(chooseArchitecture(racks, { ...ANY_MESH, nodeSelector: 'rack=1' }).architecture?.name).toBe('amd64');
  expect(chooseNodes(MIXED, { maxVms: 100, architecture: 'arm64' }).chosen).toMatchObject({
    nodes: ['b', 'c'],
    leftOut: [
      { node: 'a', reason: 'of architecture amd64, and the VMs run on arm64' },
      { node: 'd', reason: 'cordoned' },
    ],
  });
  const named = chooseArchitecture(MIXED, { ...ANY_MESH, nodes: ['a', 'b', 'c'] });
  expect(named.problems.map(({ what }) => what)).toEqual([
    '"nodes" names nodes of several architectures (a: amd64; b, c: arm64): expected one architecture',
  ]);
});

test('a pair needs two nodes, and devices, of its architecture', () => {
  const wanted = { sourceNode: 'a', targetNode: undefined, architecture: 'amd64' };
  expect(nodeFindings(MIXED, wanted).map(({ what }) => what)).toEqual([
    'at least two nodes that can run VMs are needed, found 1 (b: of architecture arm64, and the VMs run on amd64; c: of architecture arm64, and the VMs run on amd64; d: cordoned)',
  ]);
  const offering = MIXED.map((one) => ({ ...one, allocatable: { 'x.io/y': '1' } }));
  expect(resourceFindings(offering, wanted, 'x.io/y')).toHaveLength(1);
  expect(resourceFindings(offering, { ...wanted, sourceNode: 'b', architecture: 'arm64' }, 'x.io/y')).toEqual([]);
});
