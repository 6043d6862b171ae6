// SPDX-License-Identifier: Apache-2.0
/** The forms in which older users start the checkup, as Jobs, with SIMULATED guests. console-rerun.spec.ts covers the console's Rerun after each failure. */
import { expect } from '@playwright/test';
import { configMapData, vmisLeft } from '../support/cluster-facts.ts';
import {
  bareJob,
  CONSOLE_CONFIG_MAP,
  GOOD_CONFIG,
  waitForJob,
  rerun,
  setConsoleConfig,
  startConsoleJob,
  statusKeys,
} from '../support/console-job.ts';
import { kubectlFor } from '../support/kubectl.ts';
import { test } from '../support/lab-test.ts';
import { checkupRbac } from '../support/permissions.ts';

const NANOSECONDS = expect.stringMatching(/^[1-9]\d*$/);

test('the console’s job succeeds, and again after each Rerun', { tag: '@slow' }, async ({ newLab }, testInfo) => {
  const lab = await newLab({ objects: checkupRbac() });
  const kubectl = await kubectlFor(lab, testInfo.outputPath('kubectl'));
  setConsoleConfig(lab, GOOD_CONFIG);
  let before: string[] = [];
  let runs = 0;
  for (const name of ['first', 'second', 'third']) {
    startConsoleJob(lab, name);
    expect(await waitForJob(lab, name)).toBe('Complete');
    expect(configMapData(lab, CONSOLE_CONFIG_MAP)).toMatchObject({
      'status.succeeded': 'true',
      'status.failureReason': '',
      'status.result.minLatencyNanoSec': NANOSECONDS,
      'status.result.maxLatencyNanoSec': NANOSECONDS,
      'status.result.avgLatencyNanoSec': NANOSECONDS,
      'status.result.measurementDurationSec': '1',
      'status.result.sourceNode': expect.any(String),
      'status.result.targetNode': expect.any(String),
    });
    if (before.length > 0) expect(statusKeys(lab)).toEqual(before);
    before = statusKeys(lab);
    const history = configMapData(lab, CONSOLE_CONFIG_MAP)['history.runs'];
    runs += 1;
    expect(history?.trimEnd().split('\n')).toHaveLength(runs);
    expect((await rerun(lab, kubectl)).stderr).toBe('');
    expect(configMapData(lab, CONSOLE_CONFIG_MAP)['history.runs']).toBe(history);
  }
  // The console sends no second patch, so every run must write all of these keys.
  expect((await rerun(lab, kubectl)).status).not.toBe(0);
  expect(vmisLeft(lab)).toEqual([]);
});

test('the older launcher’s job takes all input from the environment, and writes results into an empty ConfigMap', async ({
  newLab,
}) => {
  const lab = await newLab({ objects: checkupRbac() });
  lab.createObject({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'results', namespace: 'latency' } });
  const env = {
    RESULT_CONFIGMAP_NAMESPACE: 'latency',
    RESULT_CONFIGMAP_NAME: 'results',
    NETWORK_ATTACHMENT_DEFINITION_NAMESPACE: 'latency',
    NETWORK_ATTACHMENT_DEFINITION_NAME: 'blue',
    SOURCE_NODE: 'node-2',
    TARGET_NODE: 'node-1',
    SAMPLE_DURATION_SECONDS: '1',
    MAX_DESIRED_LATENCY_MILLISECONDS: '5000',
  };
  lab.createObject(bareJob('older', env));
  expect(await waitForJob(lab, 'older')).toBe('Complete');
  expect(configMapData(lab, 'results')).toMatchObject({
    'status.succeeded': 'true',
    'status.failureReason': '',
    'status.result.sourceNode': 'node-2',
    'status.result.targetNode': 'node-1',
    'status.result.maxLatencyNanoSec': NANOSECONDS,
    'status.results.measurementDurationSec': '1',
  });
  expect(vmisLeft(lab)).toEqual([]);
});
