import { expect, test } from '@playwright/test';
import { placePod } from '../../../lab/controllers/scheduling.ts';
import { node } from '../../../lab/kinds/default-objects.ts';
import type { JsonObject } from '../../../lab/store/json.ts';
import { identified, type KubeObject } from '../../../lab/store/kube-object.ts';

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

test('node affinity names nodes, not their hostname labels', () => {
  expect(placePod(pod('a', onNode('In', 'node-2')), NODES, [])).toEqual({ node: 'node-2' });
  expect(placePod(pod('a', onNode('NotIn', 'node-1')), NODES, [])).toEqual({ node: 'node-2' });
  expect(placePod(pod('a', onNode('In', 'node-2.lab.example')), NODES, [])).toEqual({
    unschedulable:
      "0/2 nodes are available: 2 node(s) didn't match Pod's node affinity/selector. no new claims to deallocate, " +
      'preemption: 0/2 nodes are available: 2 Preemption is not helpful for scheduling.',
  });
});

test('a cordoned and a NotReady node take no pods, each for its own reason', () => {
  const sick = node('node-2', false);
  sick.status = { conditions: [{ type: 'Ready', status: 'Unknown' }] };
  const placement = placePod(pod('a'), [node('node-1', true), sick], []);
  expect(placement).toHaveProperty(
    'unschedulable',
    expect.stringContaining('1 node(s) had untolerated taint(s), 1 node(s) were unschedulable.'),
  );
});

test('anti-affinity of the newcomer keeps it away', () => {
  const running = pod('a', { nodeName: 'node-1' }, { check: 'x' });
  expect(placePod(pod('b', APART), NODES, [running])).toEqual({ node: 'node-2' });
});

test('anti-affinity is symmetric: a running pod keeps a newcomer without rules away', () => {
  const running = pod('a', { ...APART, nodeName: 'node-1' }, { check: 'x' });
  const newcomer = pod('b', onNode('In', 'node-1'), { check: 'x' });
  expect(placePod(newcomer, NODES, [running])).toHaveProperty(
    'unschedulable',
    expect.stringContaining("1 node(s) didn't satisfy existing pods anti-affinity rules"),
  );
});

test('a pod that has ended keeps nobody away', () => {
  const ended = pod('a', { ...APART, nodeName: 'node-1' }, { check: 'x' });
  ended.status = { phase: 'Succeeded' };
  expect(placePod(pod('b', onNode('In', 'node-1'), { check: 'x' }), NODES, [ended])).toEqual({ node: 'node-1' });
});

test('a device no node offers is named', () => {
  const resource = 'bridge.network.kubevirt.io/br10';
  const wanting = pod('a', { containers: [{ resources: { requests: { [resource]: '1' } } }] });
  expect(placePod(wanting, NODES, [])).toHaveProperty(
    'unschedulable',
    expect.stringContaining(`2 Insufficient ${resource}`),
  );
});
