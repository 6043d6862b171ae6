// SPDX-License-Identifier: Apache-2.0
/** Machine-readable reports at every kind of end: consistent, and valid for common libraries. SIMULATED guests. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect } from '@playwright/test';
import { XMLParser } from 'fast-xml-parser';
import parsePrometheus from 'parse-prometheus-text-format';
import type { Lab, LabOptions } from '../../lab/lab.ts';
import { METRICS } from '../../model/metrics.ts';
import type { ResultDocument } from '../../model/result-document.ts';
import { configMapData, setConfigMap, vmisCreated } from '../support/cluster-facts.ts';
import type { Checkup } from '../support/checkup-process.ts';
import { HOST_LOCAL_RANGES, LOCAL_NETWORK } from '../support/different-subnets.ts';
import { test } from '../support/lab-test.ts';
import { CHECKUP_ACCOUNT, checkupRbacWithout } from '../support/permissions.ts';
import { workerBelow } from '../support/processes.ts';
import { schemaErrors } from '../support/result-schema.ts';

const DAMAGED = { impairment: { lossPercent: 20, seed: 5 } };
const NO_REMOVAL = checkupRbacWithout({ resource: 'virtualmachineinstances', verb: 'delete' });

interface End {
  title: string;
  lab?: Partial<LabOptions>;
  env?: Record<string, string>;
  account?: string;
  configMap?: Record<string, string>;
  /** Changes the lab or the run. */
  act?: (lab: Lab, run: Checkup) => Promise<void> | void;
  /** Stages and codes; empty for a success or an interruption. */
  failures: string[];
  stages: string[];
  status?: number;
  tag?: '@slow';
}

const FIRST = ['input passed', 'prerequisites passed'];
const STARTED = [...FIRST, 'setup passed', 'connectivity passed'];

const ENDS: End[] = [
  {
    title: 'success',
    env: { BIDIRECTIONAL: 'true', IP_FAMILIES: 'ipv6,ipv4', PROBE_MTU: 'true', SOURCE_NODE: 'node-1' },
    failures: [],
    stages: [...STARTED, 'latency passed', 'teardown passed'],
    status: 0,
  },
  {
    title: 'wrong input',
    env: { SAMPLE_DURATION_SECONDS: 'abc' },
    failures: ['input InputInvalid'],
    stages: ['input failed', 'teardown passed'],
  },
  {
    title: "another run's ConfigMap",
    tag: '@slow',
    configMap: { 'status.startTimestamp': '2026-01-01T00:00:00Z' },
    failures: ['input InputInvalid'],
    stages: ['input failed', 'teardown passed'],
  },
  {
    title: 'a missing prerequisite',
    tag: '@slow',
    env: { NETWORK_ATTACHMENT_DEFINITION_NAME: 'green' },
    failures: ['prerequisites PrerequisiteMissing'],
    stages: ['input passed', 'prerequisites failed', 'teardown passed'],
  },
  {
    title: 'VMs that do not come up',
    tag: '@slow',
    lab: { neighbour: { firstAsked: Infinity } },
    failures: ['setup SetupFailed'],
    stages: [...FIRST, 'setup failed', 'teardown passed'],
  },
  {
    title: 'no connectivity',
    tag: '@slow',
    lab: { hostLocalRanges: HOST_LOCAL_RANGES, objects: [LOCAL_NETWORK] },
    env: { NETWORK_ATTACHMENT_DEFINITION_NAME: 'local', ADDRESSING: 'dhcp' },
    failures: ['connectivity NoConnectivity'],
    stages: [...FIRST, 'setup passed', 'connectivity failed', 'teardown passed'],
  },
  {
    title: 'too slow',
    env: { MAX_DESIRED_LATENCY_MILLISECONDS: '0.001' },
    failures: ['latency LatencyExceeded'],
    stages: [...STARTED, 'latency failed', 'teardown passed'],
  },
  {
    title: 'too lossy',
    tag: '@slow',
    lab: DAMAGED,
    env: { MAX_PACKET_LOSS_PERCENT: '0.5', SAMPLE_DURATION_SECONDS: '3' },
    failures: ['latency PacketLossExceeded'],
    stages: [...STARTED, 'latency failed', 'teardown passed'],
  },
  {
    title: 'VMs that cannot be removed',
    tag: '@slow',
    lab: { objects: NO_REMOVAL },
    account: CHECKUP_ACCOUNT,
    failures: ['teardown TeardownFailed'],
    stages: [...STARTED, 'latency passed', 'teardown failed'],
  },
  {
    title: 'interrupted',
    env: { SAMPLE_DURATION_SECONDS: '30' },
    act: async (_lab, run) => {
      await run.until(/\.\.\. +latency/);
      run.signal('SIGTERM');
    },
    failures: [],
    stages: [...STARTED, 'latency failed', 'teardown passed'],
    status: 130,
  },
  {
    title: 'a worker that was killed',
    tag: '@slow',
    lab: { startupDelayMs: 20_000 },
    act: async (lab, run) => {
      await expect.poll(() => vmisCreated(lab), { timeout: 30_000 }).toBe(2);
      process.kill(workerBelow(run.pid) ?? NaN, 'SIGKILL');
    },
    failures: [],
    stages: [...FIRST, 'setup unfinished'],
  },
];

interface Junit {
  testsuites: { testsuite: { testcase: Testcase } };
}

interface Testcase {
  error?: { type: string; message: string };
  properties?: { property: { name: string; value: string }[] };
}

function junitOf(artifacts: string): Testcase {
  const isList = (name: string): boolean => name === 'property';
  const parser = new XMLParser({ ignoreAttributes: false, attributeNamePrefix: '', isArray: isList });
  const { testsuites } = parser.parse(readFileSync(path.join(artifacts, 'junit.xml'), 'utf8')) as Junit;
  return testsuites.testsuite.testcase;
}

for (const { title, lab: options, env = {}, account, configMap, act, failures, stages, status = 1, tag } of ENDS) {
  test(
    `writes the reports of a run that ends in: ${title}`,
    { tag: tag ?? [] },
    async ({ newLab, checkup }, testInfo) => {
      const lab = await newLab(options);
      if (configMap) setConfigMap(lab, configMap);
      const run = checkup(lab, { env, ...(account && { serviceAccount: account }) });
      await act?.(lab, run);
      const { status: ended, lastLine, output } = await run.ended;
      expect(ended, output).toBe(status);

      const artifacts = testInfo.outputPath('artifacts-0');
      const json: unknown = JSON.parse(readFileSync(path.join(artifacts, 'result.json'), 'utf8'));
      expect(schemaErrors(json)).toEqual([]);
      const result = json as ResultDocument;
      const data = configMapData(lab);
      const reason = configMap === undefined ? data['status.failureReason'] : result.failureReason;
      expect(lastLine.endsWith(result.succeeded ? '' : `failed: ${reason ?? ''}`), lastLine).toBe(true);
      if (result.failureReason.length <= 300) expect(result.failureReason).toBe(reason);
      expect(result.succeeded).toBe(status === 0);
      if (configMap === undefined) {
        expect({ ...result, succeeded: String(result.succeeded) }).toMatchObject({
          runId: data['status.runId'],
          startTimestamp: data['status.startTimestamp'],
          completionTimestamp: data['status.completionTimestamp'],
          succeeded: data['status.succeeded'],
          configMap: { namespace: 'latency', name: 'kubevirt-vm-latency-config' },
        });
      } else expect(result).not.toHaveProperty('configMap');
      expect(result.failures.map(({ stage, code }) => `${stage} ${code}`)).toEqual(failures);
      expect(result.stages.map(({ stage, outcome }) => `${stage} ${outcome}`)).toEqual(stages);
      expectSameNumbers(result, data);
      expectMetrics(readFileSync(path.join(artifacts, 'metrics.prom'), 'utf8'), result);
      expect(readdirSync(artifacts).filter((name) => name.endsWith('.part'))).toEqual([]);
      const page = readFileSync(path.join(artifacts, 'report.html'), 'utf8');
      expect(page).toContain(`<title>${result.succeeded ? 'Succeeded' : status === 130 ? 'Interrupted' : 'Failed'}`);
      for (const { path: file } of result.files ?? []) expect(existsSync(path.join(artifacts, file)), file).toBe(true);
      expect(result.configMapData ?? data).toEqual(expect.objectContaining(statusOf(data)));

      const { error, properties } = junitOf(artifacts);
      const [, code] = failures[0]?.split(' ') ?? [];
      if (code !== undefined) {
        const message = result.failures[0]?.message ?? '';
        expect(error).toEqual(
          expect.objectContaining({ type: code, message: expect.stringContaining(message.slice(0, 40)) }),
        );
      } else expect(error === undefined).toBe(status === 0 || status === 130);
      const named = (properties?.property ?? []).filter(({ name }) => name.startsWith('status.result.'));
      for (const { name, value } of named) expect(value).toBe(data[name]);
    },
  );
}

function statusOf(data: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(data).filter(([key]) => key.startsWith('status.')));
}

function expectSameNumbers({ routes, parameters }: ResultDocument, data: Record<string, string>): void {
  for (const route of routes) {
    const { family, direction, measurement, pathMtu } = route;
    const scope = [
      ...(family === parameters?.ipFamilies[0] ? [] : [family]),
      ...(direction === 'targetToSource' ? [direction] : []),
    ];
    const objects = { '': route, measurement, packets: measurement?.packets, latency: measurement?.latency, pathMtu };
    for (const { statusKey, result } of METRICS) {
      if (statusKey === undefined || result === undefined) continue;
      const [object, member] = result;
      const value = (objects[object] as Readonly<Record<string, unknown>> | undefined)?.[member];
      const key = ['status.result', ...scope, statusKey].join('.');
      expect(data[key], key).toBe(typeof value === 'number' ? String(value) : undefined);
    }
  }
}

function expectMetrics(text: string, result: ResultDocument): void {
  const metrics = parsePrometheus(text);
  const values = (name: string): number[] =>
    metrics
      .filter((metric) => metric.name === `kubevirt_vm_latency_${name}`)
      .flatMap((metric) => metric.metrics.map(({ value }) => Number(value)));
  expect(values('success')).toEqual([result.succeeded ? 1 : 0]);
  expect(values('completion_timestamp_seconds')).toEqual([Date.parse(result.completionTimestamp) / 1000]);
  expect(values('round_trip_max_seconds').map((seconds) => Math.round(seconds * 1e9))).toEqual(
    result.routes.flatMap(({ measurement }) => measurement?.latency?.maxNs ?? []),
  );
  expect(values('vmis_left')).toEqual([result.vmis.left.length]);
}

test(
  'several runs in one directory write one result each, and retain earlier ones for the history',
  { tag: '@slow' },
  async ({ newLab, checkup }, testInfo) => {
    const lab = await newLab();
    const directory = testInfo.outputPath('shared');
    const env = { ARTIFACTS_DIR: directory, OVERWRITE_RESULTS: 'true' };
    const results = (folder: string): string[] =>
      readdirSync(path.join(directory, folder)).filter((name) => name.endsWith('-result.json'));
    await checkup(lab, { env: { ...env, MAX_DESIRED_LATENCY_MILLISECONDS: '0.001' } }).ended;
    const [first = ''] = results('allure-results');
    await checkup(lab, { env }).ended;
    expect(results('allure-history')).toEqual([first]);
    expect(results('allure-results')).toHaveLength(1);
    expect(results('allure-results')).not.toContain(first);
    const result = JSON.parse(readFileSync(path.join(directory, 'result.json'), 'utf8')) as ResultDocument;
    expect(result.succeeded).toBe(true);
    // A command without a run deletes nothing.
    await checkup(lab, { env, args: ['--grep', 'nothing', '--pass-with-no-tests'] }).ended;
    expect(results('allure-results')).toHaveLength(1);
  },
);
