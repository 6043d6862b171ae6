// SPDX-License-Identifier: Apache-2.0
/** A stock kubectl of a pinned version works with the lab. */
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, type TestInfo } from '@playwright/test';
import { parse } from 'yaml';
import type { Lab, LabOptions } from '../../lab.ts';
import { objectAt, type JsonObject } from '../../store/json.ts';
import { kubectlFor, printedTable, type Kubectl } from '../../../tests/support/kubectl.ts';
import { test as base } from './lab-test.ts';

const test = base.extend<{ cluster: (options?: Partial<LabOptions>) => Promise<{ lab: Lab; kubectl: Kubectl }> }>({
  cluster: async ({ newLab }, use, testInfo: TestInfo) => {
    await use(async (options) => {
      const lab = await newLab(options);
      return { lab, kubectl: await kubectlFor(lab, testInfo.outputPath('kubectl')) };
    });
  },
});

test.describe.configure({ mode: 'parallel' });

const AGE = expect.stringMatching(/^\d+[smh]/);

const VMIS = '/virtualmachineinstances';

const VMI: JsonObject = {
  apiVersion: 'kubevirt.io/v1',
  kind: 'VirtualMachineInstance',
  metadata: { name: 'one', labels: { app: 'one' } },
  spec: {
    domain: {
      devices: { interfaces: [{ name: 'blue', bridge: {} }] },
      resources: { requests: { memory: '128Mi' } },
    },
    networks: [{ name: 'blue', multus: { networkName: 'blue' } }],
    terminationGracePeriodSeconds: 0,
  },
};

const CONFIG_MAP: JsonObject = {
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'c1' },
  data: { a: '1', b: '2' },
};

test('get shows the columns of a real cluster', async ({ cluster }) => {
  const { kubectl } = await cluster();
  await kubectl.apply(VMI, CONFIG_MAP);
  await kubectl.ok('wait', '--for=condition=Ready', 'vmi/one', '--timeout=20s');
  const table = async (...args: string[]) => printedTable(await kubectl.ok('get', ...args));
  const row = async (...args: string[]) => (await table(...args))[0];

  const node = { NAME: 'node-1', STATUS: 'Ready', ROLES: '<none>', AGE, VERSION: 'v1.36.2' };
  expect(await row('nodes')).toEqual(node);
  expect(await row('nodes', '-o', 'wide')).toEqual({
    ...node,
    'INTERNAL-IP': '127.0.0.1',
    'EXTERNAL-IP': '<none>',
    'OS-IMAGE': 'kubevirt-lab',
    'KERNEL-VERSION': 'none',
    'CONTAINER-RUNTIME': 'lab://1',
  });
  const vmi = { NAME: 'one', AGE, PHASE: 'Running', IP: '', NODENAME: 'node-1', READY: 'True' };
  expect(await row('vmi')).toEqual(vmi);
  expect(await row('vmi', '-o', 'wide')).toEqual({ ...vmi, 'LIVE-MIGRATABLE': 'True', PAUSED: '' });
  expect(await row('net-attach-def')).toEqual({ NAME: 'blue', AGE });
  expect(await row('cm')).toEqual({ NAME: 'c1', DATA: '2', AGE });
  expect(await row('pods')).toEqual({
    NAME: expect.stringMatching(/^virt-launcher-one-\w{5}$/),
    READY: '1/1',
    STATUS: 'Running',
    RESTARTS: '0',
    AGE,
  });
  expect(await row('kubevirt', '-A')).toEqual({ NAMESPACE: 'kubevirt', NAME: 'kubevirt', AGE, PHASE: 'Deployed' });
  expect(Object.keys((await row('events')) ?? {})).toEqual(['LAST SEEN', 'TYPE', 'REASON', 'OBJECT', 'MESSAGE']);
  expect(Object.keys((await row('sa')) ?? {})).toEqual(['NAME', 'SECRETS', 'AGE']);
  expect(Object.keys((await row('clusterrolebinding')) ?? {})).toEqual(['NAME', 'ROLE', 'AGE']);
  expect(Object.keys((await row('crd')) ?? {})).toEqual(['NAME', 'CREATED AT']);

  const all = await kubectl.ok('get', 'nodes,vmi,net-attach-def,cm,pods,jobs');
  for (const line of [
    'node/node-1',
    'virtualmachineinstance.kubevirt.io/one',
    'configmap/c1',
    'pod/virt-launcher-one-',
  ]) {
    expect(all).toContain(line);
  }
});

test('get prints the object as yaml, json and jsonpath', async ({ cluster }) => {
  const { lab, kubectl } = await cluster();
  await kubectl.apply(CONFIG_MAP);
  const stored = lab.get('configmaps', 'latency', 'c1');
  expect(parse(await kubectl.ok('get', 'cm', 'c1', '-o', 'yaml'))).toEqual(stored);
  expect(JSON.parse(await kubectl.ok('get', 'cm', 'c1', '-o', 'json'))).toEqual(stored);
  expect(await kubectl.ok('get', 'cm', 'c1', '-o', 'jsonpath={.data.b}')).toBe('2');
  expect(await kubectl.run('get', 'cm', 'none')).toMatchObject({
    status: 1,
    stderr: 'Error from server (NotFound): configmaps "none" not found\n',
  });
});

test('apply creates and changes an object, and reports it unchanged', async ({ cluster }) => {
  const { lab, kubectl } = await cluster();
  const nad = {
    apiVersion: 'k8s.cni.cncf.io/v1',
    kind: 'NetworkAttachmentDefinition',
    metadata: { name: 'green' },
    spec: { config: '{"type":"bridge"}' },
  };
  expect((await kubectl.apply(CONFIG_MAP, nad)).stdout).toBe(
    'configmap/c1 created\nnetworkattachmentdefinition.k8s.cni.cncf.io/green created\n',
  );
  const changed = { ...CONFIG_MAP, data: { b: '3', c: '4' } };
  const green = { ...nad, spec: { config: '{"type":"ovs"}' } };
  expect((await kubectl.apply(changed, green)).stdout).toMatch(/c1 configured\n.*green configured\n/);
  expect(lab.get('configmaps', 'latency', 'c1')?.data).toEqual({ b: '3', c: '4' });
  expect(lab.get('network-attachment-definitions', 'latency', 'green')?.spec).toEqual(green.spec);
  expect((await kubectl.apply(changed, green)).stdout).toMatch(/c1 unchanged\n.*green unchanged\n/);
});

test('apply refuses invalid objects as a cluster does', async ({ cluster }) => {
  const { kubectl } = await cluster();
  const refused = async (object: JsonObject) => {
    const { status, stderr } = await kubectl.apply(object);
    expect(status).toBe(1);
    return stderr;
  };
  expect(await refused({ ...CONFIG_MAP, dta: {} })).toContain('strict decoding error: unknown field "dta"');
  expect(await refused({ ...CONFIG_MAP, data: { 'spec.param.sampleDurationSeconds': 5 } })).toContain(
    'cannot unmarshal number into Go struct field ConfigMap.data of type string',
  );
  expect(await refused({ ...VMI, spec: { domain: {}, networks: [{ name: 'blue', pod: {} }] } })).toContain(
    "The request is invalid: spec.networks[0].name: spec.networks[0].name 'blue' not found.",
  );
  const template = { spec: { containers: [{ name: 'c', image: 'busybox' }], restartPolicy: 'Never' } };
  const typo = { spec: { ...template.spec, containers: [{ name: 'c', image: 'x', comand: ['sh'] }] } };
  expect(
    await refused({ apiVersion: 'batch/v1', kind: 'Job', metadata: { name: 'j' }, spec: { template: typo } }),
  ).toContain('strict decoding error: unknown field "spec.template.spec.containers[0].comand"');
  const job = { apiVersion: 'batch/v1', kind: 'Job', metadata: { name: 'j' }, spec: { suspend: true, template } };
  expect((await kubectl.apply(job)).stdout).toBe('job.batch/j created\n');
  const other = { spec: { ...template.spec, containers: [{ name: 'c', image: 'busybox:2' }] } };
  expect(await refused({ ...job, spec: { suspend: true, template: other } })).toMatch(
    /The Job "j" is invalid: spec.template: Invalid value: .*field is immutable/s,
  );
});

test('patch applies all three patch types, and delete deletes', async ({ cluster }) => {
  const { lab, kubectl } = await cluster();
  await kubectl.apply(CONFIG_MAP);
  await kubectl.ok('patch', 'cm', 'c1', '-p', '{"data":{"c":"3"}}');
  await kubectl.ok('patch', 'cm', 'c1', '--type=merge', '-p', '{"data":{"a":null}}');
  await kubectl.ok('patch', 'cm', 'c1', '--type=json', '-p', '[{"op":"replace","path":"/data/b","value":"x"}]');
  expect(lab.get('configmaps', 'latency', 'c1')?.data).toEqual({ b: 'x', c: '3' });
  await kubectl.ok('label', 'cm', 'c1', 'team=net');
  expect(await kubectl.ok('get', 'cm', '-l', 'team in (net, other)', '-o', 'name')).toBe('configmap/c1\n');
  expect(await kubectl.ok('delete', 'cm', '-l', 'team=net')).toBe('configmap "c1" deleted\n');
  expect(await kubectl.run('delete', 'cm', 'c1')).toMatchObject({ status: 1 });
  expect(await kubectl.ok('delete', 'cm', 'c1', '--ignore-not-found')).toBe('');
});

test('get -w follows changes, wait waits for them', async ({ cluster }) => {
  const { lab, kubectl } = await cluster();
  const watching = kubectl.start('get', 'vmi', '-w', '-o', 'custom-columns=P:.status.phase');
  let seen = '';
  watching.stdout.setEncoding('utf8').on('data', (text: string) => (seen += text));
  const watched = () => lab.requests.some(({ verb, path }) => verb === 'watch' && path.endsWith(VMIS));
  await expect.poll(watched, { timeout: 10_000 }).toBe(true);
  await kubectl.apply(VMI);
  await kubectl.ok('wait', '--for=jsonpath={.status.phase}=Running', 'vmi/one', '--timeout=20s');
  await expect.poll(() => seen, { timeout: 10_000 }).toMatch(/Scheduling\n(.*\n)*Scheduled\n(.*\n)*Running\n/);
  const gone = kubectl.ok('wait', '--for=delete', 'vmi/one', '--timeout=20s');
  expect(await kubectl.ok('delete', 'vmi', 'one')).toBe('virtualmachineinstance.kubevirt.io "one" deleted\n');
  await gone;
  watching.kill();
  await once(watching, 'close');
  expect(await kubectl.run('wait', '--for=condition=Ready', 'vmi/one', '--timeout=1s')).toMatchObject({ status: 1 });
});

test('get -w prints the columns once and a line for each change', async ({ cluster }) => {
  const { kubectl } = await cluster();
  await kubectl.apply(CONFIG_MAP);
  const watching = kubectl.start('get', 'cm', 'c1', '-w');
  let seen = '';
  watching.stdout.setEncoding('utf8').on('data', (text: string) => (seen += text));
  await expect.poll(() => seen, { timeout: 10_000 }).toMatch(/^NAME +DATA +AGE\nc1 +2 +\d+s\n$/);
  await kubectl.ok('patch', 'cm', 'c1', '-p', '{"data":{"c":"3"}}');
  await expect.poll(() => seen, { timeout: 10_000 }).toMatch(/^NAME.*\nc1 +2 .*\nc1 +3 +\d+s\n$/);
  watching.kill();
  await once(watching, 'close');
});

test('describe prints an object and its events', async ({ cluster }) => {
  const { kubectl } = await cluster();
  await kubectl.apply(VMI);
  await kubectl.ok('wait', '--for=condition=Ready', 'vmi/one', '--timeout=20s');
  const vmi = await kubectl.ok('describe', 'vmi', 'one');
  expect(vmi).toMatch(/Kind: +VirtualMachineInstance/);
  expect(vmi).toMatch(/Normal +SuccessfulCreate .* Created virtual machine pod virt-launcher-one-/);
  expect(vmi).toMatch(/Normal +Started .* VirtualMachineInstance started\./);
  const pod = await kubectl.ok('describe', 'pods', '-l', 'kubevirt.io=virt-launcher');
  expect(pod).toMatch(/Controlled By: +VirtualMachineInstance\/one/);
  expect(pod).toMatch(/Normal +Scheduled .* Successfully assigned latency\/virt-launcher-one-\w+ to node-1/);
  expect(await kubectl.ok('describe', 'node', 'node-1')).toMatch(/virt-launcher-one-/);
  expect(await kubectl.ok('describe', 'cm', 'kubevirt-vm-latency-config')).toMatch(/spec.timeout:\n----\n5m\n/);
});

test('logs -f follows a job to its end', async ({ cluster }) => {
  const { kubectl } = await cluster();
  const command = ['sh', '-c', 'for i in 1 2 3; do echo line $i; sleep 0.3; done'];
  const containers = [{ name: 'c', image: 'registry.example/busybox:1', command }];
  await kubectl.apply({
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name: 'j' },
    spec: { template: { spec: { containers, restartPolicy: 'Never' } } },
  });
  expect(await kubectl.ok('logs', '-f', 'job/j', '--pod-running-timeout=20s')).toBe('line 1\nline 2\nline 3\n');
  await kubectl.ok('wait', '--for=condition=Complete', 'job/j', '--timeout=20s');
  expect(await kubectl.ok('logs', 'job/j', '--tail=1')).toBe('line 3\n');
  expect(printedTable(await kubectl.ok('get', 'jobs'))).toEqual([
    { NAME: 'j', STATUS: 'Complete', COMPLETIONS: '1/1', DURATION: AGE, AGE },
  ]);
  expect(printedTable(await kubectl.ok('get', 'pods'))).toMatchObject([{ READY: '0/1', STATUS: 'Completed' }]);
});

test('api-resources lists the kinds with their short names', async ({ cluster }) => {
  const { kubectl } = await cluster();
  const resources = printedTable(await kubectl.ok('api-resources'));
  expect(resources).toContainEqual({
    NAME: 'virtualmachineinstances',
    SHORTNAMES: 'vmi,vmis',
    APIVERSION: 'kubevirt.io/v1',
    NAMESPACED: 'true',
    KIND: 'VirtualMachineInstance',
  });
  const without = await cluster({ kubevirt: 'absent' });
  expect(await without.kubectl.run('get', 'vmi')).toMatchObject({
    status: 1,
    stderr: 'error: the server doesn\'t have a resource type "vmi"\n',
  });
});

/** The default rights of every service account: self reviews, KubeVirt's version, discovery. */
const DEFAULT_RULES = [
  'selfsubjectreviews.authentication.k8s.io [create]',
  'selfsubjectaccessreviews.authorization.k8s.io [create]',
  'selfsubjectrulesreviews.authorization.k8s.io [create]',
  'kubevirts.kubevirt.io [get list]',
  'guestfs.subresources.kubevirt.io [get list]',
  'version.subresources.kubevirt.io [get list]',
  'virtualmachineclusterinstancetypes.instancetype.kubevirt.io [get list watch]',
  'virtualmachineclusterpreferences.instancetype.kubevirt.io [get list watch]',
];
const DEFAULT_PATHS = [
  '/.well-known',
  '/.well-known/*',
  '/.well-known/openid-configuration',
  '/.well-known/openid-configuration/',
  '/api',
  '/api/*',
  '/apis',
  '/apis/*',
  '/healthz',
  '/livez',
  '/openapi',
  '/openapi/*',
  '/openid/v1/jwks',
  '/openid/v1/jwks/',
  '/readyz',
  '/version',
  '/version/',
];

const ACCOUNT = 'bot';

/** A service account with a role. */
const GRANTS: JsonObject[] = [
  { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: ACCOUNT } },
  {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'Role',
    metadata: { name: ACCOUNT },
    rules: [
      { apiGroups: [''], resources: ['configmaps'], verbs: ['get', 'update'] },
      { apiGroups: ['kubevirt.io'], resources: ['virtualmachineinstances'], verbs: ['get', 'create', 'delete'] },
      { apiGroups: ['subresources.kubevirt.io'], verbs: ['get'], resources: ['virtualmachineinstances/console'] },
    ],
  },
  {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'RoleBinding',
    metadata: { name: ACCOUNT },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: ACCOUNT },
    subjects: [{ kind: 'ServiceAccount', name: ACCOUNT, namespace: 'latency' }],
  },
];

test('auth can-i reports the permissions of a role and the default ones, and no others', async ({ cluster }) => {
  const { kubectl } = await cluster({ objects: GRANTS });
  const token = (await kubectl.ok('create', 'token', ACCOUNT)).trim();
  const asAccount = ['--token', token];
  expect(await kubectl.run(...asAccount, 'auth', 'can-i', 'create', 'vmi')).toMatchObject({
    status: 0,
    stdout: 'yes\n',
  });
  expect(await kubectl.run(...asAccount, 'auth', 'can-i', 'list', 'vmi')).toMatchObject({ status: 1, stdout: 'no\n' });
  expect((await kubectl.run(...asAccount, 'auth', 'can-i', 'get', '/version')).stdout).toBe('yes\n');
  expect(await kubectl.ok(...asAccount, 'auth', 'whoami')).toContain(`system:serviceaccount:latency:${ACCOUNT}`);

  const impersonating = ['--as', `system:serviceaccount:latency:${ACCOUNT}`];
  for (const who of [asAccount, impersonating]) {
    const rows = printedTable(await kubectl.ok(...who, 'auth', 'can-i', '--list'));
    const rules = rows.filter((row) => row['Resources'] !== '').map((row) => `${row['Resources']} ${row['Verbs']}`);
    const paths = rows.map((row) => (row['Non-Resource URLs'] ?? '').slice(1, -1)).filter((path) => path !== '');
    expect(rules.sort()).toEqual(
      [
        ...DEFAULT_RULES,
        'configmaps [get update]',
        'virtualmachineinstances.kubevirt.io [get create delete]',
        'virtualmachineinstances.subresources.kubevirt.io/console [get]',
      ].sort(),
    );
    expect([...new Set(paths)].sort()).toEqual([...DEFAULT_PATHS].sort());
  }
  expect((await kubectl.run('--token', 'forged', 'get', 'cm')).stderr).toContain('You must be logged in to the server');
});

test('create creates an object sent as protobuf', async ({ cluster }) => {
  const { lab, kubectl } = await cluster();
  const created = async (...args: string[]) => (await kubectl.ok('create', ...args)).trim();
  expect(await created('configmap', 'c2', '--from-literal=a=1', '--from-literal=empty=')).toBe('configmap/c2 created');
  expect(lab.get('configmaps', 'latency', 'c2')?.data).toEqual({ a: '1', empty: '' });
  expect(await created('namespace', 'other')).toBe('namespace/other created');
  expect(await created('serviceaccount', 'bot', '-n', 'other')).toBe('serviceaccount/bot created');
  expect(await created('role', 'reader', '--verb=get,list', '--resource=configmaps', '-n', 'other')).toContain(
    'created',
  );
  await created('rolebinding', 'reader', '--role=reader', '--serviceaccount=other:bot', '-n', 'other');
  expect(
    (await kubectl.run('auth', 'can-i', 'list', 'cm', '-n', 'other', '--as=system:serviceaccount:other:bot')).stdout,
  ).toBe('yes\n');
  expect(await created('job', 'j', '--image=busybox', '--', 'echo', 'hello')).toBe('job.batch/j created');
  await kubectl.ok('wait', '--for=condition=Complete', 'job/j', '--timeout=20s');
  expect(await kubectl.ok('logs', 'job/j')).toBe('hello\n');
  expect(await kubectl.run('create', 'quota', 'q')).toMatchObject({ status: 1 });

  await kubectl.ok('delete', 'namespace', 'other');
  expect(lab.list('serviceaccounts', 'other')).toEqual([]);
  expect(lab.list('configmaps', 'other')).toEqual([]);
});

/** Returns the template of the Jobs that a manifest creates. */
function jobTemplate(file: string): JsonObject {
  const manifest = parse(
    readFileSync(path.join(import.meta.dirname, '../../../manifests', file), 'utf8'),
  ) as JsonObject;
  return objectAt(manifest, 'spec', 'jobTemplate') ?? { spec: objectAt(manifest, 'spec') };
}

/** Returns the object that the server answers, without the UID of the Job. */
async function dryRun(kubectl: Kubectl, ...args: string[]): Promise<JsonObject> {
  const text = await kubectl.ok('create', ...args, '--dry-run=server', '-o', 'json');
  const { metadata } = JSON.parse(text) as { metadata: { uid: string } };
  // kubectl itself prints an absent time as null.
  return JSON.parse(text.replaceAll(metadata.uid, 'UID'), (_, value: unknown) => value ?? undefined) as JsonObject;
}

for (const file of [
  'job.yaml',
  'indexed/job.yaml',
  'scheduled/cronjob.yaml',
  'scheduled-with-artifacts/delete-old.yaml',
]) {
  test(`a job that kubectl creates from a CronJob has the whole spec of ${file}`, async ({ cluster }, testInfo) => {
    const { kubectl } = await cluster();
    const template = jobTemplate(file);
    const cronJob = { apiVersion: 'batch/v1', kind: 'CronJob', metadata: { name: 'c' } };
    await kubectl.apply({ ...cronJob, spec: { schedule: '0 0 1 1 *', suspend: true, jobTemplate: template } });
    const fromProtobuf = await dryRun(kubectl, 'job', 'j', '--from=cronjob/c');

    const job = { apiVersion: 'batch/v1', kind: 'Job', metadata: { name: 'j' }, spec: template['spec'] };
    const manifest = testInfo.outputPath('job.json');
    writeFileSync(manifest, JSON.stringify(job));
    const fromJson = await dryRun(kubectl, '-f', manifest);
    expect(fromProtobuf['spec']).toEqual(fromJson['spec']);
    expect(fromProtobuf['metadata']).toMatchObject({
      ...objectAt(template, 'metadata'),
      annotations: { 'cronjob.kubernetes.io/instantiate': 'manual' },
      ownerReferences: [{ kind: 'CronJob', name: 'c', controller: true }],
    });
  });
}

test('a protobuf field that the lab does not know is an error', async ({ cluster }) => {
  const { lab, kubectl } = await cluster();
  const spec = { affinity: {}, restartPolicy: 'Never', containers: [{ name: 'c', image: 'busybox' }] };
  const cronJob = { apiVersion: 'batch/v1', kind: 'CronJob', metadata: { name: 'c' } };
  const jobTemplate = { spec: { template: { spec } } };
  await kubectl.apply({ ...cronJob, spec: { schedule: '0 0 1 1 *', suspend: true, jobTemplate } });
  // PodSpec in generated.proto: optional Affinity affinity = 18.
  expect(await kubectl.run('create', 'job', 'j', '--from=cronjob/c')).toMatchObject({
    status: 1,
    stderr: expect.stringContaining('the lab does not know field 18 of PodSpec'),
  });
  expect(lab.list('jobs', 'latency')).toEqual([]);
});

test('run starts a standalone pod, and does nothing with --dry-run', async ({ cluster }) => {
  const { lab, kubectl } = await cluster();
  const command = ['--restart=Never', '--command', '--', 'sh', '-c', 'echo hi'];
  await kubectl.ok('run', 'p1', '--image=busybox', ...command);
  await kubectl.ok('wait', '--for=jsonpath={.status.phase}=Succeeded', 'pod/p1', '--timeout=20s');
  expect(await kubectl.ok('logs', 'p1')).toBe('hi\n');
  expect(await kubectl.ok('delete', 'pod', 'p1', '--dry-run=server')).toContain('deleted (server dry run)');
  expect(lab.get('pods', 'latency', 'p1')).toBeDefined();
  expect((await kubectl.run('delete', 'namespace', 'default')).stderr).toContain('this namespace may not be deleted');
});
