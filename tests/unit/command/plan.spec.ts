// SPDX-License-Identifier: Apache-2.0
/** The objects of `npm run checkup`, from the shipped manifests and changed ones. */
import { expect, test } from '@playwright/test';
import { parseAllDocuments } from 'yaml';
import { record, strings, type Json } from '../../../fixtures/cluster/objects.ts';
import { artifactsContainer, withArtifactsVolume } from '../../../command/artifacts-container.ts';
import { parseOptions, type Options } from '../../../command/options.ts';
import { makePlan, objectsOf, renderYaml, type Plan } from '../../../command/plan.ts';

function options(...more: string[]): Options {
  const parsed = parseOptions(['--network', 'default/br10', ...more]);
  if (parsed === 'help' || 'history' in parsed) throw new Error('no options');
  return parsed;
}

function parsed(plan: Plan): Json[] {
  return parseAllDocuments(renderYaml(objectsOf(plan, false))).map((document) => record(document.toJS()));
}

test('puts all namespaced objects and the subjects of bindings into the requested namespace', () => {
  const yaml = renderYaml(objectsOf(makePlan(options(), 'default'), false));
  expect(yaml.match(/namespace: (?!default$).*/gm)).toBeNull();
  expect(yaml.match(/namespace: default$/gm)?.length).toBeGreaterThan(8);
  expect(yaml).not.toMatch(/[&*]a\d/);
});

test('permits access to the ConfigMap of the run only, and names the ClusterRoleBinding after the namespace', () => {
  const plan = makePlan(options(), 'somewhere');
  const all = parsed(plan);
  const ofConfigMaps = all.filter((object) => JSON.stringify(object['rules'] ?? '').includes('"configmaps"'));
  const metadata = expect.objectContaining({ name: plan.name, namespace: 'somewhere' }) as Json;
  expect(ofConfigMaps).toEqual([
    {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'Role',
      metadata,
      rules: [{ apiGroups: [''], resources: ['configmaps'], verbs: ['get', 'update'], resourceNames: [plan.name] }],
    },
  ]);
  const roleRef = { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: plan.name };
  expect(all).toContainEqual(expect.objectContaining({ kind: 'RoleBinding', metadata, roleRef }));
  const names = all.flatMap((object) => (object['kind'] === 'ClusterRoleBinding' ? [strings(object['metadata'])] : []));
  expect(names.map(({ name }) => name)).toEqual(['kubevirt-vm-latency-node-observer.somewhere']);
});

test('adds only a Role and a RoleBinding to another namespace of the network', () => {
  const plan = makePlan(options(), 'somewhere');
  const there = parsed(plan).filter(({ metadata }) => strings(metadata)['namespace'] === 'default');
  const metadata = { name: plan.name, namespace: 'default' };
  expect(there).toEqual([
    expect.objectContaining({
      kind: 'Role',
      metadata: expect.objectContaining(metadata),
      rules: [{ apiGroups: ['k8s.cni.cncf.io'], resources: ['network-attachment-definitions'], verbs: ['get'] }],
    }),
    expect.objectContaining({
      kind: 'RoleBinding',
      metadata: expect.objectContaining(metadata),
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: plan.name },
      subjects: [{ kind: 'ServiceAccount', name: 'vm-latency-checkup-sa', namespace: 'somewhere' }],
    }),
  ]);
  expect(makePlan(options(), 'default').networkPermissions).toEqual([]);
});

test('adds a Role and a RoleBinding to each other namespace of several networks', () => {
  const networks = ['--network', 'default/br11', '--network', 'ns/a', '--network', 'other/a'];
  const plan = makePlan(options(...networks), 'ns');
  expect(plan.networkNamespaces).toEqual(['default', 'ns', 'other']);
  const places = plan.networkPermissions.map(({ kind, metadata }) => [kind, strings(metadata)['namespace']]);
  expect(places).toEqual([
    ['Role', 'default'],
    ['RoleBinding', 'default'],
    ['Role', 'other'],
    ['RoleBinding', 'other'],
  ]);
});

for (const [args, removable] of [
  [[], true],
  [['--param', 'skipTeardown=never'], true],
  [['--keep'], false],
  [['--dry-run'], false],
  [['--param', 'skipTeardown=onfailure'], false],
  [['--param', 'skipTeardown=always'], false],
] as const) {
  test(`a later run may ${removable ? '' : 'not '}remove leaked objects of a run with ${args.join(' ') || 'no options'}`, () => {
    const { configMap, job, networkPermissions } = makePlan(options(...args), 'somewhere');
    const labels = [configMap, job, ...networkPermissions].map(({ metadata }) => strings(record(metadata)['labels']));
    expect(labels).toHaveLength(4);
    expect(new Set(labels.map((one) => one['latency-check/removal']))).toEqual(
      new Set([removable ? 'automatic' : undefined]),
    );
  });
}

test('each run has unique names and its own image, ConfigMap and deadline', () => {
  const [one, other] = [makePlan(options(), 'ns'), makePlan(options(), 'ns')];
  expect(one.name).toMatch(/^kubevirt-vm-latency-[a-z0-9]{5}$/);
  expect(other.name).not.toBe(one.name);
  const long = makePlan(options('--timeout', '1h', '--image', 'registry.example/checkup:2'), 'ns');
  expect(long.job).toMatchObject({
    metadata: { name: long.name, namespace: 'ns', labels: { 'kiagnose/checkup-type': 'kubevirt-vm-latency' } },
    spec: {
      activeDeadlineSeconds: 3600 + 120 + 240,
      template: {
        spec: {
          containers: [
            {
              name: 'checkup',
              image: 'registry.example/checkup:2',
              env: expect.arrayContaining([
                { name: 'CONFIGMAP_NAMESPACE', value: 'ns' },
                { name: 'CONFIGMAP_NAME', value: long.name },
                { name: 'POD_UID', valueFrom: { fieldRef: { fieldPath: 'metadata.uid' } } },
              ]),
            },
            { name: 'artifacts', image: 'registry.example/checkup:2' },
          ],
        },
      },
    },
  });
  expect(JSON.stringify(long.job).match(/"CONFIGMAP_NAME"/g)).toHaveLength(1);
});

test('the Job of a dry run has only the container that ends by itself', () => {
  const { job } = makePlan(options('--dry-run'), 'ns');
  expect(job).toMatchObject({ spec: { template: { spec: { containers: [{ name: 'checkup' }] } } } });
});

test('shares the artifacts volume of the manifest', () => {
  const own = { name: 'kept', mountPath: '/artifacts' };
  const container = { name: 'checkup', image: 'i', volumeMounts: [{ name: 'tmp', mountPath: '/tmp' }, own] };
  const pod = { volumes: [{ name: 'kept', emptyDir: { sizeLimit: '1Gi' } }] };
  expect(withArtifactsVolume(pod, container)).toEqual({ ...pod, containers: [container] });
  const securityContext = { readOnlyRootFilesystem: true };
  expect(artifactsContainer({ ...container, securityContext, imagePullPolicy: 'Never' }, 1000)).toMatchObject({
    image: 'i',
    imagePullPolicy: 'Never',
    securityContext,
    volumeMounts: container.volumeMounts,
  });
});

test('adds an artifacts volume when the manifest has none', () => {
  const { containers, volumes } = withArtifactsVolume({}, { name: 'checkup', image: 'i' });
  expect(volumes).toEqual([{ name: 'fetched-artifacts', emptyDir: {} }]);
  expect(containers).toEqual([
    { name: 'checkup', image: 'i', volumeMounts: [{ name: 'fetched-artifacts', mountPath: '/artifacts' }] },
  ]);
});

test('the pod of the Job has the pull secret of the option, and none without it', () => {
  const pullSecrets = (...more: string[]): unknown => {
    const { template } = record(makePlan(options(...more), 'ns').job['spec']);
    return record(record(template)['spec'])['imagePullSecrets'];
  };
  expect(pullSecrets('--image-pull-secret', 'registry')).toEqual([{ name: 'registry' }]);
  expect(pullSecrets()).toBeUndefined();
  expect(() => options('--image-pull-secret', 'ns/registry')).toThrow(
    '--image-pull-secret "ns/registry": expected the name of a Secret',
  );
});

test('permits live migrations only with liveMigration', () => {
  const rules = (...more: string[]): string[] =>
    parsed(makePlan(options(...more), 'somewhere')).map((object) => JSON.stringify(object['rules'] ?? ''));
  expect(rules().join()).not.toContain('virtualmachineinstancemigrations');
  const plan = parsed(makePlan(options('--param', 'liveMigration=true'), 'somewhere'));
  const role = plan.find((object) =>
    JSON.stringify(object['rules'] ?? '').includes('virtualmachineinstancemigrations'),
  );
  expect(role?.['rules']).toEqual([
    { apiGroups: ['kubevirt.io'], resources: ['virtualmachineinstancemigrations'], verbs: ['create', 'get', 'delete'] },
  ]);
  const { name } = strings(role?.['metadata']);
  const roleRef = expect.objectContaining({ name }) as Json;
  expect(plan).toContainEqual(expect.objectContaining({ kind: 'RoleBinding', roleRef }));
});
