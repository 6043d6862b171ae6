// SPDX-License-Identifier: Apache-2.0
/** The manifests applied by stock kubectl, with SIMULATED guests. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, type TestInfo } from '@playwright/test';
import type { Lab } from '../../lab/lab.ts';
import { configMapData, vmisLeft } from '../support/cluster-facts.ts';
import { kubectlFor, type Kubectl } from '../support/kubectl.ts';
import { test } from '../support/lab-test.ts';

const ROOT = path.join(import.meta.dirname, '..', '..');
const MANIFESTS = path.join(ROOT, 'manifests');
const GUIDE = readFileSync(path.join(ROOT, 'docs/manifests.md'), 'utf8');
const JOB = 'job/kubevirt-vm-latency';
const SUCCEEDED = /\nResults\n[\s\S]+\nKubevirt VM latency checkup succeeded: min \S+ avg \S+ max \S+\n$/;

interface Cluster {
  lab: Lab;
  kubectl: Kubectl;
}

async function newCluster(newLab: () => Promise<Lab>, testInfo: TestInfo): Promise<Cluster> {
  const lab = await newLab();
  return { lab, kubectl: await kubectlFor(lab, testInfo.outputPath('kubectl')) };
}

/** Returns the arguments of the guide's commands with this prefix. */
function guideCommands(start: string): string[][] {
  const lines = GUIDE.split('\n').filter((line) => line.trim().startsWith(`kubectl ${start}`));
  expect(lines).not.toHaveLength(0);
  return lines.map((line) => line.trim().replaceAll("'", '').split(/\s+/).slice(1));
}

/** Waits with the guide's command, and returns how the job ended. */
async function ended(kubectl: Kubectl, namespace = 'latency', job = JOB): Promise<string> {
  for (const command of guideCommands('wait')) {
    await kubectl.ok(...command.map((word) => (word === 'latency' ? namespace : word === JOB ? job : word)));
  }
  const conditions = 'jsonpath={range .status.conditions[?(@.status=="True")]}{.type} {end}';
  return (await kubectl.ok('get', '-n', namespace, job, '-o', conditions)).trim();
}

/** Writes the kustomization of the guide into a new directory. */
function writeOverlay(testInfo: TestInfo, change: (text: string) => string): string {
  const [, block = ''] = /```yaml\n([\s\S]*?)```/.exec(GUIDE) ?? [];
  const directory = testInfo.outputPath('overlay');
  mkdirSync(directory, { recursive: true });
  const text = change(block).replace('../manifests', path.relative(directory, MANIFESTS));
  writeFileSync(path.join(directory, 'kustomization.yaml'), text);
  return directory;
}

test('the job completes with unchanged manifests, and its log ends with the results', async ({ newLab }, testInfo) => {
  const { lab, kubectl } = await newCluster(newLab, testInfo);
  await kubectl.ok('apply', '-k', MANIFESTS);
  expect(await ended(kubectl)).toBe('SuccessCriteriaMet Complete');
  expect(configMapData(lab)).toMatchObject({
    'spec.timeout': '5m',
    'spec.clusterRoles': 'kubevirt-vm-latency-checker\n',
    'status.succeeded': 'true',
    'status.failureReason': '',
  });
  const log = await kubectl.ok('logs', '-n', 'latency', JOB);
  expect(log).toMatch(SUCCEEDED);
  expect(log).not.toContain('the nodes were not checked');
  expect(vmisLeft(lab)).toEqual([]);
  // Runs it again with the guide's command.
  for (const command of guideCommands('delete')) await kubectl.ok(...command);
  expect(lab.get('configmaps', 'latency', 'kubevirt-vm-latency-config')).toBeUndefined();
  expect(lab.list('jobs', 'latency')).toEqual([]);
});

test(
  'the job fails and reports the reason in another namespace when a limit is exceeded',
  { tag: '@slow' },
  async ({ newLab }, testInfo) => {
    const { lab, kubectl } = await newCluster(newLab, testInfo);
    await kubectl.ok('create', 'namespace', 'my-checkups');
    const inLab = (text: string) => text.replaceAll('my-networks', 'latency');
    await kubectl.ok(
      'apply',
      '-k',
      writeOverlay(testInfo, (text) => inLab(text).replace("'10'", "'0.001'")),
    );
    for (const command of guideCommands('create role')) await kubectl.ok(...command.map(inLab));
    expect(await ended(kubectl, 'my-checkups')).toBe('FailureTarget Failed');
    const log = await kubectl.ok('logs', '-n', 'my-checkups', JOB);
    const reason =
      /\nKubevirt VM latency checkup failed: (run: actual max latency "\S+" is greater than desired "1µs")\n$/.exec(
        log,
      );
    const data = lab.get('configmaps', 'my-checkups', 'kubevirt-vm-latency-config')?.['data'];
    expect(data).toMatchObject({ 'status.succeeded': 'false', 'status.failureReason': reason?.[1] ?? 'a reason' });
    expect(lab.list('jobs', 'latency')).toEqual([]);
    expect(vmisLeft(lab)).toEqual([]);
  },
);

test('two consecutive jobs of the CronJob both write results', { tag: '@slow' }, async ({ newLab }, testInfo) => {
  const { lab, kubectl } = await newCluster(newLab, testInfo);
  for (const file of ['rbac.yaml', 'rbac-extended.yaml']) await kubectl.ok('apply', '-f', path.join(MANIFESTS, file));
  await kubectl.ok('apply', '-k', path.join(MANIFESTS, 'scheduled'));
  const patch = JSON.stringify({ data: { 'spec.param.sampleDurationSeconds': '1' } });
  await kubectl.ok('patch', '-n', 'latency', 'configmap', 'kubevirt-vm-latency-scheduled', '-p', patch);
  const starts = [];
  for (const name of ['first', 'second']) {
    await kubectl.ok('create', 'job', '-n', 'latency', name, '--from=cronjob/kubevirt-vm-latency');
    expect(await ended(kubectl, 'latency', `job/${name}`)).toBe('SuccessCriteriaMet Complete');
    expect(await kubectl.ok('logs', '-n', 'latency', `job/${name}`)).toMatch(SUCCEEDED);
    const data = configMapData(lab, 'kubevirt-vm-latency-scheduled');
    expect(data).toMatchObject({ 'status.succeeded': 'true', 'status.failureReason': '' });
    starts.push(Date.parse(data['status.startTimestamp'] ?? ''));
  }
  expect(starts[1]).toBeGreaterThan(starts[0] ?? Infinity);
  expect(vmisLeft(lab)).toEqual([]);
});
