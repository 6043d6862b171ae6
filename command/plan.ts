// SPDX-License-Identifier: Apache-2.0
/** Plans the objects of a run: the shipped manifests with the name, namespace and parameters of the run. */
import { randomInt } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parseAllDocuments, stringify } from 'yaml';
import { list, record, strings, type Json } from '../fixtures/cluster/objects.ts';
import { artifactsContainer, withArtifactsVolume } from './artifacts-container.ts';
import type { Options } from './options.ts';

const MANIFESTS = path.join(import.meta.dirname, '..', 'manifests');
const LETTERS = 'bcdfghjklmnpqrstvwxz2456789';
/** The Role of the manifests, and its RoleBinding. */
const CONFIGMAP_ACCESS = 'kiagnose-configmap-access';
/** Time for evidence, teardown, reports and fetching the artifacts. */
const BEYOND_TIMEOUT_MS = 240_000;

/** Label of objects that this command creates for a Job: permissions with it are deleted with the last run. */
export const MADE_BY = { 'app.kubernetes.io/managed-by': 'kubevirt-vm-latency-command' };
/** Label of objects of one run: its name. */
export const INSTANCE_LABEL = 'app.kubernetes.io/instance';
/** Label of objects that a later run may delete if this run leaks them; not set on retained objects. */
export const REMOVABLE = { 'latency-check/removal': 'automatic' };
/** Label of a run's objects in another namespace: its own namespace. */
export const RUN_NAMESPACE_LABEL = 'latency-check/run-namespace';
export const CHECKUP_CONTAINER = 'checkup';

export interface Plan {
  /** The name of the ConfigMap and of the Job. */
  name: string;
  namespace: string;
  /** Required permissions, except the access to the ConfigMap. */
  permissions: Json[];
  /** Access to all ConfigMaps of the namespace, as users apply it. This command does not create it. */
  configMapAccess: Json[];
  /** Access to the ConfigMap of this run only. */
  ownConfigMapAccess: Json[];
  /** Optional read permissions. */
  extendedPermissions: Json[];
  /** The namespaces of the networks, each once. */
  networkNamespaces: string[];
  /** Permissions to read networks in other namespaces. */
  networkPermissions: Json[];
  configMap: Json;
  job: Json;
  /** Limit of the Job from its start. */
  deadlineMs: number;
  /** Grace period of its pod. */
  graceMs: number;
}

export function makePlan(options: Options, namespace: string): Plan {
  const name = `kubevirt-vm-latency-${Array.from({ length: 5 }, () => LETTERS[randomInt(LETTERS.length)]).join('')}`;
  const deadlineMs = options.startTimeoutMs + options.timeoutMs + BEYOND_TIMEOUT_MS;
  const labels = { ...MADE_BY, ...(isRetained(options) ? {} : REMOVABLE) };
  const run = { name, namespace, labels };
  const configMap = ofThisRun(onlyDocument('config.yaml'), options.local ? { ...run, labels: {} } : run);
  const job = jobOf({ options, run, deadlineMs });
  const networkNamespaces = [...new Set(options.networks.map((network) => network.namespace))];
  const pod = record(record(record(job['spec'])['template'])['spec']);
  const required = documents('rbac.yaml').map((object) => inNamespace(object, namespace));
  const isMigrated = options.data['spec.param.liveMigration']?.trim().toLowerCase() === 'true';
  const migration = isMigrated ? documents('rbac-migration.yaml').map((object) => inNamespace(object, namespace)) : [];
  const configMapAccess = required.filter(({ metadata }) => strings(metadata)['name'] === CONFIGMAP_ACCESS);
  return {
    name,
    namespace,
    deadlineMs,
    job,
    configMap: { ...configMap, data: options.data },
    permissions: [...required.filter((object) => !configMapAccess.includes(object)), ...migration],
    configMapAccess,
    ownConfigMapAccess: configMapAccess.map((object) => onlyConfigMap(ofRun(object, run), name)),
    extendedPermissions: documents('rbac-extended.yaml').map((object) => inNamespace(object, namespace)),
    networkNamespaces,
    networkPermissions: networkNamespaces
      .filter((other) => other !== namespace)
      .flatMap((other) => documents('rbac-network.yaml').map((object) => networkPermission(object, run, other))),
    graceMs: Number(pod['terminationGracePeriodSeconds'] ?? 30) * 1000,
  };
}

/** Returns whether the user may need the objects after the run: for debugging, or since the user applies them without this command. */
function isRetained({ keep, dryRun, data }: Options): boolean {
  return keep || dryRun || (data['spec.param.skipTeardown'] ?? 'never') !== 'never';
}

/** Returns the objects of a plan in the order in which they are applied. */
export function objectsOf(plan: Plan, local: boolean): Json[] {
  if (local) return [plan.configMap];
  const { permissions, ownConfigMapAccess, extendedPermissions, networkPermissions } = plan;
  return [
    ...permissions,
    ...ownConfigMapAccess,
    ...extendedPermissions,
    ...networkPermissions,
    plan.configMap,
    plan.job,
  ];
}

export function renderYaml(objects: readonly Json[]): string {
  // Version 1.1 quotes text that older parsers would read as a time or a boolean.
  return objects
    .map((object) => stringify(object, { lineWidth: 0, version: '1.1', aliasDuplicateObjects: false }))
    .join('---\n');
}

/** Renders an object with any text for kubectl, which rejects characters such as lone surrogates in YAML. */
export function renderJson(object: Json): string {
  return JSON.stringify(object);
}

export function without(object: Json, ...fields: string[]): Json {
  return Object.fromEntries(Object.entries(object).filter(([field]) => !fields.includes(field)));
}

function documents(manifest: string): Json[] {
  const text = readFileSync(path.join(MANIFESTS, manifest), 'utf8');
  return parseAllDocuments(text).map((document) => record(document.toJS()));
}

function onlyDocument(manifest: string): Json {
  return record(documents(manifest)[0]);
}

/** Sets the namespace of the run. Cluster-scoped objects have it in their subjects, and a ClusterRoleBinding at the end of its name. */
function inNamespace(object: Json, namespace: string): Json {
  const metadata = record(object['metadata']);
  const { name: role = '' } = strings(object['roleRef']);
  const subjects = list(object['subjects']).map((subject) => ({ ...record(subject), namespace }));
  return {
    ...object,
    metadata: {
      ...metadata,
      ...(metadata['namespace'] !== undefined && { namespace }),
      ...(object['kind'] === 'ClusterRoleBinding' && { name: `${role}.${namespace}` }),
      labels: { ...strings(metadata['labels']), ...MADE_BY },
    },
    ...(object['subjects'] !== undefined && { subjects }),
  };
}

interface Run {
  name: string;
  namespace: string;
  labels: Readonly<Record<string, string>>;
}

/** Returns a Role, or a RoleBinding to it, with the name of the run. */
function ofRun(object: Json, run: Run): Json {
  const { roleRef, ...own } = ofThisRun(object, run);
  return { ...own, ...(roleRef !== undefined && { roleRef: { ...record(roleRef), name: run.name } }) };
}

function onlyConfigMap(object: Json, name: string): Json {
  const rules = list(object['rules']).map((rule) => ({ ...record(rule), resourceNames: [name] }));
  return { ...object, ...(object['rules'] !== undefined && { rules }) };
}

function ofThisRun(object: Json, { name, namespace, labels }: Run): Json {
  const metadata = record(object['metadata']);
  const all = { ...strings(metadata['labels']), ...labels, [INSTANCE_LABEL]: name };
  return { ...object, metadata: { ...metadata, name, namespace, labels: all } };
}

/** Runs of several namespaces may use one network: each has a Role and a RoleBinding of its own there. */
function networkPermission(object: Json, run: Run, namespace: string): Json {
  const labels = { ...run.labels, [RUN_NAMESPACE_LABEL]: run.namespace };
  return ofRun(inNamespace(object, run.namespace), { ...run, namespace, labels });
}

interface JobRequest {
  options: Options;
  run: Run;
  deadlineMs: number;
}

function jobOf({ options, run, deadlineMs }: JobRequest): Json {
  const job = ofThisRun(onlyDocument('job.yaml'), run);
  // A Job that deletes itself would also delete its pod's log, including the result.
  const spec = without(record(job['spec']), 'ttlSecondsAfterFinished');
  const template = record(spec['template']);
  const containers = list(record(template['spec'])['containers']).map(record);
  const pod = withArtifactsVolume(record(template['spec']), checkupContainer(containers, options, run));
  const [checkup = {}] = list(pod['containers']).map(record);
  // Without this command nothing would end the second container, and the Job would fail at its deadline.
  const beside = options.dryRun ? [] : [artifactsContainer(checkup, deadlineMs)];
  return {
    ...job,
    spec: {
      ...spec,
      activeDeadlineSeconds: Math.ceil(deadlineMs / 1000),
      template: {
        ...template,
        spec: { ...pod, ...pullSecrets(options), containers: [checkup, ...beside] },
      },
    },
  };
}

function pullSecrets({ imagePullSecret: name }: Options): Json {
  return name === undefined ? {} : { imagePullSecrets: [{ name }] };
}

/** Returns the checkup's container with the image and the ConfigMap of this run. */
function checkupContainer(containers: readonly Json[], options: Options, { name, namespace }: Run): Json {
  const container = containers.find((one) => one['name'] === CHECKUP_CONTAINER) ?? {};
  const own: Record<string, string> = { CONFIGMAP_NAMESPACE: namespace, CONFIGMAP_NAME: name };
  const others = list(container['env']).filter((variable) => !(String(record(variable)['name']) in own));
  return {
    ...container,
    ...(options.image !== undefined && { image: options.image }),
    env: [...Object.entries(own).map(([key, value]) => ({ name: key, value })), ...others],
  };
}
