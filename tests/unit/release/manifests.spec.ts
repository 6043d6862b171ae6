// SPDX-License-Identifier: Apache-2.0
/** install.yaml, run.yaml and the kustomizations for users, as kubectl builds them. */
import { execFileSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test as base } from '@playwright/test';
import { parseAllDocuments } from 'yaml';
import { parseInput } from '../../../fixtures/input/parse-input.ts';
import { at, objectAt, objectsAt, stringMapAt, textAt, textsAt, type JsonObject } from '../../../lab/objects.ts';
import { camelCaseKey, PARAMETER_NAMES } from '../../../model/parameters.ts';
import { ensureKubectl } from '../../../scripts/kubectl.ts';
import { writeManifests } from '../../../scripts/release/manifests.ts';
import { blocksOf, ROOT } from '../docs/documents.ts';

const IMAGE = `registry.example/kubevirt-vm-latency@sha256:${'0123456789abcdef'.repeat(4)}`;
const CLUSTER_SCOPED = ['Namespace', 'ClusterRole', 'ClusterRoleBinding'];
const BINDING = 'kubevirt-vm-latency-node-observer';

function parsed(text: string): JsonObject[] {
  return parseAllDocuments(text, { strict: true }).map((document) => document.toJS() as JsonObject);
}

async function build(directory: string): Promise<JsonObject[]> {
  return parsed(execFileSync(await ensureKubectl(), ['kustomize', directory], { encoding: 'utf8' }));
}

const kindOf = (object: JsonObject): string => textAt(object, 'kind') ?? '';
const nameOf = (object: JsonObject): string => `${kindOf(object)} ${textAt(object, 'metadata', 'name') ?? ''}`;
const ofKind = (objects: readonly JsonObject[], kind: string): JsonObject =>
  objects.find((object) => kindOf(object) === kind) ?? {};

/** `outside`: a directory that is not in the checkout. It contains a copy of manifests/, and the files of a release. */
const test = base.extend<{ outside: string }>({
  outside: async ({}, use) => {
    const directory = realpathSync(mkdtempSync(path.join(tmpdir(), 'kubevirt-vm-latency-manifests-')));
    cpSync(path.join(ROOT, 'manifests'), path.join(directory, 'manifests'), { recursive: true });
    await writeManifests({ image: IMAGE, directory: path.join(directory, 'release') });
    await use(directory);
    rmSync(directory, { recursive: true });
  },
});

/** Writes the kustomization of a document into a directory, and builds it. */
async function buildOverlay(document: string, index: number, directory: string): Promise<JsonObject[]> {
  const kustomizations = blocksOf(document).filter(({ text }) => text.includes('kind: Kustomization'));
  mkdirSync(directory, { recursive: true });
  writeFileSync(path.join(directory, 'kustomization.yaml'), kustomizations[index]?.text ?? '');
  return build(directory);
}

function expectOneNamespace(objects: readonly JsonObject[], namespace: string): void {
  for (const object of objects) {
    if (!CLUSTER_SCOPED.includes(kindOf(object)))
      expect(textAt(object, 'metadata', 'namespace'), nameOf(object)).toBe(namespace);
    for (const subject of objectsAt(object, 'subjects')) expect(subject['namespace'], nameOf(object)).toBe(namespace);
  }
  const bindings = objects.filter((object) => kindOf(object) === 'ClusterRoleBinding');
  expect(bindings.map((object) => textAt(object, 'metadata', 'name'))).toEqual([`${BINDING}.${namespace}`]);
  const roles = objects.filter((object) => kindOf(object) === 'ClusterRole').map((object) => nameOf(object));
  expect(roles).toEqual(
    ['checker', 'node-observer', 'observer'].map((name) => `ClusterRole kubevirt-vm-latency-${name}`),
  );
}

test('each kustomization below manifests/ needs no file outside of manifests/', async ({ outside }) => {
  const manifests = path.join(outside, 'manifests');
  const directories = readdirSync(manifests, { withFileTypes: true })
    .filter((entry) => existsSync(path.join(manifests, entry.name, 'kustomization.yaml')))
    .map(({ name }) => name);
  expect(directories.length).toBeGreaterThan(4);
  expectOneNamespace(await build(manifests), 'latency');
  for (const directory of directories.filter((name) => name !== 'limited-configmap-access')) {
    expect(await build(path.join(manifests, directory)), directory).not.toEqual([]);
  }
});

test('install.yaml has the permissions of manifests/ and a suspended CronJob with an image by digest', async ({
  outside: directory,
}) => {
  const installed = parsed(readFileSync(path.join(directory, 'release/install.yaml'), 'utf8'));
  const permissions = (await build(path.join(directory, 'manifests'))).filter(
    (object) => !['ConfigMap', 'Job'].includes(kindOf(object)),
  );
  const [namespace, ...others] = installed;
  expect(namespace).toMatchObject({ kind: 'Namespace', metadata: { name: 'latency' } });
  expect(others.slice(0, -1)).toEqual(permissions);
  const cronJob = others.at(-1);
  const scheduled = ofKind(await build(path.join(directory, 'manifests/scheduled')), 'CronJob');
  const expected = { ...scheduled, spec: { ...objectAt(scheduled, 'spec'), suspend: true } };
  const text = JSON.stringify(expected).replace(/"image":"[^"]*"/, `"image":"${IMAGE}"`);
  expect(cronJob).toEqual(JSON.parse(text));
  for (const object of installed) {
    expect(textAt(object, 'metadata', 'labels', 'app.kubernetes.io/name'), nameOf(object)).toBe('kubevirt-vm-latency');
  }
});

test('server-side apply can identify the items of all lists in install.yaml', ({ outside }) => {
  const installed = parsed(readFileSync(path.join(outside, 'release/install.yaml'), 'utf8'));
  const pod = objectAt(ofKind(installed, 'CronJob'), 'spec', 'jobTemplate', 'spec', 'template', 'spec') ?? {};
  const lists: [JsonObject[], string][] = [
    [objectsAt(pod, 'containers'), 'name'],
    [objectsAt(pod, 'volumes'), 'name'],
  ];
  for (const container of objectsAt(pod, 'containers')) {
    lists.push([objectsAt(container, 'env'), 'name'], [objectsAt(container, 'volumeMounts'), 'mountPath']);
  }
  for (const [items, key] of lists) {
    const keys = items.map((item) => textAt(item, key));
    expect(keys).not.toEqual([]);
    expect(keys).not.toContain(undefined);
    expect(new Set(keys).size).toBe(keys.length);
  }
  for (const object of installed) expect(Object.keys(object)).not.toContain('status');
});

test('run.yaml is the ConfigMap of the CronJob, with every parameter', ({ outside }) => {
  const release = path.join(outside, 'release');
  const text = readFileSync(path.join(release, 'run.yaml'), 'utf8');
  const [configMap = {}, ...others] = parsed(text);
  expect(others).toEqual([]);
  const cronJob = ofKind(parsed(readFileSync(path.join(release, 'install.yaml'), 'utf8')), 'CronJob');
  const [container] = objectsAt(cronJob, 'spec', 'jobTemplate', 'spec', 'template', 'spec', 'containers');
  const names = objectsAt(container, 'env').filter(({ name }) => name === 'CONFIGMAP_NAME');
  expect(names).toEqual([{ name: 'CONFIGMAP_NAME', value: textAt(configMap, 'metadata', 'name') }]);
  expect(configMap).toMatchObject({
    kind: 'ConfigMap',
    metadata: {
      namespace: 'latency',
      labels: { 'kiagnose/checkup-type': 'kubevirt-vm-latency', 'app.kubernetes.io/name': 'kubevirt-vm-latency' },
    },
  });
  expect(Object.keys(stringMapAt(configMap, 'data'))).toEqual([
    'spec.timeout',
    'spec.param.networkAttachmentDefinitionNamespace',
    'spec.param.networkAttachmentDefinitionName',
    'spec.param.overwriteResults',
  ]);
  expect(parseInput({}, stringMapAt(configMap, 'data'), false).warnings).toEqual([]);
  const keys = [...text.matchAll(/^ {2}(?:# )?(spec\.param\.\w+): /gm)].map(([, key]) => key);
  expect(keys.sort()).toEqual(PARAMETER_NAMES.map(camelCaseKey).sort());
  const [uncommented = {}] = parsed(text.replace(/^ {2}# (spec\.param\.)/gm, '  $1'));
  expect(Object.keys(objectAt(uncommented, 'data') ?? {})).toHaveLength(keys.length + 1);
});

for (const image of ['kubevirt-vm-latency:0.1.0', 'kubevirt-vm-latency@sha256:abc', '']) {
  test(`refuses the image "${image}", which has no digest`, async () => {
    await expect(writeManifests({ image, directory: '/nonexistent' })).rejects.toThrow(
      `--image "${image}": expected NAME@sha256: and 64 hexadecimal digits`,
    );
  });
}

test('the kustomization of docs/install.md moves every object to its namespace and switches the schedule on', async ({
  outside,
}) => {
  const release = path.join(outside, 'release');
  const objects = await buildOverlay('docs/install.md', 0, release);
  expectOneNamespace(objects, 'storage-checkups');
  expect(ofKind(objects, 'Namespace')).toMatchObject({ metadata: { name: 'storage-checkups' } });
  expect(ofKind(objects, 'ConfigMap')).toMatchObject({ metadata: { name: 'kubevirt-vm-latency-scheduled' } });
  expect(ofKind(objects, 'CronJob')).toMatchObject({ spec: { schedule: '47 * * * *', suspend: false } });
});

test('the kustomization of docs/manifests.md moves every object to its namespace', async ({ outside }) => {
  const objects = await buildOverlay('docs/manifests.md', 0, path.join(outside, 'overlay'));
  expectOneNamespace(objects, 'my-checkups');
  expect(objects.map(kindOf)).toEqual(expect.arrayContaining(['ConfigMap', 'Job']));
});

test('the component limits the access to the ConfigMaps of manifests/, and nothing else does', async ({
  outside: directory,
}) => {
  const plain = await build(path.join(directory, 'manifests'));
  expect(JSON.stringify(plain)).not.toContain('resourceNames');
  const limited = await buildOverlay('docs/manifests.md', 1, path.join(directory, 'overlay'));
  const role = ofKind(limited, 'Role');
  expect(nameOf(role)).toBe('Role kiagnose-configmap-access');
  const [rule, ...more] = objectsAt(role, 'rules');
  expect(more).toEqual([]);
  const scheduled = await build(path.join(directory, 'manifests/scheduled'));
  const indexed = await build(path.join(directory, 'manifests/indexed'));
  const configMaps = [...plain, ...scheduled, ...indexed].filter((object) => kindOf(object) === 'ConfigMap');
  expect(textsAt(rule, 'resourceNames').sort()).toEqual(
    configMaps.map((object) => textAt(object, 'metadata', 'name')).sort(),
  );
  expect(at(rule, 'verbs')).toEqual(['get', 'update']);
  const others = (objects: readonly JsonObject[]) => objects.filter((object) => kindOf(object) !== 'Role');
  expect(others(limited)).toEqual(others(plain));
});
