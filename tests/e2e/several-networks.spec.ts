// SPDX-License-Identifier: Apache-2.0
/** Several networks in one run: each has its own result, and no network stops the others. SIMULATED guests. */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect } from '@playwright/test';
import { XMLParser } from 'fast-xml-parser';
import parsePrometheus from 'parse-prometheus-text-format';
import type { Lab } from '../../lab/lab.ts';
import type { JsonObject } from '../../lab/objects.ts';
import type { ResultDocument } from '../../model/result-document.ts';
import { configMapData, setConfigMap, vmisLeft } from '../support/cluster-facts.ts';
import { CONSOLE_CONFIG_MAP, rerun, setConsoleConfig, statusKeys } from '../support/console-job.ts';
import { kubectlFor } from '../support/kubectl.ts';
import { test } from '../support/lab-test.ts';
import { CHECKUP_ACCOUNT, checkupRbac } from '../support/permissions.ts';
import { schemaErrors } from '../support/result-schema.ts';

function bridge(namespace: string, name: string, own: string): JsonObject {
  return {
    apiVersion: 'k8s.cni.cncf.io/v1',
    kind: 'NetworkAttachmentDefinition',
    metadata: {
      name,
      namespace,
      annotations: { 'k8s.v1.cni.cncf.io/resourceName': `bridge.network.kubevirt.io/${own}` },
    },
    spec: { config: JSON.stringify({ cniVersion: '0.3.1', name, type: 'bridge', bridge: own }) },
  };
}

test.describe.configure({ timeout: 240_000 });

interface Testcase {
  name: string;
  error?: { type: string; message: string };
  properties: { property: { name: string; value: string }[] };
}

function junitOf(artifacts: string): Testcase[] {
  const isArray = (name: string): boolean => name === 'property' || name === 'testcase';
  const parser = new XMLParser({ ignoreAttributes: false, attributeNamePrefix: '', isArray });
  const { testsuites } = parser.parse(readFileSync(path.join(artifacts, 'junit.xml'), 'utf8')) as {
    testsuites: { testsuite: { testcase: Testcase[] } };
  };
  return testsuites.testsuite.testcase;
}

interface AllureResult {
  name: string;
  historyId: string;
  testCaseId: string;
  status: string;
  steps: { name: string }[];
}

function allureOf(artifacts: string): AllureResult[] {
  const directory = path.join(artifacts, 'allure-results');
  const files = readdirSync(directory).filter((name) => name.endsWith('-result.json'));
  const results = files.map((name) => JSON.parse(readFileSync(path.join(directory, name), 'utf8')) as AllureResult);
  return results.sort((a, b) => (a.name < b.name ? -1 : 1));
}

function resultOf(artifacts: string): ResultDocument {
  const json: unknown = JSON.parse(readFileSync(path.join(artifacts, 'result.json'), 'utf8'));
  expect(schemaErrors(json)).toEqual([]);
  return json as ResultDocument;
}

function setNetworks(lab: Lab, networks: string, changes: Record<string, string> = {}): void {
  setConfigMap(lab, {
    'spec.param.networkAttachmentDefinitionNamespace': undefined,
    'spec.param.networkAttachmentDefinitionName': undefined,
    'spec.param.networkAttachmentDefinitions': networks,
    ...changes,
  });
}

test(
  'reports each network, also one that is missing or forbidden; the Rerun of the console applies twice',
  { tag: '@slow' },
  async ({ newLab, checkup }, testInfo) => {
    const lab = await newLab({
      objects: [...checkupRbac(), bridge('default', 'private', 'br1')],
      // A busy machine adds tens of milliseconds to a round trip.
      impairment: { networks: { 'latency/blue': { delayMs: 150 } } },
    });
    const kubectl = await kubectlFor(lab, testInfo.outputPath('kubectl'));
    setConsoleConfig(lab, {
      'spec.timeout': '2m',
      'spec.param.networkAttachmentDefinitions': 'latency/none, default/private, latency/blue\nlatency/list',
      'spec.param.maxDesiredLatencyMilliseconds': '250',
    });
    const histories: string[][] = [];
    let keys: string[] | undefined;
    for (const run of [0, 1]) {
      const { status, lastLine, output } = await checkup(lab, {
        serviceAccount: CHECKUP_ACCOUNT,
        env: { CONFIGMAP_NAME: CONSOLE_CONFIG_MAP },
      }).ended;
      expect(status, output).toBe(1);
      expect(output).toMatch(/^Network 2 of 4: default\/private$/m);
      expect(output).toMatch(
        /^Verdict: FAILED {2}3 of 4 networks failed: latency\/none, default\/private, latency\/blue$/m,
      );
      expect(output.match(/latency max /g)).toHaveLength(2);
      const data = configMapData(lab, CONSOLE_CONFIG_MAP);
      const reason = data['status.failureReason'] ?? '';
      expect(lastLine).toBe(`Kubevirt VM latency checkup failed: ${reason}`);
      expect(reason).toMatch(
        /^latency\/none: prerequisites: .*"none" not found, default\/private: prerequisites: permission missing: .*, latency\/blue: run: actual max latency "[^"]+" is greater than desired "250ms"$/,
      );
      expect(data).toMatchObject({
        'status.succeeded': 'false',
        'status.result.networks': 'latency/none,default/private,latency/blue,latency/list',
        'status.result.networksFailed': 'latency/none,default/private,latency/blue',
        'status.result.network3.maxLatencyNanoSec': expect.stringMatching(/^\d{9,}$/),
        'status.result.network4.maxLatencyNanoSec': expect.stringMatching(/^\d+$/),
      });
      // The worst network has no numbers.
      expect(data).not.toHaveProperty(['status.result.maxLatencyNanoSec']);

      const artifacts = testInfo.outputPath(`artifacts-${run}`);
      const result = resultOf(artifacts);
      expect(result.networks?.map(({ network, succeeded, measured }) => [network.name, succeeded, measured])).toEqual([
        ['none', false, false],
        ['private', false, false],
        ['blue', false, true],
        ['list', true, true],
      ]);
      expect(result.networks?.[3]?.stages.map(({ stage, outcome }) => `${stage} ${outcome}`)).toEqual(
        ['prerequisites', 'setup', 'connectivity', 'latency', 'teardown'].map((stage) => `${stage} passed`),
      );
      expect(result.files?.find(({ path: file }) => file === 'logs/latency.blue/ping.txt')?.description).toBe(
        'output of ping',
      );
      const cases = junitOf(artifacts);
      expect(cases.map(({ name, error }) => [name, error?.type])).toEqual([
        ['latency/none', 'PrerequisiteMissing'],
        ['default/private', 'PrerequisiteMissing'],
        ['latency/blue', 'LatencyExceeded'],
        ['latency/list', undefined],
      ]);
      expect(cases[3]?.properties.property).toContainEqual({
        name: 'status.result.maxLatencyNanoSec',
        value: data['status.result.network4.maxLatencyNanoSec'],
      });
      const metrics = parsePrometheus(readFileSync(path.join(artifacts, 'metrics.prom'), 'utf8'));
      const success = metrics.find(({ name }) => name === 'kubevirt_vm_latency_success')?.metrics ?? [];
      expect(success.map(({ value }) => value)).toEqual(['0', '0', '0', '1']);
      const allure = allureOf(artifacts);
      expect(allure.map(({ name, status: own }) => `${own} ${name.replace(/: .*/, '')}`)).toEqual([
        'failed default/private',
        'failed latency/blue',
        'passed latency/list',
        'failed latency/none',
      ]);
      expect(allure[2]?.steps).toHaveLength(5);
      expect(new Set(allure.map(({ testCaseId }) => testCaseId)).size).toBe(1);
      histories.push(allure.map(({ historyId }) => historyId));

      expect(statusKeys(lab)).toEqual(keys ?? statusKeys(lab));
      keys = statusKeys(lab);
      expect((await rerun(lab, kubectl)).stderr).toBe('');
    }
    expect(new Set(histories[0]).size).toBe(4);
    expect(histories[1]).toEqual(histories[0]);
    expect(vmisLeft(lab)).toEqual([]);
  },
);

test('after SIGTERM the networks that were not measured are named, and no VM is left', async ({
  newLab,
  checkup,
}, testInfo) => {
  const lab = await newLab();
  setNetworks(lab, 'list,blue,ovn');
  const run = checkup(lab, { env: { SAMPLE_DURATION_SECONDS: '4' } });
  await run.until(/Network 2 of 3: latency\/blue\n[\s\S]*\.\.\. +latency/);
  run.signal('SIGTERM');
  const { status, lastLine, output } = await run.ended;
  expect(status, output).toBe(130);
  const reason =
    'interrupted by SIGTERM during latency of latency/blue, latency/ovn: not measured: the run was interrupted';
  expect(lastLine).toBe(`Kubevirt VM latency checkup failed: ${reason}`);
  expect(configMapData(lab)).toMatchObject({
    'status.failureReason': reason,
    'status.result.networksFailed': 'latency/blue,latency/ovn',
    'status.result.network1.maxLatencyNanoSec': expect.stringMatching(/^\d+$/),
  });
  expect(vmisLeft(lab)).toEqual([]);
  const artifacts = testInfo.outputPath('artifacts-0');
  expect(resultOf(artifacts).networks?.map(({ measured }) => measured)).toEqual([true, false, false]);
  expect(junitOf(artifacts).map(({ name, error }) => [name, error?.type])).toEqual([
    ['latency/list', undefined],
    ['latency/blue', 'Interrupted'],
    ['latency/ovn', 'Interrupted'],
  ]);
});

test(
  'VMs that never start use up the time of their network only: its bridge is missing on a node',
  { tag: '@slow' },
  async ({ newLab, checkup }, testInfo) => {
    const lab = await newLab({
      bridges: { br10: ['node-1'] },
      requestsNetworkResources: true,
      objects: [bridge('latency', 'red', 'br10')],
      impairment: { networks: { 'latency/blue': { delayMs: 150 } } },
    });
    setNetworks(lab, 'red,blue,list', { 'spec.timeout': '110s', 'spec.param.maxDesiredLatencyMilliseconds': '250' });
    const { status, lastLine, output } = await checkup(lab, { limitMs: 150_000 }).ended;
    expect(status, output).toBe(1);
    expect(lastLine).toMatch(
      /failed: latency\/red: setup: .*br10.*, latency\/blue: run: actual max latency "[^"]+" is greater than desired "250ms"$/,
    );
    expect(configMapData(lab)).toMatchObject({
      'status.result.networksFailed': 'latency/red,latency/blue',
      'status.result.network2.maxLatencyNanoSec': expect.stringMatching(/^\d{9,}$/),
      'status.result.network3.maxLatencyNanoSec': expect.stringMatching(/^\d+$/),
    });
    expect(junitOf(testInfo.outputPath('artifacts-0')).map(({ name, error }) => [name, error?.type])).toEqual([
      ['latency/red', 'SetupFailed'],
      ['latency/blue', 'LatencyExceeded'],
      ['latency/list', undefined],
    ]);
    expect(vmisLeft(lab)).toEqual([]);
  },
);

test(
  'after spec.timeout the networks that were not measured are named, and no VM is left',
  { tag: '@slow' },
  async ({ newLab, checkup }, testInfo) => {
    // Only node-1 has the bridge of network red, and KubeVirt's launcher pods request it.
    const objects = [bridge('latency', 'red', 'br10')];
    const lab = await newLab({ bridges: { br10: ['node-1'] }, requestsNetworkResources: true, objects });
    setNetworks(lab, 'list,red,blue', { 'spec.timeout': '12s' });
    const { status, lastLine, output } = await checkup(lab).ended;
    expect(status, output).toBe(1);
    expect(lastLine).toMatch(
      /failed: latency\/red: timed out after 12s during setup: .*, latency\/blue: not measured: the run timed out$/,
    );
    expect(output).toMatch(/^Verdict: FAILED {2}1 of 3 networks failed: latency\/red; 1 not measured: latency\/blue$/m);
    expect(configMapData(lab)['status.result.networksFailed']).toBe('latency/red,latency/blue');
    expect(vmisLeft(lab)).toEqual([]);
    expect(junitOf(testInfo.outputPath('artifacts-0')).map(({ name, error }) => [name, error?.type])).toEqual([
      ['latency/list', undefined],
      ['latency/red', 'TimedOut'],
      ['latency/blue', 'TimedOut'],
    ]);
  },
);
