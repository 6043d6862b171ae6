// SPDX-License-Identifier: Apache-2.0
import { expect, test } from '@playwright/test';
import { parseNadConfig } from '../../../fixtures/prerequisites/nad-config.ts';
import { addressWarning } from '../../../fixtures/prerequisites/network-rules.ts';
import { nodeState } from '../../../fixtures/cluster/objects.ts';
import type { Problem } from '../../../fixtures/prerequisites/findings.ts';
import {
  bridgeWarning,
  emulatingNodes,
  nodeFindings,
  resourceFindings,
  type WantedNodes,
} from '../../../fixtures/prerequisites/node-rules.ts';

const node = (name: string, change = {}): Parameters<typeof nodeFindings>[0][number] => ({
  name,
  labels: {},
  ready: true,
  unreachable: false,
  cordoned: false,
  kubevirt: true,
  taint: undefined,
  otherNames: [],
  allocatable: { 'devices.kubevirt.io/kvm': '1k' },
  ...change,
});
const messages = (problems: readonly Problem[]): string[] => problems.map(({ what }) => what);
const ANY = { sourceNode: undefined, targetNode: undefined };

test('parses a conf, a conflist, and SR-IOV in either', () => {
  expect(parseNadConfig('{"type":"bridge"}').binding).toBe('bridge');
  expect(parseNadConfig('{"plugins":[{"type":"bridge"},{"type":"tuning"}]}').plugins).toEqual(['bridge', 'tuning']);
  expect(parseNadConfig('{"type":"sriov"}').binding).toBe('sriov');
  expect(parseNadConfig('{"plugins":[{"type":"sriov"},{"type":"tuning"}]}').binding).toBe('sriov');
});

test('a network without spec.config gets bridge binding', () => {
  for (const config of [undefined, '']) {
    expect(parseNadConfig(config)).toEqual({
      plugins: [],
      binding: 'bridge',
      addressesFrom: undefined,
      isPrimary: false,
    });
  }
});

for (const text of [' ', 'bridge', '{}', '[]', '{"plugins":[]}', '{"plugins":[{}]}', '"sriov"', 'null']) {
  test(`NAD config ${JSON.stringify(text)} is refused`, () => {
    expect(() => parseNadConfig(text)).toThrow(SyntaxError);
  });
}

test('requires two usable nodes', () => {
  expect(nodeFindings([node('a'), node('b')], ANY)).toEqual([]);
  expect(messages(nodeFindings([node('a'), node('b', { cordoned: true })], ANY))).toEqual([
    'at least two nodes that can run VMs are needed, found 1 (b: cordoned)',
  ]);
});

test('requires each named node to exist and be usable, and reports both', () => {
  expect(
    messages(nodeFindings([node('a', { ready: false }), node('b')], { sourceNode: 'a', targetNode: 'nope' })),
  ).toEqual(['node "a" (sourceNode) is not Ready', 'node "nope" (targetNode) not found']);
});

test('reports a node with a stopped kubelet as not reachable, even with its label', () => {
  const labels = { 'kubevirt.io/schedulable': 'true' };
  const taints = [
    { key: 'node.kubernetes.io/unreachable', effect: 'NoSchedule' },
    { key: 'node.kubernetes.io/unreachable', effect: 'NoExecute' },
  ];
  const dead = (status: string, spec: object): ReturnType<typeof nodeState> =>
    nodeState({ metadata: { name: 'b', labels }, spec, status: { conditions: [{ type: 'Ready', status }] } });
  for (const state of [dead('Unknown', { taints }), dead('True', { taints }), dead('Unknown', {})]) {
    expect(messages(nodeFindings([node('a'), state], { sourceNode: 'a', targetNode: 'b' }))).toEqual([
      'node "b" (targetNode) is not reachable (its kubelet has stopped reporting: taint node.kubernetes.io/unreachable)',
    ]);
    expect(messages(nodeFindings([node('a'), state], ANY))[0]).toContain('found 1 (b: not reachable');
  }
  expect(nodeFindings([node('a'), dead('True', {})], ANY)).toEqual([]);
});

test('a hostname or an address given as a node is reported with the node that has it', () => {
  const nodes = [
    node('a', { otherNames: ['a.example', '10.0.0.1'] }),
    node('b', { otherNames: ['a.example'] }),
    node('c'),
  ];
  expect(messages(nodeFindings(nodes, { sourceNode: '10.0.0.1', targetNode: 'a.example' }))).toEqual([
    'node "10.0.0.1" (sourceNode) not found: it is a hostname or address of node "a", expected the node\'s name',
    'node "a.example" (targetNode) not found: it is a hostname or address of node "a", "b", expected the node\'s name',
  ]);
  // The name of this node, although it is also another node's hostname.
  const swapped = [node('a', { otherNames: ['b'] }), node('b', { otherNames: ['a'] })];
  expect(nodeFindings(swapped, { sourceNode: 'a', targetNode: 'b' })).toEqual([]);
});

test('returns clues for the diagnosis', () => {
  const clues = (problems: ReturnType<typeof nodeFindings>): unknown[] =>
    problems.flatMap((problem) => problem.clues ?? []);
  const cordoned = [node('a'), node('b', { cordoned: true })];
  expect(clues(nodeFindings(cordoned, ANY))).toEqual([{ kind: 'few-nodes', usable: 1 }]);
  expect(clues(nodeFindings(cordoned, { sourceNode: 'b', targetNode: 'c' }))).toEqual([
    { kind: 'node', node: 'b', trouble: 'cordoned' },
    { kind: 'unknown-node', parameter: 'targetNode', node: 'c', meant: [] },
  ]);
  expect(clues(resourceFindings(cordoned, ANY, 'x.io/y'))).toEqual([{ kind: 'few-devices', resource: 'x.io/y' }]);
});

test('requires one node when both VMs are to share it', () => {
  expect(nodeFindings([node('a')], { sourceNode: 'a', targetNode: 'a' })).toEqual([]);
});

test('detects IPAM of any plugin, subnets of OVN, and Kube-OVN', () => {
  const from = (config: object): string | undefined => parseNadConfig(JSON.stringify(config)).addressesFrom;
  expect(from({ type: 'bridge', ipam: { type: 'whereabouts', range: '10.0.0.0/24' } })).toBe('ipam "whereabouts"');
  expect(from({ plugins: [{ type: 'macvlan', ipam: { type: 'dhcp' } }, { type: 'tuning' }] })).toBe('ipam "dhcp"');
  expect(from({ type: 'ovn-k8s-cni-overlay', subnets: '10.200.0.0/24' })).toBe('subnets "10.200.0.0/24"');
  expect(from({ type: 'kube-ovn', provider: 'blue.ns.ovn' })).toBe('type "kube-ovn"');
  expect(from({ plugins: [{ type: 'tuning' }, { type: 'kube-ovn' }] })).toBe('type "kube-ovn"');
  expect(from({ type: 'macvlan', ipam: { type: 'kube-ovn' } })).toBe('ipam "kube-ovn"');
  for (const none of [{ type: 'bridge' }, { type: 'bridge', ipam: {} }, { type: 'ovn-k8s-cni-overlay', subnets: '' }]) {
    expect(from(none)).toBeUndefined();
  }
});

const RESOURCE = 'openshift.io/sriov_nic';
const offering = (name: string, count: string, change = {}): ReturnType<typeof node> =>
  node(name, { allocatable: { [RESOURCE]: count }, ...change });

test('requires two nodes with a device, and reports the devices of each node', () => {
  expect(resourceFindings([offering('a', '4'), offering('b', '1')], ANY, RESOURCE)).toEqual([]);
  expect(messages(resourceFindings([offering('a', '4'), offering('b', '0'), node('c')], ANY, RESOURCE))).toEqual([
    `at least two nodes that offer "${RESOURCE}" are needed, found 1 (a: 4, b: 0, c: 0)`,
  ]);
  expect(resourceFindings([offering('a', '4'), offering('b', '4', { cordoned: true })], ANY, RESOURCE)).toHaveLength(1);
});

test('requires a device on each named node, and two on a shared one', () => {
  const nodes = [offering('a', '1'), offering('b', '0')];
  expect(messages(resourceFindings(nodes, { sourceNode: 'a', targetNode: 'b' }, RESOURCE))).toEqual([
    `node "b" offers 0 of "${RESOURCE}", needed 1`,
  ]);
  expect(messages(resourceFindings(nodes, { sourceNode: 'a', targetNode: 'a' }, RESOURCE))).toEqual([
    `node "a" offers 1 of "${RESOURCE}", needed 2`,
  ]);
  expect(resourceFindings([offering('a', '2')], { sourceNode: 'a', targetNode: 'a' }, RESOURCE)).toEqual([]);
});

test('warns about candidate nodes that do not offer the bridge', () => {
  const BRIDGE = 'bridge.network.kubevirt.io/br10';
  const nodes = [node('a', { allocatable: { [BRIDGE]: '1k' } }), node('b'), node('c', { cordoned: true })];
  expect(bridgeWarning(nodes, ANY, BRIDGE)).toContain(`names "${BRIDGE}", and these nodes do not offer it: b;`);
  expect(bridgeWarning(nodes, { sourceNode: 'a', targetNode: 'a' }, BRIDGE)).toBeUndefined();
  expect(bridgeWarning(nodes.slice(0, 1), ANY, BRIDGE)).toBeUndefined();
  expect(parseNadConfig('{"plugins":[{"type":"cnv-bridge","bridge":"br10"},{"type":"tuning"}]}').bridge).toBe('br10');
  expect(parseNadConfig('{"type":"ovs","bridge":"br10"}').bridge).toBeUndefined();
});

test('counts devices with a decimal suffix', () => {
  const shared = { sourceNode: 'a', targetNode: 'a' };
  expect(resourceFindings([offering('a', '1k')], shared, RESOURCE)).toEqual([]);
  expect(messages(resourceFindings([offering('a', '1k'), offering('b', '1M')], ANY, RESOURCE))).toEqual([
    `at least two nodes that offer "${RESOURCE}" are needed, found 1 (a: 1000, b: 0)`,
  ]);
});

test('lists nodes without an allocatable KVM device as emulating', () => {
  const without = (name: string): ReturnType<typeof node> =>
    node(name, { allocatable: { 'devices.kubevirt.io/kvm': '0' } });
  expect(emulatingNodes([node('a'), node('b')], ANY)).toEqual([]);
  expect(emulatingNodes([node('a'), without('b'), node('c', { allocatable: {} })], ANY)).toEqual(['b', 'c']);
  expect(emulatingNodes([node('a'), without('b'), without('c')], { sourceNode: 'a', targetNode: 'b' })).toEqual(['b']);
  expect(emulatingNodes([node('a'), without('b')], { sourceNode: 'a', targetNode: 'a' })).toEqual([]);
  // The VM without a configured node can run on any node.
  for (const wanted of [
    { sourceNode: 'a', targetNode: undefined },
    { sourceNode: undefined, targetNode: 'a' },
  ]) {
    expect(emulatingNodes([node('a'), without('b'), without('c')], wanted)).toEqual(['b', 'c']);
  }
});

test('advises what fits the network when addresses are assigned by IPAM', () => {
  const advice = (
    config: object,
    addressing: 'static' | 'dhcp',
    nodes: Partial<WantedNodes> = {},
  ): string | undefined => addressWarning(parseNadConfig(JSON.stringify(config)), { addressing, ...ANY, ...nodes });
  const ipam = (type: string): object => ({ plugins: [{ type: 'bridge', ipam: { type } }, { type: 'tuning' }] });
  expect(advice(ipam('whereabouts'), 'static')).toContain('set the parameter "addressing" to "dhcp"');
  expect(advice(ipam('whereabouts'), 'dhcp')).toBeUndefined();
  expect(advice({ type: 'bridge' }, 'dhcp')).toBeUndefined();
  for (const type of ['host-local', 'static']) {
    expect(advice(ipam(type), 'static')).not.toContain('to "dhcp"');
    expect(advice(ipam(type), 'dhcp')).toMatch(/^has ipam ".*" to "static", or use IPAM for the whole cluster/);
  }
  const oneNode = { sourceNode: 'a', targetNode: 'a' };
  expect(advice(ipam('host-local'), 'dhcp', oneNode)).toBeUndefined();
  expect(advice(ipam('static'), 'dhcp', oneNode)).toContain('gives every VM the same address');
  expect(advice(ipam('constructor'), 'static')).toContain('to "dhcp"');
});
