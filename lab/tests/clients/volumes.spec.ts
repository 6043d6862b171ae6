// SPDX-License-Identifier: Apache-2.0
/** PersistentVolumeClaims and Secrets as volumes of pods, used by stock kubectl. */
import { expect, type TestInfo } from '@playwright/test';
import type { Lab } from '../../lab.ts';
import { objectsAt, textAt, type JsonObject } from '../../store/json.ts';
import { kubectlFor, printedTable, type Kubectl } from '../../../tests/support/kubectl.ts';
import { test as base } from './lab-test.ts';

const test = base.extend<{ cluster: { lab: Lab; kubectl: Kubectl } }>({
  cluster: async ({ newLab }, use, testInfo: TestInfo) => {
    const lab = await newLab();
    await use({ lab, kubectl: await kubectlFor(lab, testInfo.outputPath('kubectl')) });
  },
});

test.describe.configure({ mode: 'parallel' });

function claim(name: string, spec: JsonObject = {}): JsonObject {
  const resources = { requests: { storage: '1Gi' } };
  return {
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    metadata: { name },
    spec: { accessModes: ['ReadWriteOnce'], resources, ...spec },
  };
}

/** A container that runs a script in the mounted volume. */
function podSpec(script: string, source: JsonObject, mount: JsonObject = {}): JsonObject {
  const env = [{ name: 'POD_NAME', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } }];
  const volumeMounts = [{ name: 'volume', mountPath: '/data', ...mount }];
  const command = ['sh', '-c', script];
  return {
    automountServiceAccountToken: false,
    restartPolicy: 'Never',
    containers: [{ name: 'c', image: 'busybox', command, workingDir: '/data', env, volumeMounts }],
    volumes: [{ name: 'volume', ...source }],
  };
}

function pod(name: string, spec: JsonObject): JsonObject {
  return { apiVersion: 'v1', kind: 'Pod', metadata: { name }, spec };
}

const CLAIM = { persistentVolumeClaim: { claimName: 'files' } };

async function logOf(kubectl: Kubectl, name: string): Promise<string> {
  await kubectl.ok('wait', '--for=jsonpath={.status.phase}=Succeeded', `pod/${name}`, '--timeout=20s');
  return kubectl.ok('logs', name);
}

/** Returns the messages of the events of a pod with this reason. */
async function messages(kubectl: Kubectl, name: string, reason: string): Promise<string> {
  const selector = `involvedObject.name=${name},reason=${reason}`;
  return kubectl.ok('get', 'events', `--field-selector=${selector}`, '-o', 'jsonpath={.items[*].message}');
}

test('files on a claim outlive the pod, each pod in its own directory with subPathExpr', async ({ cluster }) => {
  const { kubectl } = cluster;
  await kubectl.apply(claim('files'));
  expect(printedTable(await kubectl.ok('get', 'pvc'))).toMatchObject([
    { NAME: 'files', STATUS: 'Bound', CAPACITY: '1Gi', 'ACCESS MODES': 'RWO', STORAGECLASS: 'lab' },
  ]);
  for (const name of ['first', 'second']) {
    const own = podSpec('echo "$POD_NAME" > name; ls', CLAIM, { subPathExpr: '$(POD_NAME)' });
    await kubectl.apply(pod(name, own));
    expect(await logOf(kubectl, name)).toBe('name\n');
    await kubectl.ok('delete', 'pod', name);
  }
  await kubectl.apply(pod('reader', podSpec('cat first/name second/name', CLAIM)));
  expect(await logOf(kubectl, 'reader')).toBe('first\nsecond\n');
});

test('a pod whose claim is missing or unbound stays Pending until it is bound', async ({ cluster }) => {
  const { kubectl } = cluster;
  await kubectl.apply(pod('p', podSpec('echo ran', CLAIM)));
  const reason = (obstacle: string) =>
    `0/2 nodes are available: ${obstacle}. no new claims to deallocate, ` +
    'preemption: 0/2 nodes are available: 2 Preemption is not helpful for scheduling.';
  await expect
    .poll(() => messages(kubectl, 'p', 'FailedScheduling'))
    .toBe(reason('persistentvolumeclaim "files" not found'));
  expect(printedTable(await kubectl.ok('get', 'pods'))).toMatchObject([{ NAME: 'p', STATUS: 'Pending' }]);

  await kubectl.apply(claim('files', { storageClassName: 'absent' }));
  await expect
    .poll(() => messages(kubectl, 'p', 'FailedScheduling'))
    .toContain(reason('pod has unbound immediate PersistentVolumeClaims'));
  await kubectl.ok('delete', 'pvc', 'files');
  await kubectl.apply(claim('files'));
  expect(await logOf(kubectl, 'p')).toBe('ran\n');
});

test('an optional Secret that is missing is an empty directory; a required one delays the pod', async ({ cluster }) => {
  const { kubectl } = cluster;
  const secret = (optional: boolean) => ({ secret: { secretName: 'key', optional } });
  await kubectl.apply(pod('optional', podSpec('ls', secret(true))));
  expect(await logOf(kubectl, 'optional')).toBe('');

  await kubectl.apply(pod('required', podSpec('cat token', secret(false))));
  await expect
    .poll(() => messages(kubectl, 'required', 'FailedMount'))
    .toContain('MountVolume.SetUp failed for volume "volume" : secret "key" not found');
  const [row] = printedTable(await kubectl.ok('get', 'pods', 'required'));
  expect(row).toMatchObject({ STATUS: 'ContainerCreating' });
  await kubectl.ok('create', 'secret', 'generic', 'key', '--from-literal=token=abc');
  expect(await logOf(kubectl, 'required')).toBe('abc');
  expect(printedTable(await kubectl.ok('get', 'secrets'))).toMatchObject([{ NAME: 'key', TYPE: 'Opaque', DATA: '1' }]);
});

test('refuses a subPath outside of its volume, and one with an unknown variable', async ({ cluster }) => {
  const { lab, kubectl } = cluster;
  await kubectl.apply(claim('files'));
  const reasonOf = async (name: string, mount: JsonObject) => {
    await kubectl.apply(pod(name, podSpec('ls', CLAIM, mount)));
    const waiting = () => objectsAt(lab.get('pods', 'latency', name)?.status, 'containerStatuses')[0];
    await expect
      .poll(() => textAt(waiting(), 'state', 'waiting', 'reason'), { timeout: 10_000 })
      .toBe('CreateContainerConfigError');
    return textAt(waiting(), 'state', 'waiting', 'message');
  };
  expect(await reasonOf('outside', { subPath: '../other' })).toContain('`../other`');
  expect(await reasonOf('unknown', { subPathExpr: '$(MISSING)' })).toContain('missing value for "MISSING"');
  const typo = await kubectl.apply(pod('typo', podSpec('ls', CLAIM, { subPathExp: 'a' })));
  expect(typo.stderr).toContain('unknown field "spec.containers[0].volumeMounts[0].subPathExp"');
});

test('a job that kubectl creates from a CronJob has its volumes', async ({ cluster }) => {
  const { kubectl } = cluster;
  await kubectl.apply(claim('files'), {
    apiVersion: 'batch/v1',
    kind: 'CronJob',
    metadata: { name: 'c' },
    spec: {
      schedule: '0 * * * *',
      jobTemplate: { spec: { template: { spec: podSpec('echo kept > file', CLAIM) } } },
    },
  });
  await kubectl.ok('create', 'job', 'j', '--from=cronjob/c');
  await kubectl.ok('wait', '--for=condition=Complete', 'job/j', '--timeout=20s');
  await kubectl.apply(pod('reader', podSpec('cat file', CLAIM)));
  expect(await logOf(kubectl, 'reader')).toBe('kept\n');
});
