// SPDX-License-Identifier: Apache-2.0
/** The checkup as users run it: a Job with the permissions of the manifest, under SIMULATED guests. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect } from '@playwright/test';
import { parse } from 'yaml';
import type { Lab } from '../../lab/lab.ts';
import { objectAt, objectsAt, textAt, type JsonObject } from '../../lab/objects.ts';
import { configMapData, vmisCreated, vmisLeft } from '../support/cluster-facts.ts';
import { test } from '../support/lab-test.ts';
import { checkupPermissions, checkupRbac, checkupRbacWithout } from '../support/permissions.ts';

const MANIFEST = path.join(import.meta.dirname, '..', '..', 'manifests', 'job.yaml');
const NAME = 'kubevirt-vm-latency';
/** As docs/install.md says. */
const MOST_LOG_BYTES = 64 * 1024;

/** Returns the manifest with a short sample; `spec` and `container` override its fields. */
function jobManifest(spec: JsonObject = {}, container: JsonObject = {}): JsonObject {
  const job = parse(readFileSync(MANIFEST, 'utf8')) as JsonObject;
  const template = objectAt(job, 'spec', 'template') ?? {};
  const [own = {}] = objectsAt(template, 'spec', 'containers');
  const env = [...objectsAt(own, 'env'), { name: 'SAMPLE_DURATION_SECONDS', value: '1' }];
  const containers = [{ ...own, env, ...container }];
  const { terminationGracePeriodSeconds = 90, ...jobSpec } = spec;
  const podSpec = { ...objectAt(template, 'spec'), terminationGracePeriodSeconds, containers };
  return { ...job, spec: { ...objectAt(job, 'spec'), ...jobSpec, template: { ...template, spec: podSpec } } };
}

function conditionsOf(lab: Lab): string[] {
  const job = lab.get('jobs', 'latency', NAME);
  return objectsAt(job?.status, 'conditions').map((condition) =>
    ['type', 'status', 'reason'].map((field) => textAt(condition, field) ?? '').join(' '),
  );
}

async function untilFinished(lab: Lab): Promise<void> {
  await expect.poll(() => conditionsOf(lab).join(', '), { timeout: 60_000 }).toMatch(/(Complete|Failed) True/);
}

async function untilLog(lab: Lab, pattern: RegExp): Promise<void> {
  await expect.poll(() => lab.podLogs('latency').join(''), { timeout: 30_000 }).toMatch(pattern);
}

/** Returns the namespace of the checkup, in which Istio and Linkerd add proxies to pods. */
function meshedNamespace(): JsonObject {
  const labels = { 'istio-injection': 'enabled' };
  const annotations = { 'linkerd.io/inject': 'enabled' };
  return { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'latency', labels, annotations } };
}

/** Records the containers of the namespace's pods by the names of the pods without their random ending. */
function recordContainers(lab: Lab): ReadonlyMap<string, unknown[]> {
  const seen = new Map<string, unknown[]>();
  lab.onRequest(() => {
    for (const { metadata, spec } of lab.list('pods', 'latency')) {
      const all = ['initContainers', 'containers'].flatMap((field) => objectsAt(spec, field));
      const names = all.map(({ name }) => name);
      seen.set(metadata.name.replace(/-[^-]+$/, ''), names);
    }
  });
  return seen;
}

test('the job completes with only the rules of the manifest, and no service mesh adds a sidecar to its pods', async ({
  newLab,
}) => {
  const lab = await newLab({ objects: [meshedNamespace(), ...checkupRbac()] });
  const containers = recordContainers(lab);
  lab.createObject(jobManifest());
  // Without label and annotation, a pod gets both proxies.
  const bare = jobManifest({}, { command: ['true'] });
  const template = { spec: objectAt(bare, 'spec', 'template', 'spec') ?? {} };
  const metadata = { namespace: 'latency', name: 'unprotected' };
  lab.createObject({ ...bare, metadata, spec: { ...objectAt(bare, 'spec'), template } });
  await untilFinished(lab);
  expect(conditionsOf(lab)).toEqual(['SuccessCriteriaMet True CompletionsReached', 'Complete True CompletionsReached']);
  // What remains of a Job that has ended: its log, and the numbers in the ConfigMap.
  expect(configMapData(lab)).toMatchObject({
    'status.succeeded': 'true',
    'status.result.avgLatencyNanoSec': expect.stringMatching(/^[1-9]\d+$/),
    'status.result.p99LatencyNanoSec': expect.stringMatching(/^[1-9]\d+$/),
    'status.result.packetsTransmitted': expect.stringMatching(/^[1-9]\d*$/),
  });
  const log = lab.podLogs('latency').join('');
  expect(log).toMatch(/\nKubevirt VM latency checkup succeeded: min .* avg .* max .*\n$/);
  expect(Buffer.byteLength(log)).toBeLessThan(MOST_LOG_BYTES);
  expect(vmisLeft(lab)).toEqual([]);
  expect(containers.get('unprotected')).toEqual(['checkup', 'istio-proxy', 'linkerd-proxy']);
  expect(containers.get(NAME)).toEqual(['checkup']);
  const launchers = [...containers].filter(([name]) => name.startsWith('virt-launcher-'));
  const own = ['guest-console-log', 'volumecontainerdisk', 'compute'];
  expect(launchers.map(([, names]) => names)).toEqual([own, own]);
});

/** failures.spec.ts tests the other rules: creating and deleting VMs. */
const MISSING = checkupPermissions().filter(
  ({ resource, verb }) => verb === 'get' || !resource.startsWith('virtualmachineinstances'),
);

for (const { group, resource, verb } of MISSING) {
  const rule = `${group === '' ? '' : `${group}/`}${resource} [${verb}]`;
  const tag = verb === 'get' && !resource.startsWith('virtualmachineinstances') ? [] : '@slow';
  test(`the job fails and reports the rule when ${rule} is missing`, { tag }, async ({ newLab }) => {
    const lab = await newLab({ objects: checkupRbacWithout({ resource, verb }) });
    lab.createObject(jobManifest());
    await untilFinished(lab);
    expect(conditionsOf(lab)).toEqual(['FailureTarget True BackoffLimitExceeded', 'Failed True BackoffLimitExceeded']);
    const lastLine = lab.podLogs('latency').join('').trimEnd().split('\n').at(-1) ?? '';
    expect(lastLine).toMatch(/^Kubevirt VM latency checkup failed: /);
    // The diagnosis comes first, and the message may be shortened.
    const isNamed = lastLine.includes(rule) || lastLine.includes(`account may not ${verb} ${resource}: add the rule`);
    expect(isNamed, lastLine).toBe(true);
    const log = lab.podLogs('latency').join('');
    expect(log).toMatch(/^\s*Diagnosis: .+\n[^]*^\s*Seen:\n\s+- .+\n[^]*^\s*What to do next:\n\s+- .+\n/m);
    expect(Buffer.byteLength(log)).toBeLessThan(MOST_LOG_BYTES);
    // Without access, the ConfigMap cannot contain the result.
    if (resource !== 'configmaps') expect(lastLine).toContain(configMapData(lab)['status.failureReason'] || 'a reason');
    expect(vmisLeft(lab)).toEqual([]);
  });
}

test('deleting the job interrupts the checkup, which cleans up in its grace period', async ({ newLab }) => {
  const lab = await newLab({ objects: checkupRbac() });
  lab.createObject(jobManifest({}, { args: [] }));
  await expect.poll(() => vmisCreated(lab), { timeout: 30_000 }).toBe(2);
  lab.deleteObject('jobs', 'latency', NAME);
  await expect.poll(() => lab.list('pods', 'latency').length, { timeout: 60_000 }).toBe(0);
  expect(configMapData(lab)['status.failureReason']).toMatch(/^interrupted by SIGINT during /);
  expect(vmisLeft(lab)).toEqual([]);
});

test('a job over its deadline is interrupted and fails', async ({ newLab }) => {
  // The pod and its VMs start after the delay. A busy machine needs seconds to start the checkup in between.
  const lab = await newLab({ objects: checkupRbac(), startupDelayMs: 12_000 });
  lab.createObject(jobManifest({ activeDeadlineSeconds: 20 }));
  await untilFinished(lab);
  expect(conditionsOf(lab)).toEqual(['FailureTarget True DeadlineExceeded', 'Failed True DeadlineExceeded']);
  expect(configMapData(lab)['status.failureReason'], lab.podLogs('latency').join('')).toMatch(
    /^interrupted by SIGINT (during|before the first stage)/,
  );
  expect(vmisLeft(lab)).toEqual([]);
});

test('a process that ignores the stop signal of its image is killed after its grace period', async ({ newLab }) => {
  const lab = await newLab({ objects: checkupRbac() });
  const command = ['sh', '-c', 'trap "echo not yet" INT; echo up; while :; do sleep 0.1; done'];
  lab.createObject(jobManifest({ terminationGracePeriodSeconds: 1 }, { command }));
  await untilLog(lab, /up/);
  const asked = Date.now();
  lab.deleteObject('jobs', 'latency', NAME);
  await untilLog(lab, /not yet/);
  await expect.poll(() => lab.list('pods', 'latency').length, { timeout: 20_000 }).toBe(0);
  expect(Date.now() - asked).toBeGreaterThan(900);
});

test('a terminating pod shows all containers as running until every one has ended', async ({ newLab }) => {
  const lab = await newLab({ objects: checkupRbac() });
  const job = jobManifest(
    {},
    { command: ['sh', '-c', 'trap "echo done; exit 0" INT; echo up; while :; do sleep 0.1; done'] },
  );
  const pod = objectAt(job, 'spec', 'template', 'spec') ?? {};
  const [first = {}] = objectsAt(pod, 'containers');
  const lingering = { ...first, name: 'lingering', command: ['sh', '-c', 'trap : INT; sleep 1; sleep 1; sleep 1'] };
  lab.createObject({
    ...job,
    spec: { ...objectAt(job, 'spec'), template: { spec: { ...pod, containers: [first, lingering] } } },
  });
  await untilLog(lab, /up/);
  const seen: unknown[] = [];
  const name = lab.list('pods', 'latency')[0]?.metadata.name ?? '';
  lab.deleteObject('jobs', 'latency', NAME);
  await untilLog(lab, /done/);
  await expect
    .poll(
      () => {
        const now = lab.get('pods', 'latency', name);
        if (now) seen.push(objectsAt(now.status, 'containerStatuses').map(({ state }) => Object.keys(state ?? {})[0]));
        return now;
      },
      { timeout: 20_000 },
    )
    .toBeUndefined();
  expect(seen.length).toBeGreaterThan(1);
  expect(new Set(seen.map(String))).toEqual(new Set(['running,running']));
});

test('retries a failed pod up to backoffLimit times, after 10 s', async ({ newLab }) => {
  const lab = await newLab({ objects: checkupRbac() });
  lab.createObject(jobManifest({ backoffLimit: 1 }, { command: ['sh', '-c', 'echo try $POD_NAME; exit 3'] }));
  await untilFinished(lab);
  const pods = lab.list('pods', 'latency');
  expect(pods).toHaveLength(2);
  expect(lab.podLogs('latency').sort()).toEqual(pods.map(({ metadata }) => `try ${metadata.name}\n`).sort());
  const states = pods.map((pod) => objectAt(objectsAt(pod.status, 'containerStatuses')[0], 'state', 'terminated'));
  expect(states.map((state) => state?.exitCode)).toEqual([3, 3]);
  const [first = 0, second = 0] = pods.map(({ metadata }) => Date.parse(metadata.creationTimestamp)).sort();
  expect(second - first).toBeGreaterThanOrEqual(10_000);
  expect(lab.get('jobs', 'latency', NAME)?.status).toMatchObject({ failed: 2 });
});

test('reports a job that the lab cannot run, and never as a success', async ({ newLab }) => {
  const lab = await newLab({ objects: checkupRbac() });
  lab.createObject(jobManifest({}, { image: 'quay.io/somebody/else:1' }));
  const waiting = () => {
    const [pod] = lab.list('pods', 'latency');
    return objectAt(objectsAt(pod?.status, 'containerStatuses')[0], 'state', 'waiting');
  };
  await expect.poll(waiting).toMatchObject({ reason: 'ErrImagePull' });
  expect(textAt(waiting(), 'message')).toContain('failed to pull "quay.io/somebody/else:1"');
  expect(conditionsOf(lab)).toEqual([]);
});

test('the job waits and reports the cause when its service account is missing', async ({ newLab }) => {
  const lab = await newLab();
  lab.createObject(jobManifest());
  const messages = () => lab.list('events', 'latency').map((event) => textAt(event, 'message'));
  await expect
    .poll(messages)
    .toContainEqual(expect.stringContaining('serviceaccount "vm-latency-checkup-sa" not found'));
  for (const object of checkupRbac()) lab.createObject(object);
  await untilFinished(lab);
  expect(conditionsOf(lab)).toContain('Complete True CompletionsReached');
});

test('a pod deleted while it runs has failed, and its result remains', async ({ newLab }) => {
  const lab = await newLab({ objects: checkupRbac() });
  const command = ['sh', '-c', 'echo up; sleep 30'];
  lab.createObject(jobManifest({ terminationGracePeriodSeconds: 1 }, { command }));
  await untilLog(lab, /up/);
  lab.deleteObject('pods', 'latency', lab.list('pods', 'latency')[0]?.metadata.name ?? '');
  await untilFinished(lab);
  expect(conditionsOf(lab)).toContain('Failed True BackoffLimitExceeded');
  expect(lab.list('pods', 'latency')).toEqual([]);
  expect(lab.get('jobs', 'latency', NAME)?.status).toMatchObject({ failed: 1 });
});

test('a suspended job has no pods until it is resumed', async ({ newLab }) => {
  const lab = await newLab({ objects: checkupRbac() });
  const command = ['sh', '-c', 'echo ran'];
  lab.createObject(jobManifest({ suspend: true }, { command }));
  await expect.poll(() => conditionsOf(lab)).toEqual(['Suspended True JobSuspended']);
  expect(lab.list('pods', 'latency')).toEqual([]);
  const job = lab.get('jobs', 'latency', NAME);
  lab.createObject({ ...job, spec: { ...objectAt(job, 'spec'), suspend: false } });
  await untilFinished(lab);
  expect(conditionsOf(lab)).toContain('Complete True CompletionsReached');
});

test('a pod with an invalid command fails, and the lab continues', async ({ newLab }) => {
  const lab = await newLab({ objects: checkupRbac() });
  lab.createObject(jobManifest({}, { command: ['sh', '-c', 'echo \0'] }));
  const waiting = () => {
    const [pod] = lab.list('pods', 'latency');
    return objectAt(objectsAt(pod?.status, 'containerStatuses')[0], 'state', 'waiting');
  };
  await expect.poll(waiting).toMatchObject({ reason: 'StartError' });
});

test('a container ends with its first process even if others still run', async ({ newLab }) => {
  const lab = await newLab({ objects: checkupRbac() });
  lab.createObject(jobManifest({}, { command: ['sh', '-c', 'setsid sleep 3 & echo bye'] }));
  await untilFinished(lab);
  expect(lab.podLogs('latency')).toEqual(['bye\n']);
});
