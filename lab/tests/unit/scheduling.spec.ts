// SPDX-License-Identifier: Apache-2.0
import { expect, test } from '@playwright/test';
import { placePod } from '../../controllers/scheduling.ts';
import { node, sriovPod } from '../../kinds/default-objects.ts';
import type { JsonObject } from '../../store/json.ts';
import { identified, type KubeObject } from '../../store/kube-object.ts';

const NODES = [node('node-1', false), node('node-2', false)];

function pod(name: string, spec: JsonObject = {}, labels: JsonObject = {}): KubeObject {
  return identified({ apiVersion: 'v1', kind: 'Pod', metadata: { labels }, spec }, { name, namespace: 'ns' });
}

function onNode(operator: string, value: string): JsonObject {
  const term = { matchFields: [{ key: 'metadata.name', operator, values: [value] }] };
  const required = { nodeSelectorTerms: [term] };
  return { affinity: { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: required } } };
}

const APART: JsonObject = {
  affinity: {
    podAntiAffinity: {
      requiredDuringSchedulingIgnoredDuringExecution: [
        { topologyKey: 'kubernetes.io/hostname', labelSelector: { matchLabels: { check: 'x' } } },
      ],
    },
  },
};

test('a free pod goes to the emptiest node', () => {
  expect(placePod(pod('b'), NODES, [pod('a', { nodeName: 'node-1' })])).toEqual({ node: 'node-2' });
});

test('a pod goes to the node that it prefers, or away from pods that it prefers not to meet', () => {
  const preferred = 'preferredDuringSchedulingIgnoredDuringExecution';
  const preference = { matchFields: [{ key: 'metadata.name', operator: 'In', values: ['node-1'] }] };
  const toNode1 = { affinity: { nodeAffinity: { [preferred]: [{ weight: 100, preference }] } } };
  const pods = [pod('a', { nodeName: 'node-1' }, { check: 'x' })];
  expect(placePod(pod('b', toNode1), NODES, pods)).toEqual({ node: 'node-1' });
  const podAffinityTerm = { topologyKey: 'kubernetes.io/hostname', labelSelector: { matchLabels: { check: 'x' } } };
  const apart = { affinity: { podAntiAffinity: { [preferred]: [{ weight: 100, podAffinityTerm }] } } };
  const busy = [...pods, pod('c', { nodeName: 'node-2' }), pod('d', { nodeName: 'node-2' })];
  expect(placePod(pod('b', apart), NODES, busy)).toEqual({ node: 'node-2' });
  expect(placePod(pod('b', apart), NODES.slice(0, 1), busy)).toEqual({ node: 'node-1' });
});

test('node affinity names nodes, not their hostname labels', () => {
  expect(placePod(pod('a', onNode('In', 'node-2')), NODES, [])).toEqual({ node: 'node-2' });
  expect(placePod(pod('a', onNode('NotIn', 'node-1')), NODES, [])).toEqual({ node: 'node-2' });
  expect(placePod(pod('a', onNode('In', 'node-2.lab.example')), NODES, [])).toEqual({
    unschedulable:
      "0/2 nodes are available: 2 node(s) didn't satisfy plugin(s) [NodeAffinity]. no new claims to deallocate, " +
      'preemption: 0/2 nodes are available: 2 Preemption is not helpful for scheduling.',
  });
});

test('a cordoned and a NotReady node accept no pods, each with its own reason', () => {
  const sick = node('node-2', false);
  sick.status = { conditions: [{ type: 'Ready', status: 'Unknown' }] };
  const placement = placePod(pod('a'), [node('node-1', true), sick], []);
  expect(placement).toHaveProperty(
    'unschedulable',
    expect.stringContaining('1 node(s) had untolerated taint(s), 1 node(s) were unschedulable.'),
  );
});

test('respects the anti-affinity of the new pod', () => {
  const running = pod('a', { nodeName: 'node-1' }, { check: 'x' });
  expect(placePod(pod('b', APART), NODES, [running])).toEqual({ node: 'node-2' });
});

test('respects the anti-affinity of a running pod', () => {
  const running = pod('a', { ...APART, nodeName: 'node-1' }, { check: 'x' });
  const newcomer = pod('b', onNode('In', 'node-1'), { check: 'x' });
  expect(placePod(newcomer, NODES, [running])).toHaveProperty(
    'unschedulable',
    expect.stringContaining("1 node(s) didn't satisfy existing pods anti-affinity rules"),
  );
});

test('ignores the anti-affinity of an ended pod', () => {
  const ended = pod('a', { ...APART, nodeName: 'node-1' }, { check: 'x' });
  ended.status = { phase: 'Succeeded' };
  expect(placePod(pod('b', onNode('In', 'node-1'), { check: 'x' }), NODES, [ended])).toEqual({ node: 'node-1' });
});

const BRIDGE = 'bridge.network.kubevirt.io/br10';
const WANTING = { containers: [{ resources: { requests: { [BRIDGE]: '1' } } }] };

test('reports a device that no node offers, without preemption candidates', () => {
  expect(placePod(pod('a', WANTING), NODES, [])).toEqual({
    unschedulable:
      `0/2 nodes are available: 2 Insufficient ${BRIDGE}. no new claims to deallocate, preemption: ` +
      '0/2 nodes are available: 2 Preemption is not helpful for scheduling.',
  });
});

test('reports the reason of each node when only one of two VMs can use a bridge', () => {
  const nodes = [node('node-1', false, { bridges: ['br10'] }), node('node-2', false)];
  const first = pod('a', { ...WANTING, ...APART, nodeName: 'node-1' }, { check: 'x' });
  expect(placePod(pod('b', { ...WANTING, ...APART }, { check: 'x' }), nodes, [])).toEqual({ node: 'node-1' });
  expect(placePod(pod('b', { ...WANTING, ...APART }, { check: 'x' }), nodes, [first])).toEqual({
    unschedulable:
      `0/2 nodes are available: 1 Insufficient ${BRIDGE}, 1 node(s) didn't match pod anti-affinity rules. ` +
      'no new claims to deallocate, preemption: 0/2 nodes are available: 1 No preemption victims found for incoming pod, ' +
      '1 Preemption is not helpful for scheduling.',
  });
});

test('reports preemption candidates when other pods use a device', () => {
  const wanting = pod('a', { containers: [{ resources: { requests: { 'openshift.io/sriov_nic': '1' } } }] });
  const nodes = [node('node-1', false, { sriovNics: 1 })];
  expect(placePod(wanting, nodes, [sriovPod('node-1', 1)])).toEqual({
    unschedulable:
      '0/1 nodes are available: 1 Insufficient openshift.io/sriov_nic. no new claims to deallocate, preemption: ' +
      '0/1 nodes are available: 1 No preemption victims found for incoming pod.',
  });
});

test('reports the reason of each node for a pod that must run on a cordoned node', () => {
  const nodes = [node('node-1', false), node('node-2', true)];
  expect(placePod(pod('a', onNode('In', 'node-2')), nodes, [])).toHaveProperty(
    'unschedulable',
    expect.stringMatching(
      /^0\/2 nodes are available: 1 node\(s\) didn't satisfy plugin\(s\) \[NodeAffinity\], 1 node\(s\) were unschedulable\. /,
    ),
  );
});

test('reports a node without the required label', () => {
  const selector = { nodeSelector: { 'kubevirt.io/schedulable': 'true' } };
  const bare = node('node-1', false, { kubevirt: false });
  expect(placePod(pod('a', selector), [bare], [])).toHaveProperty(
    'unschedulable',
    expect.stringContaining("0/1 nodes are available: 1 node(s) didn't match Pod's node affinity/selector."),
  );
});
