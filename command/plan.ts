/** What a run of the command applies: the shipped manifests, with a name, a namespace and a question of its own. */
import { randomInt } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parseAllDocuments, stringify } from 'yaml';
import { list, record, strings, type Json } from '../fixtures/cluster/objects.ts';
import { artifactsContainer, withArtifactsVolume } from './artifacts-container.ts';
import type { Options } from './options.ts';

const MANIFESTS = path.join(import.meta.dirname, '..', 'manifests');
const LETTERS = 'bcdfghjklmnpqrstvwxz2456789';
/** Evidence, teardown, reports, and the way of the artifacts to here. */
const BEYOND_TIMEOUT_MS = 240_000;

/** On what this command makes for a Job: permissions that have it go with the last run. */
export const MADE_BY = { 'app.kubernetes.io/managed-by': 'kubevirt-vm-latency-command' };
/** On what belongs to one run: its name. */
export const INSTANCE_LABEL = 'app.kubernetes.io/instance';
/** On what a later run may remove if this one leaves it. Not on what the user wants to keep. */
export const REMOVABLE = { 'latency-check/removal': 'automatic' };
/** On what a run has in another namespace: its own namespace. */
export const RUN_NAMESPACE_LABEL = 'latency-check/run-namespace';
export const CHECKUP_CONTAINER = 'checkup';

export interface Plan {
  /** The name of the ConfigMap and of the Job. */
  name: string;
  namespace: string;
  /** Without these the checkup cannot run. */
  permissions: Json[];
  /** Without these it can see less. */
  extendedPermissions: Json[];
  /** For a network in another namespace: what lets the checkup read it there. */
  networkPermissions: Json[];
  configMap: Json;
  job: Json;
  /** How long the Job may run, from its start. */
  deadlineMs: number;
  /** How long its pod has from the word to end until it is killed. */
  graceMs: number;
}

export function makePlan(options: Options, namespace: string): Plan {
  const name = `kubevirt-vm-latency-${Array.from({ length: 5 }, () => LETTERS[randomInt(LETTERS.length)]).join('')}`;
  const deadlineMs = options.startTimeoutMs + options.timeoutMs + BEYOND_TIMEOUT_MS;
  const labels = { ...MADE_BY, ...(isRetained(options) ? {} : REMOVABLE) };
  const run = { name, namespace, labels };
  const configMap = ofThisRun(onlyDocument('config.yaml'), options.local ? { ...run, labels: {} } : run);
  const job = jobOf({ options, run, deadlineMs });
  const pod = record(record(record(job['spec'])['template'])['spec']);
  return {
    name,
    namespace,
    deadlineMs,
    job,
    configMap: { ...configMap, data: options.data },
    permissions: documents('rbac.yaml').map((object) => inNamespace(object, namespace)),
    extendedPermissions: documents('rbac-extended.yaml').map((object) => inNamespace(object, namespace)),
    networkPermissions:
      options.networkNamespace === namespace
        ? []
        : documents('rbac-network.yaml').map((object) => networkPermission(object, run, options.networkNamespace)),
    graceMs: Number(pod['terminationGracePeriodSeconds'] ?? 30) * 1000,
  };
}

/** The user may want to look at the run, or at its VMs, after its end. */
function isRetained({ keep, data }: Options): boolean {
  return keep || (data['spec.param.skipTeardown'] ?? 'never') !== 'never';
}

/** Returns the objects of a plan in the order in which they are applied. */
export function objectsOf(plan: Plan, local: boolean): Json[] {
  if (local) return [plan.configMap];
  return [...plan.permissions, ...plan.extendedPermissions, ...plan.networkPermissions, plan.configMap, plan.job];
}

export function renderYaml(objects: readonly Json[]): string {
  // Version 1.1 quotes what older readers would take for a time or a truth.
  return objects
    .map((object) => stringify(object, { lineWidth: 0, version: '1.1', aliasDuplicateObjects: false }))
    .join('---\n');
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

/** Objects of the cluster stay without a namespace; who is allowed is meant in the namespace of the run. */
function inNamespace(object: Json, namespace: string): Json {
  const metadata = record(object['metadata']);
  const subjects = list(object['subjects']).map((subject) => ({ ...record(subject), namespace }));
  return {
    ...object,
    metadata: {
      ...metadata,
      ...(metadata['namespace'] !== undefined && { namespace }),
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

function ofThisRun(object: Json, { name, namespace, labels }: Run): Json {
  const metadata = record(object['metadata']);
  const all = { ...strings(metadata['labels']), ...labels, [INSTANCE_LABEL]: name };
  return { ...object, metadata: { ...metadata, name, namespace, labels: all } };
}

/** Runs of several namespaces may use one network: each has a Role and a RoleBinding of its own there. */
function networkPermission(object: Json, run: Run, namespace: string): Json {
  const labels = { ...run.labels, [RUN_NAMESPACE_LABEL]: run.namespace };
  const { roleRef, ...own } = ofThisRun(inNamespace(object, run.namespace), { ...run, namespace, labels });
  return { ...own, ...(roleRef !== undefined && { roleRef: { ...record(roleRef), name: run.name } }) };
}

interface JobRequest {
  options: Options;
  run: Run;
  deadlineMs: number;
}

function jobOf({ options, run, deadlineMs }: JobRequest): Json {
  const job = ofThisRun(onlyDocument('job.yaml'), run);
  // A Job that removes itself would take its pod's log and the answer with it.
  const spec = without(record(job['spec']), 'ttlSecondsAfterFinished');
  const template = record(spec['template']);
  const containers = list(record(template['spec'])['containers']).map(record);
  const pod = withArtifactsVolume(record(template['spec']), asked(containers, options, run));
  const [checkup = {}] = list(pod['containers']).map(record);
  const beside = artifactsContainer(checkup, deadlineMs);
  return {
    ...job,
    spec: {
      ...spec,
      activeDeadlineSeconds: Math.ceil(deadlineMs / 1000),
      template: {
        ...template,
        spec: { ...pod, containers: [checkup, beside] },
      },
    },
  };
}

/** The checkup's container, with the image and the ConfigMap of this run. */
function asked(containers: readonly Json[], options: Options, { name, namespace }: Run): Json {
  const container = containers.find((one) => one['name'] === CHECKUP_CONTAINER) ?? {};
  const own: Record<string, string> = { CONFIGMAP_NAMESPACE: namespace, CONFIGMAP_NAME: name };
  const others = list(container['env']).filter((variable) => !(String(record(variable)['name']) in own));
  return {
    ...container,
    ...(options.image !== undefined && { image: options.image }),
    env: [...Object.entries(own).map(([key, value]) => ({ name: key, value })), ...others],
  };
}
