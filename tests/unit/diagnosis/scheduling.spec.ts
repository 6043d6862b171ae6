/** Messages of kube-scheduler 1.3x (pkg/scheduler/framework: FitError.Error, and the filters' reasons). */
import { expect, test } from '@playwright/test';
import { diagnoseUnschedulable, parseUnschedulable } from '../../../fixtures/diagnosis/scheduling.ts';
import { EMPTY_SITUATION } from '../../../fixtures/diagnosis/situation.ts';
import type { Diagnosis } from '../../../model/diagnosis.ts';

const AFTER =
  ' preemption: 0/3 nodes are available: 1 No preemption victims found for incoming pod, 2 Preemption is not helpful for scheduling.';
const vmi = { namespace: 'ns', name: 'latency-check-source-ab12c' };

function of(reasons: string, nodes: { source?: string; target?: string } = {}): Diagnosis {
  const message = `0/3 nodes are available: ${reasons}.${AFTER}`;
  const condition = { type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message };
  return diagnoseUnschedulable(condition, vmi, {
    ...EMPTY_SITUATION,
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

interface Case {
  readonly what: string;
  readonly reasons: string;
  readonly nodes?: { source: string; target: string };
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
    summary: 'no free "openshift.io/sriov_nic" on 1 of 3 nodes',
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
    what: 'something new',
    reasons: '3 node(s) were painted blue',
    id: 'unschedulable',
    summary: 'the scheduler finds no node for a VM',
  },
];

for (const { what, reasons, nodes, id, summary } of CASES) {
  test(`${what}: ${id}`, () => {
    const diagnosis = of(reasons, nodes);
    expect(diagnosis.id).toBe(id);
    expect(diagnosis.summary.slice(0, summary.length)).toBe(summary);
    expect(diagnosis.evidence.join()).toContain(reasons);
    expect(diagnosis.next.length).toBeGreaterThan(0);
  });
}
