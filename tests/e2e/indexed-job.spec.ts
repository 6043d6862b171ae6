// SPDX-License-Identifier: Apache-2.0
/** The Indexed Job of manifests/indexed/, applied by stock kubectl, with SIMULATED guests. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, type TestInfo } from '@playwright/test';
import { parse } from 'yaml';
import type { Lab } from '../../lab/lab.ts';
import { objectAt, objectsAt, textAt, type JsonObject } from '../../lab/objects.ts';
import { configMapData, vmisCreated, vmisLeft } from '../support/cluster-facts.ts';
import { kubectlFor, printedTable, type Kubectl } from '../support/kubectl.ts';
import { test } from '../support/lab-test.ts';
import { checkupRbac } from '../support/permissions.ts';
import { processTree, readProc } from '../support/processes.ts';

const ROOT = path.join(import.meta.dirname, '..', '..');
const GUIDE = readFileSync(path.join(ROOT, 'docs/indexed-job.md'), 'utf8');
const JOB = 'kubevirt-vm-latency-indexed';
const ANNOTATION = 'batch.kubernetes.io/job-completion-index';

const configMap = (index: number): string => `kubevirt-vm-latency-config-${index}`;
const dataOf = (lab: Lab, index: number): Record<string, string> => configMapData(lab, configMap(index));

interface Cluster {
  lab: Lab;
  kubectl: Kubectl;
}

/** Runs the guide's commands below a heading, and returns their output. */
async function follow({ lab, kubectl }: Cluster, heading: string): Promise<string[]> {
  const section = GUIDE.split(/^## /m).find((text) => text.startsWith(`${heading}\n`)) ?? '';
  const lines = section.split('\n').filter((line) => line.startsWith('kubectl '));
  expect(lines).not.toHaveLength(0);
  const outputs = [];
  for (const line of lines) {
    // A command of a test has less time than the Job.
    if (line.startsWith('kubectl wait ')) await untilFinished(lab);
    outputs.push(await kubectl.ok(...line.replaceAll("'", '').split(/\s+/).slice(1)));
  }
  return outputs;
}

/** Starts a lab with these networks in addition, and with short samples for all indexes. */
async function newCluster(
  newLab: () => Promise<Lab>,
  testInfo: TestInfo,
  networks: readonly string[],
): Promise<Cluster> {
  const lab = await newLab();
  const blue = lab.get('network-attachment-definitions', 'latency', 'blue');
  for (const name of networks) lab.createObject({ ...blue, metadata: { name, namespace: 'latency' } });
  for (const index of [0, 1, 2]) {
    const metadata = { name: configMap(index), namespace: 'latency' };
    lab.createObject({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata,
      data: { 'spec.param.sampleDurationSeconds': '1' },
    });
  }
  return { lab, kubectl: await kubectlFor(lab, testInfo.outputPath('kubectl')) };
}

/** Returns the names of the pods of an index, oldest first. */
function podsOf(lab: Lab, index: number): string[] {
  const pods = lab
    .list('pods', 'latency')
    .filter((pod) => textAt(pod.metadata, 'annotations', ANNOTATION) === `${index}`);
  return pods
    .sort((a, b) => (a.metadata.creationTimestamp < b.metadata.creationTimestamp ? -1 : 1))
    .map(({ metadata }) => metadata.name);
}

async function untilFinished(lab: Lab): Promise<void> {
  const types = () => objectsAt(lab.get('jobs', 'latency', JOB), 'status', 'conditions').map(({ type }) => type);
  await expect.poll(types, { timeout: 120_000 }).toContainEqual(expect.stringMatching(/^(Complete|Failed)$/));
}

test(
  'each network has its own results, and failedIndexes names the one that failed',
  { tag: '@slow' },
  async ({ newLab }, testInfo) => {
    const cluster = await newCluster(newLab, testInfo, ['green']);
    const { lab } = cluster;
    await follow(cluster, 'Run the Job');
    const [failed, results = '', log] = await follow(cluster, 'Read the results');
    expect(failed).toBe('2');
    const rows = printedTable(results).filter(({ NAME = '' }) => /-\d$/.test(NAME));
    const [cause, named] = ['prerequisites: network-attachment-definitions.k8s.cni.cncf.io "red" not found', 'red'];
    expect(rows).toMatchObject([
      { NAME: configMap(0), NETWORK: 'blue', SUCCEEDED: 'true' },
      { NAME: configMap(1), NETWORK: 'green', SUCCEEDED: 'true' },
      { NAME: configMap(2), NETWORK: named, SUCCEEDED: 'false' },
    ]);
    expect(rows.map(({ REASON }) => REASON)).toEqual(['', '', expect.stringContaining(cause)]);
    expect(log).toMatch(/\nKubevirt VM latency checkup failed: prerequisites: [^\n]*"red" not found[^\n]*\n$/);
    expect(lab.get('jobs', 'latency', JOB)?.status).toMatchObject({ completedIndexes: '0,1', succeeded: 2, failed: 1 });
    const [ended = '', next = ''] = [
      dataOf(lab, 0)['status.completionTimestamp'],
      dataOf(lab, 1)['status.startTimestamp'],
    ];
    expect(Date.parse(next)).toBeGreaterThanOrEqual(Date.parse(ended));
    expect(vmisLeft(lab)).toEqual([]);

    await follow(cluster, 'Run it again');
    const restarted = () => Date.parse(dataOf(lab, 0)['status.startTimestamp'] ?? '');
    await expect.poll(restarted, { timeout: 30_000 }).toBeGreaterThan(Date.parse(ended));
  },
);

/** Kills the processes of a pod, as the kernel does when memory is exhausted. */
function killPod(name: string): void {
  const own = processTree(process.pid).filter((pid) =>
    readProc(pid, 'environ').split('\0').includes(`POD_NAME=${name}`),
  );
  expect(own).not.toHaveLength(0);
  for (const pid of own) process.kill(pid, 'SIGKILL');
}

test(
  'of three parallel pods, an evicted one is replaced; a deleted and a killed one fail their indexes',
  { tag: '@slow' },
  async ({ newLab }, testInfo) => {
    const { lab, kubectl } = await newCluster(newLab, testInfo, ['green', 'red']);
    const manifest = (file: string) => readFileSync(path.join(ROOT, 'manifests/indexed', file), 'utf8');
    const job = parse(manifest('job.yaml')) as JsonObject;
    for (const object of checkupRbac()) lab.createObject(object);
    await kubectl.ok('apply', '-f', path.join(ROOT, 'manifests/indexed/config.yaml'));
    await kubectl.apply({ ...job, spec: { ...objectAt(job, 'spec'), parallelism: 3 } });
    await expect.poll(() => vmisCreated(lab), { timeout: 60_000 }).toBe(6);
    const [evicted = '', deleted = '', killed = ''] = [0, 1, 2].flatMap((index) => podsOf(lab, index));
    killPod(killed);
    lab.evictPod('latency', evicted);
    // At once: the checkup must not have ended before.
    lab.deleteObject('pods', 'latency', deleted);
    await untilFinished(lab);

    const status = lab.get('jobs', 'latency', JOB)?.['status'];
    expect(status).toMatchObject({ completedIndexes: '0', failedIndexes: '1,2', succeeded: 1, failed: 2 });
    expect(objectsAt(status, 'conditions').map(({ reason }) => reason)).toEqual(['FailedIndexes', 'FailedIndexes']);
    const [second = ''] = podsOf(lab, 0);
    expect(second).not.toBe(evicted);
    expect(lab.get('pods', 'latency', second)?.metadata.annotations).toMatchObject({
      'batch.kubernetes.io/job-index-failure-count': '0',
      'batch.kubernetes.io/job-index-ignored-failure-count': '1',
    });
    expect(dataOf(lab, 0)).toMatchObject({ 'status.succeeded': 'true', 'status.failureReason': '' });
    expect(dataOf(lab, 1)['status.failureReason']).toMatch(/^interrupted by SIGINT during /);
    expect(dataOf(lab, 2)).toHaveProperty(['status.startTimestamp']);
    expect(dataOf(lab, 2)).not.toHaveProperty(['status.succeeded']);
    // The VMs of the killed pod exist as long as the pod.
    expect(vmisLeft(lab)).toHaveLength(2);
    await kubectl.ok('delete', 'job', '-n', 'latency', JOB);
    await expect.poll(() => vmisLeft(lab), { timeout: 30_000 }).toEqual([]);
  },
);
