// SPDX-License-Identifier: Apache-2.0
/** The sources of a checkup's input, with SIMULATED guests. */
import { expect } from '@playwright/test';
import { configMapData, setConfigMap, vmisCreated } from '../support/cluster-facts.ts';
import { test } from '../support/lab-test.ts';

test('takes all input from the environment, with an empty ConfigMap named by the older variables', async ({
  newLab,
  checkup,
}) => {
  const lab = await newLab();
  const env = {
    CONFIGMAP_NAMESPACE: undefined,
    CONFIGMAP_NAME: undefined,
    RESULT_CONFIGMAP_NAMESPACE: 'latency',
    RESULT_CONFIGMAP_NAME: 'results',
    NETWORK_ATTACHMENT_DEFINITION_NAMESPACE: 'latency',
    NETWORK_ATTACHMENT_DEFINITION_NAME: 'list',
    SOURCE_NODE: 'node-2',
    TARGET_NODE: 'node-1',
    SAMPLE_DURATION_SECONDS: '2',
    MAX_DESIRED_LATENCY_MILLISECONDS: '5000',
  };
  const { status, output } = await checkup(lab, { env }).ended;
  expect(status).toBe(0);
  expect(output).toMatch(/no "spec.timeout" in the ConfigMap: using 10m2s/);
  expect(configMapData(lab, 'results')).toMatchObject({
    'status.succeeded': 'true',
    'status.result.sourceNode': 'node-2',
    'status.result.targetNode': 'node-1',
    'status.result.measurementDurationSec': '2',
  });
  expect(configMapData(lab)).not.toHaveProperty(['status.startTimestamp']);
});

const CAMEL = {
  'spec.param.networkAttachmentDefinitionNamespace': 'latency',
  'spec.param.networkAttachmentDefinitionName': 'sriov',
  'spec.param.sourceNode': 'node-2',
  'spec.param.targetNode': 'node-1',
  'spec.param.sampleDurationSeconds': '2',
  'spec.param.maxDesiredLatencyMilliseconds': '5000.5',
};

for (const spelling of ['camelCase', 'snake_case']) {
  test(
    `takes all input from the ConfigMap, in ${spelling}`,
    { tag: spelling === 'camelCase' ? [] : '@slow' },
    async ({ newLab, checkup }) => {
      const lab = await newLab();
      const snake = (key: string) => key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
      const spelled = (key: string) => (spelling === 'snake_case' ? snake(key) : key);
      const parameters = Object.fromEntries(Object.entries(CAMEL).map(([key, value]) => [spelled(key), value]));
      const cleared = Object.fromEntries(Object.keys(CAMEL).map((key) => [key, undefined]));
      setConfigMap(lab, { ...cleared, ...parameters });
      const { status, output } = await checkup(lab, { env: { SAMPLE_DURATION_SECONDS: undefined } }).ended;
      expect(status).toBe(0);
      expect(output).toMatch(/limit on max +5\.0005s$/m);
      expect(configMapData(lab)).toMatchObject({
        ...parameters,
        'status.succeeded': 'true',
        'status.result.sourceNode': 'node-2',
        'status.result.targetNode': 'node-1',
        'status.result.measurementDurationSec': '2',
      });
    },
  );
}

test('reuses a completed ConfigMap when that is allowed, and deletes stale results', async ({ newLab, checkup }) => {
  const lab = await newLab();
  setConfigMap(lab, {
    'spec.param.overwriteResults': 'true',
    'spec.image': 'left alone',
    'status.startTimestamp': '2026-01-01T00:00:00Z',
    'status.completionTimestamp': '2026-01-01T00:01:00Z',
    'status.succeeded': 'false',
    'status.failureReason': 'old',
    'status.result.p99999LatencyNanoSec': '1',
  });
  expect((await checkup(lab).ended).status).toBe(0);
  const data = configMapData(lab);
  expect(data).toMatchObject({ 'spec.image': 'left alone', 'status.succeeded': 'true', 'status.failureReason': '' });
  expect(data).not.toHaveProperty(['status.result.p99999LatencyNanoSec']);
  expect(data['status.startTimestamp']).not.toBe('2026-01-01T00:00:00Z');
});

test('reports every wrong value of a mesh of several networks, and creates nothing', async ({ newLab, checkup }) => {
  const lab = await newLab();
  setConfigMap(lab, {
    'spec.timeout': '30s',
    'spec.param.network_attachment_definitions': 'red,latency/red,latency/Blue',
    'spec.param.topology': 'mesh',
    'spec.param.sourceNode': 'node-1',
  });
  const { status, lastLine } = await checkup(lab, { env: { NODES: 'node-1,node-2,node-1' } }).ended;
  const complaints = [
    '"network_attachment_definitions" parameter is invalid: "red,latency/red,latency/Blue": expected "namespace/name" or "name" of each network, separated by commas or newlines, not "latency/Blue"',
    '"network_attachment_definitions" parameter is invalid: "red,latency/red,latency/Blue": expected each network once: "latency/red" is listed twice',
    '"NODES" parameter is invalid: "node-1,node-2,node-1": expected each node once: "node-1" is listed twice',
    '"sourceNode" parameter is invalid: "node-1": expected no value with "topology" "mesh"',
  ];
  expect(lastLine).toBe(`Kubevirt VM latency checkup failed: ${complaints.join(', ')}`);
  expect(status).toBe(1);
  expect(configMapData(lab)).toMatchObject({
    'status.succeeded': 'false',
    'status.failureReason': complaints.join(', '),
  });
  expect(vmisCreated(lab)).toBe(0);
});
