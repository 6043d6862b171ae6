// SPDX-License-Identifier: Apache-2.0
/** docs/scheduled-runs.md with stock kubectl: the reports of scheduled runs on a claim. SIMULATED guests. */
import { mkdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, type TestInfo } from '@playwright/test';
import { parse, parseAllDocuments } from 'yaml';
import { at, objectAt, textAt, type JsonObject } from '../../lab/objects.ts';
import { kubectlFor, type Kubectl } from '../support/kubectl.ts';
import { test } from '../support/lab-test.ts';

const ROOT = path.join(import.meta.dirname, '..', '..');
const MANIFESTS = path.join(ROOT, 'manifests');
const GUIDE = readFileSync(path.join(ROOT, 'docs/scheduled-runs.md'), 'utf8');
const DAY_SECONDS = 86_400;

/** Returns the arguments of the guide's commands below a heading. */
function commandsBelow(heading: string): string[][] {
  const section = GUIDE.split(/^##+ /m).find((text) => text.startsWith(`${heading}\n`)) ?? '';
  const lines = section.split('\n').filter((line) => line.startsWith('kubectl '));
  expect(lines).not.toHaveLength(0);
  return lines.map((line) => line.split(/\s+/).slice(1));
}

async function untilComplete(kubectl: Kubectl, job: string): Promise<void> {
  await kubectl.ok('wait', '-n', 'latency', '--for=condition=Complete', `job/${job}`, '--timeout=55s');
}

/** Runs the checkup once, deletes the Job and its pod, and returns the name of the pod. */
async function runOnce(kubectl: Kubectl, job: string): Promise<string> {
  await kubectl.ok('create', 'job', '-n', 'latency', job, '--from=cronjob/kubevirt-vm-latency');
  await untilComplete(kubectl, job);
  const pod = await kubectl.ok('get', 'pod', '-n', 'latency', '-l', `job-name=${job}`, '-o', 'name');
  expect(await kubectl.ok('logs', '-n', 'latency', `job/${job}`)).toContain(
    '\nKubevirt VM latency checkup succeeded: ',
  );
  await kubectl.ok('delete', 'job', '-n', 'latency', job);
  return pod.trim().replace('pod/', '');
}

test(
  'the reports of two runs are in two directories of the claim, and old runs are deleted',
  { tag: '@slow' },
  async ({ newLab }, testInfo) => {
    const lab = await newLab();
    const kubectl = await kubectlFor(lab, testInfo.outputPath('kubectl'));
    for (const command of commandsBelow('Keep the reports of scheduled runs').filter(([verb]) => verb === 'apply')) {
      await kubectl.ok(...command.map((word) => word.replace(/^manifests\b/, MANIFESTS)));
    }
    const short = JSON.stringify({ data: { 'spec.param.sampleDurationSeconds': '1' } });
    await kubectl.ok('patch', '-n', 'latency', 'configmap', 'kubevirt-vm-latency-scheduled', '-p', short);
    const runs = [await runOnce(kubectl, 'first'), await runOnce(kubectl, 'second')];
    await expect.poll(() => lab.list('pods', 'latency')).toEqual([]);

    const [start = [], wait = [], list = [], copy = [], end = []] = commandsBelow('Read the reports');
    await kubectl.ok(...start.map((word) => word.replace(/^manifests\b/, MANIFESTS)));
    await kubectl.ok(...wait);
    expect((await kubectl.ok(...list)).trim().split('\n')).toEqual(runs.toReversed());
    const documents = [];
    for (const run of runs) {
      const directory = testInfo.outputPath('reports', run);
      const from = copy[1]?.replace(/:.*/, `:${run}`) ?? '';
      await kubectl.ok('cp', from, directory);
      expect(readFileSync(path.join(directory, 'report.html'), 'utf8')).toContain('latency/blue');
      documents.push(JSON.parse(readFileSync(path.join(directory, 'result.json'), 'utf8')) as JsonObject);
    }
    const ids = documents.map((document) => textAt(document, 'runId'));
    expect(ids).toEqual([expect.stringMatching(/^[0-9a-f]{16}$/), expect.stringMatching(/^[0-9a-f]{16}$/)]);
    expect(ids[0]).not.toBe(ids[1]);
    await kubectl.ok(...end);

    const volume = lab.get('persistentvolumeclaims', 'latency', 'kubevirt-vm-latency-artifacts')?.metadata.uid ?? '';
    const old = Date.now() / 1000 - 32 * DAY_SECONDS;
    utimesSync(testInfo.outputPath('lab-0', 'claims', volume, runs[0] ?? ''), old, old);
    await kubectl.ok('create', 'job', '-n', 'latency', 'daily', '--from=cronjob/kubevirt-vm-latency-delete-old');
    await untilComplete(kubectl, 'daily');
    expect(await kubectl.ok('logs', '-n', 'latency', 'job/daily')).toBe(`./${runs[0]}\n`);
    await kubectl.ok(...start.map((word) => word.replace(/^manifests\b/, MANIFESTS)));
    await kubectl.ok(...wait);
    expect(await kubectl.ok(...list)).toBe(`${runs[1]}\n`);
  },
);

/** Returns the CronJobs and claims that kustomize builds. */
async function build(kubectl: Kubectl, directory: string): Promise<{ pods: JsonObject[]; claims: JsonObject[] }> {
  const objects = parseAllDocuments(await kubectl.ok('kustomize', directory)).map(
    (document) => document.toJS() as JsonObject,
  );
  const template = ['spec', 'jobTemplate', 'spec', 'template', 'spec'];
  return {
    pods: objects.map((object) => objectAt(object, ...template)).filter((pod) => pod !== undefined),
    claims: objects.filter(({ kind }) => kind === 'PersistentVolumeClaim'),
  };
}

/** Writes the kustomization of the guide into a new directory. */
function writeOverlay(testInfo: TestInfo): string {
  const [, block = ''] = /```yaml\n([\s\S]*?)```/.exec(GUIDE) ?? [];
  expect(parse(block)).toMatchObject({ kind: 'Kustomization' });
  const directory = testInfo.outputPath('overlay');
  mkdirSync(directory, { recursive: true });
  const text = block.replace('../manifests', path.relative(directory, MANIFESTS));
  writeFileSync(path.join(directory, 'kustomization.yaml'), text);
  return directory;
}

test('only the manifests with artifacts need a claim, and the overlay for OpenShift sets no fsGroup', async ({
  newLab,
}, testInfo) => {
  const kubectl = await kubectlFor(await newLab(), testInfo.outputPath('kubectl'));
  const plain = await build(kubectl, path.join(MANIFESTS, 'scheduled'));
  expect(plain.claims).toEqual([]);
  expect(JSON.stringify(plain.pods)).not.toContain('persistentVolumeClaim');

  const kept = await build(kubectl, path.join(MANIFESTS, 'scheduled-with-artifacts'));
  expect(kept.claims).toHaveLength(1);
  const groups = (pods: JsonObject[]) => pods.map((pod) => at(pod, 'securityContext', 'fsGroup'));
  expect(groups(kept.pods)).toEqual([1001, 1001]);
  for (const pod of kept.pods) expect(JSON.stringify(pod)).toContain('"claimName":"kubevirt-vm-latency-artifacts"');

  const openshift = await build(kubectl, writeOverlay(testInfo));
  expect(groups(openshift.pods)).toEqual([undefined, undefined]);
  expect(openshift.pods.map((pod) => at(pod, 'securityContext', 'runAsNonRoot'))).toEqual([true, true]);
});
