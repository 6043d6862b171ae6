/** Job and CronJob: time for a whole run, and a pod that the restricted Pod Security Standard admits. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from '@playwright/test';
import { parse, parseAllDocuments } from 'yaml';
import { at, objectAt, objectsAt, textAt, type JsonObject } from '../../lab/objects.ts';
import { INTERRUPTED_RESULTS_MS, TEARDOWN_BUDGET_MS } from '../../model/stages.ts';

const MANIFESTS = path.join(import.meta.dirname, '..', '..', 'manifests');
const TIMEOUT_SECONDS = 300;
/** Time for evidence and reports, in addition to spec.timeout and teardown. */
const CLOSING_SECONDS = 55;

function read(file: string): JsonObject {
  return parse(readFileSync(path.join(MANIFESTS, file), 'utf8')) as JsonObject;
}

for (const [file, ...below] of [['job.yaml'], ['scheduled/cronjob.yaml', 'spec', 'jobTemplate']]) {
  test(`the time budgets of ${file ?? ''} cover a whole run, and its pod is restricted`, () => {
    const object = read(file ?? '');
    const spec = objectAt(object, ...below, 'spec');
    const pod = objectAt(spec, 'template', 'spec');
    const run = TIMEOUT_SECONDS + TEARDOWN_BUDGET_MS / 1000 + CLOSING_SECONDS;
    expect(at(spec, 'activeDeadlineSeconds')).toBeGreaterThan(run + 120);
    expect(at(pod, 'terminationGracePeriodSeconds')).toBeGreaterThan(INTERRUPTED_RESULTS_MS / 1000 + 10);
    expect(spec).toMatchObject({ backoffLimit: 0 });
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
    expect(mounted).toEqual(['/tmp', '/artifacts']);
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

test('each ConfigMap has the timeout that the deadline allows for', () => {
  for (const file of ['config.yaml', 'scheduled/config.yaml']) {
    expect(at(read(file), 'data', 'spec.timeout')).toBe(`${TIMEOUT_SECONDS / 60}m`);
  }
});

test('access to a network in another namespace is a Role and a RoleBinding there, for the account of the Job', () => {
  const text = readFileSync(path.join(MANIFESTS, 'rbac-network.yaml'), 'utf8');
  const [role, binding] = parseAllDocuments(text).map((document) => document.toJS() as JsonObject);
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
