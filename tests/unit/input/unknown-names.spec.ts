// SPDX-License-Identifier: Apache-2.0
/** Unknown names in the ConfigMap and in the environment. */
import { expect, test } from '@playwright/test';
import { cpuMs } from '../cpu-time.ts';
import { configMapRef } from '../../../fixtures/input/configmap-ref.ts';
import { ENVIRONMENT } from '../../../fixtures/input/keys.ts';
import { camelCaseKey, environmentName, PARAMETER_NAMES, snakeCaseKey } from '../../../model/parameters.ts';
import { parseInput } from '../../../fixtures/input/parse-input.ts';
import { editDistance } from '../../../fixtures/input/similarity.ts';
import { findMeant, findUnknownKeys, misspelledVariables } from '../../../fixtures/input/unknown-names.ts';
import { complaints } from './complaints.ts';

const DATA = {
  'spec.timeout': '5m',
  'spec.param.networkAttachmentDefinitionNamespace': 'ns',
  'spec.param.networkAttachmentDefinitionName': 'blue',
};

const CLOSE: Record<string, string[]> = {
  'spec.param.maxDesiredLatencyMilliseconds': [
    'spec.param.maxDesiredLatencyMiliseconds',
    'spec.param.MaxDesiredLatencyMilliseconds',
    'spec.param.max-desired-latency-milliseconds',
    'spec.param.max-desired-latency',
    'spec.param.max.desired.latency.milliseconds',
    'spec.param.max_desiredLatency_milliseconds',
    'spec.param.MAX_DESIRED_LATENCY_MILLISECONDS',
    'SPEC.PARAM.MAXDESIREDLATENCYMILLISECONDS',
    'Spec.Param.maxDesiredLatencyMilliseconds',
    'spec.params.maxDesiredLatencyMilliseconds',
    'spec.parameter.maxDesiredLatencyMilliseconds',
    'spec.parameters.max_desired_latency_milliseconds',
    'spec.parm.maxDesiredLatencyMilliseconds',
    'spec-param-maxDesiredLatencyMilliseconds',
    'spec_param_max_desired_latency_milliseconds',
    'spec.paramMaxDesiredLatencyMilliseconds',
    'spec.maxDesiredLatencyMilliseconds',
    'param.maxDesiredLatencyMilliseconds',
    'maxDesiredLatencyMilliseconds',
    'max_desired_latency_milliseconds',
    'spec.param.maxDesiredLatency',
    'spec.param.maxDesiredLatencyMs',
    'spec.param.max_latency_ms',
    'spec.param.spec.param.maxDesiredLatencyMilliseconds',
    'param.spec.maxDesiredLatencyMilliseconds',
    'spec.param.maxDesiredLatencySeconds',
    'spec.param.maxLatencyMilliseconds',
    'spec.param.maxLatency',
    'spec.param.mxaDesiredLatencyMilliseconds',
  ],
  'spec.param.networkAttachmentDefinitionName': [
    'spec.param.networkAttachementDefinitionName',
    'spec.param.networkName',
  ],
  'spec.param.networkAttachmentDefinitions': [
    'spec.param.networkAttachmentDefinition',
    'spec.param.network-attachment-definitions',
    'spec.param.nads',
  ],
  'spec.param.nodes': ['spec.param.node', 'spec.nodes', 'spec.param.Nodes'],
  'spec.param.maxVms': ['spec.param.maxVMs', 'spec.param.max-vms', 'spec.param.maxVm'],
  'spec.param.sourceNode': [
    'spec.param.sourceNodes',
    'spec.param.sourceNodeName',
    'spec.param.soruceNode',
    'sourcenode',
  ],
  'spec.param.ipFamilies': ['spec.param.ipFamily', 'spec.param.IPFamilies', 'spec.param.ip-families'],
  'spec.param.sampleDurationSeconds': ['spec.param.sampleDuration', 'spec.param.durationSeconds'],
  'spec.param.probeMtu': ['spec.param.probeMTU', 'spec.param.probe-mtu'],
  'spec.param.vmContainerDiskImage': ['spec.param.containerDiskImage', 'spec.param.vmImage'],
  'spec.timeout': [
    'spec.timeOut',
    'spec.Timeout',
    'spec.time_out',
    'spec.timeouts',
    'spec.param.timeout',
    'timeout',
    'spec.tiemout',
  ],
};

for (const [meant, keys] of Object.entries(CLOSE)) {
  test(`suggests ${meant} for ${keys.length} other spellings`, () => {
    for (const key of keys) {
      expect(findUnknownKeys({ [key]: '10' })).toEqual({
        complaints: [`ConfigMap key "${key}" is unknown: "10": did you mean "${meant}"?`],
        warnings: [],
      });
    }
  });
}

test('lists the keys of sibling checkups and of later versions in one warning', () => {
  const siblings = [
    'storageClass',
    'vmiTimeout',
    'numOfVMs',
    'trafficGenContainerDiskImage',
    'trafficGenTargetNodeName',
    'trafficGenPacketsPerSecond',
    'vmUnderTestContainerDiskImage',
    'vmUnderTestTargetNodeName',
    'testDuration',
    'portBandwidthGbps',
    'verbose',
    'oslatDuration',
    'oslatLatencyThresholdMicroSeconds',
    'message',
    'kernelVersion',
    'hugepages',
    'isolatedCores',
    'storageProfile',
    'bandwidthGbps',
    'postCopy',
    'maxThroughput',
  ].map(camelCaseKey);
  for (const key of siblings) {
    const warnings = [`ConfigMap key "${key}" is unknown and has no effect`];
    expect(findUnknownKeys({ [key]: '10' })).toEqual({ complaints: [], warnings });
  }
  const all = Object.fromEntries(siblings.map((key) => [key, '']));
  expect(findUnknownKeys(all).warnings).toEqual([
    expect.stringMatching(/^ConfigMap keys "spec.param.storageClass", .* and 1 more are unknown and have no effect$/),
  ]);
});

test('does not report known keys in both spellings, kiagnose’s keys, or output keys', () => {
  const known = [
    ...PARAMETER_NAMES.flatMap((name) => [camelCaseKey(name), snakeCaseKey(name)]),
    'spec.timeout',
    'spec.image',
    'spec.clusterRoles',
    'spec.serviceAccountName',
    'status.startTimestamp',
    'status.result.sourceNode',
    'status.sourceNode',
    'history.runs',
    'history.nextRound',
  ];
  const data = Object.fromEntries(known.map((key) => [key, 'x']));
  expect(findUnknownKeys(data)).toEqual({ complaints: [], warnings: [] });
});

test('finds the intended parameter when any single character is wrong', () => {
  for (const name of PARAMETER_NAMES) {
    for (let index = 0; index <= name.length; index += 1) {
      const [before, after] = [name.slice(0, index), name.slice(index)];
      for (const wrong of [`${before}x${after}`, before + after.slice(1), `${before}x${after.slice(1)}`]) {
        if (PARAMETER_NAMES.some((known) => known === wrong)) continue;
        expect([wrong, findMeant(camelCaseKey(wrong))?.name]).toEqual([wrong, name]);
      }
    }
  }
});

test('reports every unknown name in addition to every invalid input', () => {
  const data = { ...DATA, 'spec.param.sampleDurationSeconds': 'x', 'spec.param.source-node': 'a', targetNode: 'b' };
  expect(complaints(() => parseInput({ MAX_PACKET_LOS_PERCENT: '1' }, data, false))).toEqual([
    expect.stringContaining('"sampleDurationSeconds" parameter is invalid: "x"'),
    'ConfigMap key "spec.param.source-node" is unknown: "a": did you mean "spec.param.sourceNode"?',
    'ConfigMap key "targetNode" is unknown: "b": did you mean "spec.param.targetNode"?',
    'environment variable "MAX_PACKET_LOS_PERCENT" is unknown: "1": did you mean "MAX_PACKET_LOSS_PERCENT"?',
  ]);
  expect(parseInput({}, { ...DATA, 'spec.param.storageClass': 'x' }, false).warnings).toEqual([
    'ConfigMap key "spec.param.storageClass" is unknown and has no effect',
  ]);
});

const MISSPELLED = {
  MAX_DESIRED_LATENCY_MILISECONDS: 'MAX_DESIRED_LATENCY_MILLISECONDS',
  SOURCE_NODES: 'SOURCE_NODE',
  SOUCRE_NODE: 'SOURCE_NODE',
  TARGETNODE: 'TARGET_NODE',
  CONFIG_MAP_NAME: 'CONFIGMAP_NAME',
  CONFIGMAP_NAMSPACE: 'CONFIGMAP_NAMESPACE',
  RESULTS_CONFIGMAP_NAME: 'RESULT_CONFIGMAP_NAME',
  ARTIFACTS_DIRS: 'ARTIFACTS_DIR',
  POD_NAM: 'POD_NAME',
  POD_UUID: 'POD_UID',
};

for (const [name, meant] of Object.entries(MISSPELLED)) {
  test(`suggests ${meant} for the environment variable ${name}`, () => {
    const complaint = `environment variable "${name}" is unknown: "10": did you mean "${meant}"?`;
    expect(misspelledVariables({ [name]: '10' })).toEqual([complaint]);
    const found = complaints(() => configMapRef({ [name]: '10' }));
    expect(found).toContain(complaint);
    expect(found).toContain('missing required environment variable: "CONFIGMAP_NAME"');
  });
}

test('ignores every other environment variable', () => {
  const others = [
    // Set by OpenShift's ci-operator in each step.
    'ARTIFACT_DIR',
    ...PARAMETER_NAMES.map(environmentName),
    ...Object.values(ENVIRONMENT).flat(),
    'PATH',
    'HOME',
    'HOST',
    'HOST_NAME',
    'HOSTNAMES',
    'NODE_NAME',
    // npm sets it for scripts.
    'NODE',
    'POD_IP',
    'POD_IPS',
    'POD_NAMESPACE',
    'JOB_NAME',
    'TARGET_NODE_SERVICE_HOST',
    'SOURCE_NOD_PORT',
    'PROBE_PORT',
    'ADDRESS_PORT',
    'TARGET_PORT',
    'KUBECONFIG',
    'MAX_DESIRED_LATENCY',
    'source_node',
    'NODE_OPTIONS',
    'IP_ADDRESS',
    'TARGET',
    'SOURCE',
    'NAMESPACE',
    'ADDRESS',
  ];
  for (const name of others) expect(misspelledVariables({ [name]: 'x' })).toEqual([]);
  expect(misspelledVariables({ SOURCE_NODES: ' ' })).toEqual([]);
});

test('an edit inserts, deletes or replaces one character, or swaps two', () => {
  for (const [from, to, distance] of [
    ['', '', 0],
    ['abc', 'abc', 0],
    ['abc', 'ab', 1],
    ['abc', 'abcd', 1],
    ['abc', 'axc', 1],
    ['abc', 'acb', 1],
    ['abcd', 'badc', 2],
    ['kitten', 'sitting', 3],
  ] as const) {
    expect(editDistance(from, to, 5)).toBe(distance);
    expect(editDistance(to, from, 5)).toBe(distance);
    if (distance > 0) expect(editDistance(from, to, distance - 1)).toBe(Infinity);
  }
});

test('checks 5,000 unknown keys within two seconds of CPU time', () => {
  const keys = Array.from({ length: 5000 }, (_, index) => `spec.param.maxDesired${'x'.repeat(100)}${index}`);
  const data = Object.fromEntries(keys.map((key) => [key, 'x']));
  const ms = cpuMs(() => {
    findUnknownKeys(data);
  });
  expect(ms).toBeLessThan(2000);
});
