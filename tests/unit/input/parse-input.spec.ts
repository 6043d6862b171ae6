// SPDX-License-Identifier: Apache-2.0
import { expect, test } from '@playwright/test';
import { parseInput } from '../../../fixtures/input/parse-input.ts';
import { complaints } from './complaints.ts';

const DATA = {
  'spec.timeout': '5m',
  'spec.param.networkAttachmentDefinitionNamespace': 'ns',
  'spec.param.networkAttachmentDefinitionName': 'blue',
};

function inputErrors(environment: Record<string, string>, data: Record<string, string>): readonly string[] {
  return complaints(() => parseInput(environment, data, false));
}

test('defaults: five seconds, no limit, any node', () => {
  expect(parseInput({}, DATA, false)).toEqual({
    network: { namespace: 'ns', name: 'blue' },
    networks: [{ namespace: 'ns', name: 'blue' }],
    topology: 'pair',
    nodes: undefined,
    nodeSelector: undefined,
    maxVms: 100,
    roundsPerRun: 0,
    retestWorstPairs: 5,
    maxFailedPairs: { value: 0, unit: 'pairs' },
    sourceNode: undefined,
    targetNode: undefined,
    sampleDurationMs: 5000,
    sampleIntervalMs: 100,
    packetSizeBytes: 56,
    latencyStatistic: 'max',
    ipFamilies: ['ipv4'],
    addressing: 'static',
    sourceAddresses: [],
    targetAddresses: [],
    fixedAddresses: { source: [], target: [] },
    bidirectional: false,
    liveMigration: false,
    maxMigrationGapNs: undefined,
    probeMtu: false,
    containerDiskImage: undefined,
    containerDiskPullSecret: undefined,
    trend: 'warn',
    trendMinChangePercent: 20,
    historyRuns: 50,
    history: [],
    metricsPushUrl: undefined,
    skipTeardown: 'never',
    timeoutMs: 300_000,
    warnings: [],
  });
});

test('environment wins over camelCase, camelCase over snake_case, and a warning names both', () => {
  const data = { ...DATA, 'spec.param.sourceNode': 'b', 'spec.param.source_node': 'c' };
  expect(parseInput({}, data, false)).toMatchObject({
    sourceNode: 'b',
    warnings: ['ConfigMap key "spec.param.sourceNode" ("b") overrides ConfigMap key "spec.param.source_node" ("c")'],
  });
  expect(parseInput({ SOURCE_NODE: 'a' }, data, false)).toMatchObject({
    sourceNode: 'a',
    warnings: ['environment variable "SOURCE_NODE" ("a") overrides ConfigMap key "spec.param.sourceNode" ("b")'],
  });
});

test('ignores an empty value', () => {
  expect(parseInput({ SOURCE_NODE: ' ' }, { ...DATA, 'spec.param.source_node': 'c' }, false).sourceNode).toBe('c');
});

test('a maximum of 0 means no limit; decimals are exact', () => {
  expect(parseInput({ MAX_DESIRED_LATENCY_MILLISECONDS: '0' }, DATA, false).maxLatencyNs).toBeUndefined();
  expect(parseInput({ MAX_DESIRED_LATENCY_MILLISECONDS: '0.01' }, DATA, false).maxLatencyNs).toBe(10_000);
});

test('reports every invalid input at once, with key, actual value and expected value', () => {
  expect(
    inputErrors(
      { SAMPLE_DURATION_SECONDS: 'abc' },
      { 'spec.timeout': 'soon', 'spec.param.network_attachment_definition_name': 'Not_A_Name' },
    ),
  ).toEqual([
    '"networkAttachmentDefinitionNamespace" parameter is missing: expected the name of a namespace (RFC 1123 label)',
    '"network_attachment_definition_name" parameter is invalid: "Not_A_Name": expected the name of an object (RFC 1123 subdomain)',
    '"SAMPLE_DURATION_SECONDS" parameter is invalid: "abc": expected whole seconds from 1 to 2000000',
    'timeout field is illegal: "spec.timeout" "soon": expected a duration > 0 such as "5m", "1h30m" or "90s"',
  ]);
});

test('the timeout must leave room for the sample', () => {
  expect(inputErrors({ SAMPLE_DURATION_SECONDS: '10' }, { ...DATA, 'spec.timeout': '10s' })).toEqual([
    'timeout field is illegal: "spec.timeout" "10s" leaves no room for "SAMPLE_DURATION_SECONDS" 10: expected more than 10s',
  ]);
});

test('a missing timeout is an error, but not for the older launcher', () => {
  const data = Object.fromEntries(Object.entries(DATA).filter(([key]) => key !== 'spec.timeout'));
  expect(inputErrors({}, data)).toEqual([expect.stringMatching(/^timeout field is missing/)]);
  expect(parseInput({}, data, true)).toMatchObject({
    timeoutMs: 605_000,
    warnings: ['no "spec.timeout" in the ConfigMap: using 10m5s'],
  });
});

test('no message shows a password in metricsPushUrl, wherever it is given', () => {
  const url = `https://admin:hunter2/?#@${'h'.repeat(200)}.example:9091/?token=hunter2`;
  const key = 'spec.param.metricsPushUrl';
  const shown = '"https://…@hhhh';
  const wrong: [Record<string, string>, Record<string, string>][] = [
    [{ METRICS_PUSH_URL: url }, DATA],
    [{}, { ...DATA, [key]: url }],
    [{ METRICS_PUSH_URI: url }, DATA],
    [{}, { ...DATA, 'spec.param.metricPushUrl': url }],
    [{}, { ...DATA, [key]: url.replace('https://', '') }],
  ];
  for (const [environment, data] of wrong) {
    const [error = '', ...others] = inputErrors(environment, data);
    expect(others).toEqual([]);
    expect(error).toContain('…@hhhh');
    expect(error).not.toMatch(/hunter2|admin/);
  }
  const { warnings } = parseInput({ METRICS_PUSH_URL: 'http://a' }, { ...DATA, [key]: url }, false);
  expect(warnings).toEqual([expect.stringContaining(`overrides ConfigMap key "${key}" (${shown}`)]);
  expect(warnings[0]).not.toMatch(/hunter2|admin/);
});
