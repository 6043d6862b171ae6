/** What a run of the command applies: the shipped manifests, with a name, a namespace and a question of its own. */
import { randomInt } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parseAllDocuments, stringify } from 'yaml';
import { list, record, strings, type Json } from '../../fixtures/cluster/objects.ts';
import { artifactsContainer, withArtifactsVolume } from './artifacts-container.ts';
import type { Options } from './options.ts';

const MANIFESTS = path.join(import.meta.dirname, '..', '..', 'manifests');
const LETTERS = 'bcdfghjklmnpqrstvwxz2456789';
/** Evidence, teardown, reports, and the way of the artifacts to here. */
const BEYOND_TIMEOUT_MS = 240_000;

/** On what this command makes for a Job: permissions that have it go with the last run. */
export const MADE_BY = { 'app.kubernetes.io/managed-by': 'kubevirt-vm-latency-command' };
export const CHECKUP_CONTAINER = 'checkup';

export interface Plan {
  /** Of the ConfigMap and of the Job. */
  name: string;
  namespace: string;
  /** Without these the checkup cannot run. */
  permissions: Json[];
  /** Without these it can see less. */
  extendedPermissions: Json[];
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
  const configMap = ofThisRun(onlyDocument('config.yaml'), name, namespace, options.local ? {} : MADE_BY);
  const job = jobOf({ options, name, namespace, deadlineMs });
  const pod = record(record(record(job['spec'])['template'])['spec']);
  return {
    ...{ name, namespace, deadlineMs, job, configMap: { ...configMap, data: options.data } },
    permissions: documents('rbac.yaml').map((object) => inNamespace(object, namespace)),
    extendedPermissions: documents('rbac-extended.yaml').map((object) => inNamespace(object, namespace)),
    graceMs: Number(pod['terminationGracePeriodSeconds'] ?? 30) * 1000,
  };
}

/** Of a plan, what is applied, in that order. */
export function objectsOf(plan: Plan, local: boolean): Json[] {
  if (local) return [plan.configMap];
  return [...plan.permissions, ...plan.extendedPermissions, plan.configMap, plan.job];
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

function ofThisRun(object: Json, name: string, namespace: string, madeBy = {}): Json {
  const metadata = record(object['metadata']);
  const labels = { ...strings(metadata['labels']), ...madeBy, 'app.kubernetes.io/instance': name };
  return { ...object, metadata: { ...metadata, name, namespace, labels } };
}

interface JobRequest {
  options: Options;
  name: string;
  namespace: string;
  deadlineMs: number;
}

function jobOf({ options, name, namespace, deadlineMs }: JobRequest): Json {
  const job = ofThisRun(onlyDocument('job.yaml'), name, namespace, MADE_BY);
  // A Job that removes itself would take its pod's log and the answer with it.
  const spec = without(record(job['spec']), 'ttlSecondsAfterFinished');
  const template = record(spec['template']);
  const containers = list(record(template['spec'])['containers']).map(record);
  const pod = withArtifactsVolume(record(template['spec']), asked(containers, { options, name, namespace }));
  const [checkup = {}] = list(pod['containers']).map(record);
  const beside = artifactsContainer(checkup, deadlineMs);
  return {
    ...job,
    spec: {
      ...{ ...spec, activeDeadlineSeconds: Math.ceil(deadlineMs / 1000) },
      template: {
        ...template,
        spec: { ...pod, containers: [checkup, beside] },
      },
    },
  };
}

/** The checkup's container, with the image and the ConfigMap of this run. */
function asked(containers: readonly Json[], { options, name, namespace }: Omit<JobRequest, 'deadlineMs'>): Json {
  const container = containers.find((one) => one['name'] === CHECKUP_CONTAINER) ?? {};
  const own: Record<string, string> = { CONFIGMAP_NAMESPACE: namespace, CONFIGMAP_NAME: name };
  const others = list(container['env']).filter((variable) => !(String(record(variable)['name']) in own));
  return {
    ...container,
    ...(options.image !== undefined && { image: options.image }),
    env: [...Object.entries(own).map(([key, value]) => ({ name: key, value })), ...others],
  };
}
