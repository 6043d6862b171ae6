// SPDX-License-Identifier: Apache-2.0
/** Job, CronJob and Indexed Job: time for a whole run, and a pod that the restricted Pod Security Standard admits. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from '@playwright/test';
import { parse, parseAllDocuments } from 'yaml';
import { at, objectAt, objectsAt, textAt, type JsonObject } from '../../lab/objects.ts';
import { INTERRUPTED_RESULTS_MS, TEARDOWN_BUDGET_MS, teardownGrowthMs } from '../../model/stages.ts';

const MANIFESTS = path.join(import.meta.dirname, '..', '..', 'manifests');
const TIMEOUT_SECONDS = 300;
/** Time for evidence and reports, in addition to spec.timeout and teardown. */
const CLOSING_SECONDS = 55;
/** Default of `maxVms`. */
const MOST_VMS = 100;

function read(file: string): JsonObject {
  return parse(readFileSync(path.join(MANIFESTS, file), 'utf8')) as JsonObject;
}

function readAll(file: string): JsonObject[] {
  const text = readFileSync(path.join(MANIFESTS, file), 'utf8');
  return parseAllDocuments(text).map((document) => document.toJS() as JsonObject);
}

for (const [file, ...below] of [
  ['job.yaml'],
  ['scheduled/cronjob.yaml', 'spec', 'jobTemplate'],
  ['indexed/job.yaml'],
]) {
  test(`the time budgets of ${file ?? ''} cover a whole run, and its pod is restricted`, () => {
    const object = read(file ?? '');
    const spec = objectAt(object, ...below, 'spec');
    const pod = objectAt(spec, 'template', 'spec');
    const growth = teardownGrowthMs(MOST_VMS) / 1000;
    const run = TIMEOUT_SECONDS + TEARDOWN_BUDGET_MS / 1000 + growth + CLOSING_SECONDS;
    const runs = Number(at(spec, 'completions') ?? 1);
    expect(at(spec, 'activeDeadlineSeconds')).toBeGreaterThan(runs * (run + 120));
    expect(at(pod, 'terminationGracePeriodSeconds')).toBeGreaterThan(INTERRUPTED_RESULTS_MS / 1000 + growth + 10);
    expect([at(spec, 'backoffLimit'), at(spec, 'backoffLimitPerIndex')]).toContain(0);
    expect(pod).toMatchObject({
      restartPolicy: 'Never',
      securityContext: { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } },
    });
    const [container] = objectsAt(pod, 'containers');
    expect(container?.['securityContext']).toEqual({
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
    });
    const mounted = objectsAt(container, 'volumeMounts').map((mount) => textAt(mount, 'mountPath'));
    expect(mounted).toEqual(['/tmp', '/artifacts', '/var/run/secrets/kubevirt-vm-latency/metrics-push']);
    // Without the Secret the pod must start.
    expect(objectsAt(pod, 'volumes').find(({ name }) => name === 'metrics-push')).toMatchObject({
      secret: { secretName: 'kubevirt-vm-latency-metrics-push', optional: true },
    });
  });
}

test('the CronJob has the same pod as the Job', () => {
  const job = read('job.yaml');
  const cronJob = read('scheduled/cronjob.yaml');
  const scheduled = JSON.stringify(objectAt(cronJob, 'spec', 'jobTemplate', 'spec'));
  expect(JSON.parse(scheduled.replace('kubevirt-vm-latency-scheduled', 'kubevirt-vm-latency-config'))).toEqual(
    objectAt(job, 'spec'),
  );
  expect(cronJob['spec']).toMatchObject({ concurrencyPolicy: 'Forbid' });
});

test('the pods that use the artifacts of scheduled runs are restricted and have no token', () => {
  const directory = 'scheduled-with-artifacts';
  const pods = [
    objectAt(read(`${directory}/reader.yaml`), 'spec'),
    objectAt(read(`${directory}/delete-old.yaml`), 'spec', 'jobTemplate', 'spec', 'template', 'spec'),
  ];
  for (const pod of pods) {
    expect(pod).toMatchObject({
      automountServiceAccountToken: false,
      restartPolicy: 'Never',
      securityContext: { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } },
    });
    expect(objectsAt(pod, 'containers')[0]?.['securityContext']).toEqual({
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
    });
  }
});

test('the Indexed Job has the pod of the Job, with a ConfigMap for each index', () => {
  const job = read('job.yaml');
  const indexed = read('indexed/job.yaml');
  const pod = structuredClone(objectAt(indexed, 'spec', 'template'));
  const [container] = objectsAt(pod, 'spec', 'containers');
  const env = objectsAt(container, 'env');
  const name = env.findIndex((variable) => variable['name'] === 'CONFIGMAP_NAME');
  const index = env.findIndex((variable) => variable['name'] === 'JOB_COMPLETION_INDEX');
  expect(env[name]).toEqual({ name: 'CONFIGMAP_NAME', value: 'kubevirt-vm-latency-config-$(JOB_COMPLETION_INDEX)' });
  // A variable can only refer to those before it.
  expect(index).toBeLessThan(name);
  Object.assign(env[name] ?? {}, { value: 'kubevirt-vm-latency-config' });
  Object.assign(container ?? {}, { env: env.filter((_, position) => position !== index) });
  expect(pod).toEqual(objectAt(job, 'spec', 'template'));
  const names = readAll('indexed/config.yaml').map((configMap) => textAt(configMap, 'metadata', 'name'));
  const completions = Number(at(indexed, 'spec', 'completions'));
  expect(names).toEqual(Array.from({ length: completions }, (_, i) => `kubevirt-vm-latency-config-${i}`));
});

test('the Indexed Job runs one checkup at a time; disruptions come before failures', () => {
  const { spec } = read('indexed/job.yaml');
  expect(spec).toMatchObject({ completionMode: 'Indexed', parallelism: 1, backoffLimitPerIndex: 0 });
  expect(objectsAt(spec, 'podFailurePolicy', 'rules')).toEqual([
    { action: 'Ignore', onPodConditions: [{ type: 'DisruptionTarget' }] },
    { action: 'FailIndex', onExitCodes: { containerName: 'checkup', operator: 'In', values: [1] } },
  ]);
});

test('ConfigMaps of several runs permit that results are overwritten', () => {
  for (const configMap of ['scheduled/config.yaml', 'indexed/config.yaml'].flatMap(readAll)) {
    expect(at(configMap, 'data', 'spec.param.overwriteResults')).toBe('true');
  }
});

test('each ConfigMap has the timeout that the deadline allows for', () => {
  for (const configMap of ['config.yaml', 'scheduled/config.yaml', 'indexed/config.yaml'].flatMap(readAll)) {
    expect(at(configMap, 'data', 'spec.timeout')).toBe(`${TIMEOUT_SECONDS / 60}m`);
  }
});

test('access to a network in another namespace is a Role and a RoleBinding there, for the account of the Job', () => {
  const [role, binding] = readAll('rbac-network.yaml');
  expect(objectsAt(role, 'rules')).toEqual([
    { apiGroups: ['k8s.cni.cncf.io'], resources: ['network-attachment-definitions'], verbs: ['get'] },
  ]);
  expect(binding?.['metadata']).toEqual(role?.['metadata']);
  expect(objectAt(binding, 'roleRef')).toMatchObject({ kind: 'Role', name: textAt(role, 'metadata', 'name') });
  const job = read('job.yaml');
  const account = textAt(job, 'spec', 'template', 'spec', 'serviceAccountName');
  expect(objectsAt(binding, 'subjects')).toEqual([
    { kind: 'ServiceAccount', name: account, namespace: textAt(job, 'metadata', 'namespace') },
  ]);
});
