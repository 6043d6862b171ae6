// SPDX-License-Identifier: Apache-2.0
/** Problems before any VM is created, reported in the ConfigMap. */
import { expect } from '@playwright/test';
import type { LabOptions } from '../../lab/lab.ts';
import { DIAGNOSIS_SCENARIOS, optionsOf } from '../../lab/scenarios.ts';
import { configMapData, setConfigMap, vmisCreated } from '../support/cluster-facts.ts';
import { test } from '../support/lab-test.ts';

interface Case {
  title: string;
  env?: Record<string, string>;
  configMap?: Record<string, string | undefined>;
  lab?: Partial<LabOptions>;
  /** Parts of `status.failureReason`. */
  reason: (string | RegExp)[];
  tag?: '@slow';
}

const NAD = 'spec.param.networkAttachmentDefinitionName';

const CASES: Case[] = [
  {
    title: 'two wrong inputs at once',
    env: { SAMPLE_DURATION_SECONDS: 'abc' },
    configMap: { [NAD]: undefined },
    reason: ['"SAMPLE_DURATION_SECONDS"', '"abc"', 'whole', '"networkAttachmentDefinitionName" parameter is missing'],
  },
  {
    title: 'misspelled names in the ConfigMap and in the environment',
    env: { SOURCE_NODES: 'node-1' },
    configMap: { 'spec.param.maxDesiredLatencyMiliseconds': '10', 'spec.param.target-node': 'node-2' },
    reason: [
      'ConfigMap key "spec.param.maxDesiredLatencyMiliseconds" is unknown: "10": did you mean "spec.param.maxDesiredLatencyMilliseconds"?',
      'ConfigMap key "spec.param.target-node" is unknown: "node-2": did you mean "spec.param.targetNode"?',
      'environment variable "SOURCE_NODES" is unknown: "node-1": did you mean "SOURCE_NODE"?',
    ],
  },
  { title: 'KubeVirt absent', lab: { kubevirt: 'absent' }, reason: [/^prerequisites: .*kubevirt\.io/i] },
  {
    title: 'KubeVirt not deployed yet',
    tag: '@slow',
    lab: { kubevirt: 'deploying' },
    reason: [/^prerequisites: .*Deploying/],
  },
  { title: 'Multus absent', tag: '@slow', lab: { multus: false }, reason: [/^prerequisites: .*k8s\.cni\.cncf\.io/] },
  { title: 'one schedulable node', lab: { nodes: 2, cordoned: ['node-1'] }, reason: [/^prerequisites: .*two/] },
  {
    title: 'a primary user-defined network',
    lab: optionsOf(DIAGNOSIS_SCENARIOS.filter(({ name }) => name === 'primary-network')),
    reason: [
      /^prerequisites: network-attachment-definition "latency\/blue" is a primary user-defined network .*; use a secondary network: /,
    ],
  },
  {
    title: 'three missing prerequisites at once, one a hostname given as a node name',
    env: { NETWORK_ATTACHMENT_DEFINITION_NAME: 'bleu', SOURCE_NODE: 'node-9', TARGET_NODE: 'node-1.lab.example' },
    reason: [
      /^prerequisites: network-attachment-definitions.k8s.cni.cncf.io "bleu" not found: did you mean "blue"\? namespace "latency" has "blue"/,
      'node "node-9" (sourceNode) not found',
      'node "node-1.lab.example" (targetNode) not found: it is a hostname or address of node "node-1"',
    ],
  },
];

for (const { title, env, configMap, lab: options, reason, tag } of CASES) {
  test(`refused: ${title}`, { tag: tag ?? [] }, async ({ newLab, checkup }) => {
    const lab = await newLab(options);
    if (configMap) setConfigMap(lab, configMap);
    const { status, lastLine } = await checkup(lab, { ...(env && { env }) }).ended;
    const data = configMapData(lab);
    expect(status).toBe(1);
    expect(data).toMatchObject({
      'status.succeeded': 'false',
      'status.startTimestamp': expect.any(String),
      'status.completionTimestamp': expect.any(String),
    });
    const reported = data['status.failureReason'] ?? '';
    for (const part of reason) {
      if (typeof part === 'string') expect(reported).toContain(part);
      else expect(reported).toMatch(part);
    }
    expect(lastLine).toBe(`Kubevirt VM latency checkup failed: ${reported}`);
    expect(vmisCreated(lab)).toBe(0);
  });
}

test('reports a missing ConfigMap name on stdout only', async ({ newLab, checkup }) => {
  const lab = await newLab();
  const { status, lastLine } = await checkup(lab, { env: { CONFIGMAP_NAMESPACE: undefined } }).ended;
  expect(status).toBe(1);
  expect(lastLine).toBe(
    'Kubevirt VM latency checkup failed: missing required environment variable: "CONFIGMAP_NAMESPACE"',
  );
  expect(configMapData(lab)).not.toHaveProperty(['status.startTimestamp']);
});

test("does not change another run's ConfigMap", async ({ newLab, checkup }) => {
  const lab = await newLab();
  setConfigMap(lab, { 'status.startTimestamp': '2026-01-01T00:00:00Z', 'spec.param.overwriteResult': 'true' });
  const before = configMapData(lab);
  const { status, lastLine, output } = await checkup(lab).ended;
  expect(status).toBe(1);
  expect(lastLine).toMatch(/configMap is already in use/);
  expect(output).toContain('did you mean "spec.param.overwriteResults"?');
  expect(configMapData(lab)).toEqual(before);
  expect(vmisCreated(lab)).toBe(0);
});
