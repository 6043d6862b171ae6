// SPDX-License-Identifier: Apache-2.0
/** Messages of kube-scheduler 1.3x (pkg/scheduler/framework: FitError.Error, and the filters' reasons). */
import { expect, test } from '@playwright/test';
import { nodeState, type NodeState } from '../../../fixtures/cluster/objects.ts';
import {
  diagnoseUnschedulable,
  nodeUnknown,
  parseUnschedulable,
  unofferedResources,
} from '../../../fixtures/diagnosis/scheduling.ts';
import { EMPTY_SITUATION, type Situation } from '../../../fixtures/diagnosis/situation.ts';
import type { Diagnosis } from '../../../model/diagnosis.ts';

const AFTER =
  ' preemption: 0/3 nodes are available: 1 No preemption victims found for incoming pod, 2 Preemption is not helpful for scheduling.';
const vmi = { namespace: 'ns', name: 'latency-check-source-ab12c' };

function of(
  reasons: string,
  nodes: { source?: string; target?: string } = {},
  known: Partial<Situation> = {},
): Diagnosis {
  const message = `0/3 nodes are available: ${reasons}.${AFTER}`;
  const condition = { type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message };
  return diagnoseUnschedulable(condition, vmi, {
    ...EMPTY_SITUATION,
    ...known,
    nodes: { source: nodes.source, target: nodes.target },
  });
}

test('parses reasons with their numbers of nodes, and ignores the part about preemption', () => {
  const text =
    "0/5 nodes are available: 1 Insufficient a.io/b, 2 node(s) didn't match Pod's node affinity/selector, 2 node(s) had untolerated taint {k: v}.";
  const expected = {
    total: 5,
    filtered: [
      { nodes: 1, why: 'Insufficient a.io/b' },
      { nodes: 2, why: "node(s) didn't match Pod's node affinity/selector" },
      { nodes: 2, why: 'node(s) had untolerated taint {k: v}' },
    ],
  };
  expect(parseUnschedulable(text)).toEqual(expected);
  expect(parseUnschedulable(`${text} preemption: 0/5 nodes are available: 5 Preemption is not helpful.`)).toEqual(
    expected,
  );
  expect(parseUnschedulable(`${text} no new claims to deallocate, preemption: 0/5 nodes are available: 5 x.`)).toEqual(
    expected,
  );
  expect(parseUnschedulable('no nodes available to schedule pods')).toEqual({ total: 0, filtered: [] });
});

interface Shape {
  readonly allocatable?: Record<string, string>;
  readonly cordoned?: boolean;
  /** The key of a taint. */
  readonly taint?: string;
}

/** Returns a node that is ready for VMs. */
function node(name: string, { allocatable = {}, cordoned = false, taint }: Shape = {}): NodeState {
  const cordon = { key: 'node.kubernetes.io/unschedulable', effect: 'NoSchedule' };
  const taints = [
    ...(cordoned ? [cordon] : []),
    ...(taint === undefined ? [] : [{ key: taint, effect: 'NoSchedule' }]),
  ];
  return nodeState({
    metadata: { name, labels: { 'kubevirt.io/schedulable': 'true' } },
    spec: { unschedulable: cordoned, taints },
    status: { allocatable, conditions: [{ type: 'Ready', status: 'True' }] },
  });
}

interface Case {
  readonly what: string;
  readonly reasons: string;
  readonly nodes?: { source: string; target: string };
  readonly known?: Partial<Situation>;
  readonly id: string;
  /** The start of the summary. */
  readonly summary: string;
}

const CASES: readonly Case[] = [
  {
    what: 'a bridge on no node',
    reasons: '3 Insufficient bridge.network.kubevirt.io/br10',
    id: 'bridge-missing',
    summary: 'bridge "br10" is missing on all 3 nodes',
  },
  {
    what: 'a bridge on the other VM’s node only',
    reasons: "2 Insufficient bridge.network.kubevirt.io/br10, 1 node(s) didn't match pod anti-affinity rules",
    id: 'bridge-missing',
    summary: 'bridge "br10" is missing on 2 of 3 nodes',
  },
  {
    what: 'a bridge of Open vSwitch',
    reasons: '3 Insufficient ovs-cni.network.kubevirt.io/br1',
    id: 'bridge-missing',
    summary: 'bridge "br1" is missing on all 3 nodes',
  },
  {
    what: 'virtual functions',
    reasons: '1 Insufficient openshift.io/sriov_nic, 2 node(s) were unschedulable',
    id: 'device-exhausted',
    summary: 'no free "openshift.io/sriov_nic" on 1 of 3 nodes; 2 of 3 nodes are cordoned',
  },
  {
    what: 'memory',
    reasons: '3 Insufficient memory',
    id: 'unschedulable',
    summary: 'not enough memory on all 3 nodes',
  },
  {
    what: '/dev/kvm',
    reasons: '3 Insufficient devices.kubevirt.io/kvm',
    id: 'unschedulable',
    summary: 'no hardware virtualization on all 3 nodes',
  },
  {
    what: 'one node left',
    reasons: "1 node(s) didn't match pod anti-affinity rules, 2 node(s) were unschedulable",
    id: 'no-second-node',
    summary: 'there is no second node for the other VM: 2 of 3 nodes are cordoned',
  },
  {
    what: 'a node that was asked for and is cordoned',
    nodes: { source: 'a', target: 'b' },
    reasons: "1 node(s) were unschedulable, 2 node(s) didn't match Pod's node affinity/selector",
    id: 'node-unusable',
    summary: 'node "a" and "b" cannot take its VM: 1 of 3 nodes is cordoned, 2 of 3 nodes are ',
  },
  {
    what: 'several resources, of which the bridge is short on most nodes',
    reasons: '1 Insufficient devices.kubevirt.io/tun, 3 Insufficient bridge.network.kubevirt.io/br99',
    id: 'bridge-missing',
    summary: 'bridge "br99" is missing on all 3 nodes; too little "devices.kubevirt.io/tun" on 1 of 3 nodes',
  },
  {
    what: "KubeVirt's own device",
    reasons: '3 Insufficient devices.kubevirt.io/tun',
    id: 'node-unusable',
    summary: 'KubeVirt does not offer its device "tun" on all 3 nodes',
  },
  {
    what: 'a node whose kubelet has stopped',
    nodes: { source: 'a', target: 'b' },
    reasons: '3 node(s) had untolerated taint {node.kubernetes.io/unreachable: }',
    id: 'node-unusable',
    summary: 'node "a" and "b" cannot take its VM: all 3 nodes are not reachable',
  },
  {
    what: 'a lack and a taint',
    reasons:
      '1 node(s) had untolerated taint {node-role.kubernetes.io/control-plane: }, 2 Insufficient bridge.network.kubevirt.io/br10',
    id: 'bridge-missing',
    summary: 'bridge "br10" is missing on 2 of 3 nodes; 1 of 3 nodes is tainted node-role.kubernetes.io/control-plane',
  },
  {
    what: 'a lack on more nodes than that of the bridge',
    reasons: '1 Insufficient bridge.network.kubevirt.io/br10, 3 Insufficient memory',
    id: 'unschedulable',
    summary: 'not enough memory on all 3 nodes; too little "bridge.network.kubevirt.io/br10" on 1 of 3 nodes',
  },
  {
    what: 'a tie: the resource of the network first',
    reasons: '2 Insufficient bridge.network.kubevirt.io/br10, 2 Insufficient openshift.io/sriov_nic',
    known: { networkResource: 'openshift.io/sriov_nic' },
    id: 'device-exhausted',
    summary: 'no free "openshift.io/sriov_nic" on 2 of 3 nodes; too little "bridge.network.kubevirt.io/br10" on 2 of 3',
  },
  {
    what: 'a tie without a known network: the bridge first',
    reasons: '2 Insufficient devices.kubevirt.io/tun, 2 Insufficient bridge.network.kubevirt.io/br10',
    id: 'bridge-missing',
    summary: 'bridge "br10" is missing on 2 of 3 nodes; too little "devices.kubevirt.io/tun" on 2 of 3 nodes',
  },
  {
    what: 'known nodes, each with its reason',
    reasons:
      '1 node(s) had untolerated taint {dedicated: db}, 1 Insufficient bridge.network.kubevirt.io/br10, 1 node(s) were unschedulable',
    known: { nodeStates: [node('a', { taint: 'dedicated' }), node('b'), node('c', { cordoned: true })] },
    id: 'bridge-missing',
    summary:
      'bridge "br10" is missing on 1 of 3 nodes (b); 1 of 3 nodes (c) is cordoned; 1 of 3 nodes (a) is tainted dedicated',
  },
  {
    what: 'known nodes that have the device: pods use it',
    reasons: '3 Insufficient openshift.io/sriov_nic',
    known: {
      nodeStates: ['a', 'b', 'c'].map((name) => node(name, { allocatable: { 'openshift.io/sriov_nic': '1' } })),
    },
    id: 'device-exhausted',
    summary: 'no free "openshift.io/sriov_nic" on all 3 nodes',
  },
  {
    what: 'a device of KubeVirt that is not /dev/net/tun',
    reasons: '3 Insufficient devices.kubevirt.io/vhost-net',
    id: 'node-unusable',
    summary: 'KubeVirt does not offer its device "vhost-net" on all 3 nodes',
  },
  {
    what: 'a node that is full',
    reasons: '3 Too many pods',
    id: 'node-unusable',
    summary: 'no node can take a VM: all 3 nodes are full (too many pods)',
  },
  {
    what: 'something new',
    reasons: '3 node(s) were painted blue',
    id: 'unschedulable',
    summary: 'the scheduler finds no node for a VM',
  },
];

for (const { what, reasons, nodes, known, id, summary } of CASES) {
  test(`${what}: ${id}`, () => {
    const diagnosis = of(reasons, nodes, known);
    expect(diagnosis.id).toBe(id);
    expect(diagnosis.summary.slice(0, summary.length)).toBe(summary);
    expect(diagnosis.evidence.join()).toContain(reasons);
    expect(diagnosis.next.length).toBeGreaterThan(0);
  });
}

test('a node that does not exist: names the one that is meant, and nothing about cordons', () => {
  const meant = nodeUnknown('sourceNode', 'a.example', ['a'], ['seen']);
  expect(meant.summary).toBe('there is no node "a.example": it is a hostname or address of node "a"');
  expect(meant.next).toEqual(['Set sourceNode to "a"', 'See the names of the nodes: kubectl get nodes']);
  const unknown = nodeUnknown('targetNode', 'nope', [], []);
  expect(unknown.summary).toBe('there is no node "nope"');
  expect(unknown.next).toEqual(['See the names of the nodes: kubectl get nodes']);
});

test('explains no device of KubeVirt as SR-IOV', () => {
  for (const device of ['tun', 'kvm', 'vhost-net', 'vhost-vsock', 'sev']) {
    const { id, summary, meaning, next } = of(`3 Insufficient devices.kubevirt.io/${device}`);
    expect(id).not.toBe('device-exhausted');
    expect([summary, meaning, ...next].join()).not.toMatch(/SR-IOV|Sriov|numVfs/);
  }
});

test('gives what each node offers as evidence', () => {
  const nodeStates = [node('a', { allocatable: { 'openshift.io/sriov_nic': '4' } }), node('b')];
  const { evidence } = of('2 Insufficient openshift.io/sriov_nic', {}, { nodeStates });
  expect(evidence).toContain('allocatable openshift.io/sriov_nic: a has 4, b has none');
});

test('returns the missing resources that no node offers', () => {
  const text =
    '0/2 nodes are available: 1 Insufficient memory, 2 Insufficient a.io/x, 2 Insufficient b.io/y. preemption: x';
  const nodes = [
    node('a', { allocatable: { memory: '1Gi', 'a.io/x': '0' } }),
    node('b', { allocatable: { 'b.io/y': '1' } }),
  ];
  expect(unofferedResources(text, nodes)).toEqual(['a.io/x']);
  expect(unofferedResources(text, [])).toEqual([]);
  expect(unofferedResources('no nodes available to schedule pods', nodes)).toEqual([]);
});

test.describe('a VM of a mesh, which must run on one node', () => {
  const pinned: Partial<Situation> = { topology: 'mesh', pinned: new Map([[vmi.name, 'node-6']]) };
  const ELSEWHERE = "2 node(s) didn't match Pod's node affinity/selector";
  const UNREACHABLE = '1 node(s) had untolerated taint {node.kubernetes.io/unreachable: }';

  test('is diagnosed by the state of that node alone', () => {
    const nodeStates = [node('node-1', { taint: 'gpu' }), node('node-6', { cordoned: true })];
    const diagnosis = of(`1 node(s) had untolerated taint {gpu: }, ${ELSEWHERE}`, {}, { ...pinned, nodeStates });
    expect(diagnosis).toMatchObject({
      id: 'node-unusable',
      summary: 'node "node-6" cannot take its VM: cordoned',
      next: expect.arrayContaining([
        'Look at it: kubectl describe node node-6',
        'Or choose other nodes (nodes, nodeSelector)',
      ]),
    });
  });

  test('is diagnosed by the message if the nodes are not known, as far as it is about that node', () => {
    expect(of(`${UNREACHABLE}, ${ELSEWHERE}`, {}, pinned).summary).toBe(
      'node "node-6" cannot take its VM: not reachable (the kubelet has stopped)',
    );
    expect(of(`2 node(s) had untolerated taint {control-plane: }, ${ELSEWHERE}`, {}, pinned).summary).toBe(
      'node "node-6" cannot take its VM: not Ready, tainted, or not a node for KubeVirt',
    );
  });

  test('names the resource that the node lacks, and no other node', () => {
    const nodeStates = [node('node-1'), node('node-6')];
    const lack = '1 Insufficient bridge.network.kubevirt.io/br10';
    expect(of(`${lack}, ${ELSEWHERE}`, {}, { ...pinned, nodeStates })).toMatchObject({
      summary: 'bridge "br10" is missing on node "node-6"',
      evidence: [expect.any(String), 'allocatable bridge.network.kubevirt.io/br10: node-6 has none'],
    });
  });
});
