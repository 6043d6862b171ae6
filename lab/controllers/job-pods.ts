// SPDX-License-Identifier: Apache-2.0
import { at, objectAt, objectsAt, stringMapAt, textAt, type Json } from '../store/json.ts';
import { identified, now, type KubeObject } from '../store/kube-object.ts';
import { suffix } from '../kinds/names.ts';
import { phaseOf } from './conditions.ts';
import { failureVerdict, type FailureVerdict } from './pod-failure-policy.ts';

const INDEX = 'batch.kubernetes.io/job-completion-index';
const FAILURES = 'batch.kubernetes.io/job-index-failure-count';
const IGNORED_FAILURES = 'batch.kubernetes.io/job-index-ignored-failure-count';
const INDEX_VARIABLE = 'JOB_COMPLETION_INDEX';
/** The API server generates at most 63 characters, five of them random. */
const LONGEST_PREFIX = 58;

/** The end of a pod; it counts after the pod's deletion, too. */
export interface EndedPod {
  index: number | undefined;
  /** Milliseconds since 1970. */
  finishedMs: number;
  /** Undefined if the pod has succeeded. */
  failure: FailureVerdict | undefined;
}

export function isIndexed(job: KubeObject): boolean {
  return textAt(job.spec, 'completionMode') === 'Indexed';
}

/** Returns how a pod of the job has ended; undefined if it still runs. A pod that is deleted while it runs has failed. */
export function endOf(job: KubeObject, pod: KubeObject, deleted: boolean): EndedPod | undefined {
  const phase = phaseOf(pod);
  if (phase !== 'Succeeded' && phase !== 'Failed' && !deleted) return undefined;
  return {
    index: indexOf(pod),
    finishedMs: Date.parse(finishedAt(pod) ?? now()),
    failure: phase === 'Succeeded' ? undefined : failureVerdict(job, pod),
  };
}

export function indexOf(pod: KubeObject): number | undefined {
  const index = textAt(pod.metadata, 'annotations', INDEX);
  return index === undefined ? undefined : Number(index);
}

function finishedAt(pod: KubeObject): string | undefined {
  const statuses: Json | undefined = at(pod.status, 'containerStatuses');
  return Array.isArray(statuses) ? textAt(statuses[0], 'state', 'terminated', 'finishedAt') : undefined;
}

/** Returns indexes as the status of a job shows them, such as "0,1,3-5" (orderedIntervals in pkg/controller/job/indexed_job_utils.go). */
export function formatIndexes(indexes: Iterable<number>): string {
  const intervals: { first: number; last: number }[] = [];
  for (const index of [...indexes].sort((a, b) => a - b)) {
    const previous = intervals.at(-1);
    if (previous && index <= previous.last + 1) previous.last = index;
    else intervals.push({ first: index, last: index });
  }
  return intervals
    .map(({ first, last }) => (first === last ? `${first}` : `${first}${last === first + 1 ? ',' : '-'}${last}`))
    .join(',');
}

/** Returns a pod of a job without indexes. */
export function plainPod(job: KubeObject): KubeObject {
  return podOf(job, `${job.metadata.name}-`, {}, {}, objectAt(job.spec, 'template', 'spec') ?? {});
}

/**
 * Returns the pod of an index, with the number of its earlier failures if the job limits them per index
 * (manageJob in pkg/controller/job/job_controller.go, Kubernetes 1.33).
 */
export function indexedPod(job: KubeObject, index: number, earlier: readonly FailureVerdict[]): KubeObject {
  const { name } = job.metadata;
  const ending = `-${index}-`;
  const ignored = earlier.filter(({ counted }) => !counted).length;
  const failures = {
    [FAILURES]: String(earlier.length - ignored),
    ...(ignored > 0 && { [IGNORED_FAILURES]: String(ignored) }),
  };
  const template = objectAt(job.spec, 'template', 'spec') ?? {};
  const withIndex = (list: string) => objectsAt(template, list).map(withIndexVariable);
  const spec = {
    ...template,
    ...(template.initContainers !== undefined && { initContainers: withIndex('initContainers') }),
    containers: withIndex('containers'),
    hostname: `${name}-${index}`,
  };
  const annotations = {
    [INDEX]: String(index),
    ...(at(job.spec, 'backoffLimitPerIndex') !== undefined && failures),
  };
  return podOf(
    job,
    name.slice(0, LONGEST_PREFIX - ending.length) + ending,
    { [INDEX]: String(index) },
    annotations,
    spec,
  );
}

/** The variable comes last, so other variables cannot refer to it, unless the template has it already. */
function withIndexVariable(container: Record<string, Json | undefined>) {
  const env = objectsAt(container, 'env');
  if (env.some((variable) => variable.name === INDEX_VARIABLE)) return container;
  const valueFrom = { fieldRef: { apiVersion: 'v1', fieldPath: `metadata.labels['${INDEX}']` } };
  return { ...container, env: [...env, { name: INDEX_VARIABLE, valueFrom }] };
}

function podOf(
  job: KubeObject,
  generateName: string,
  labels: Record<string, string>,
  annotations: Record<string, string>,
  spec: Record<string, Json | undefined>,
): KubeObject {
  const { name, namespace = '', uid } = job.metadata;
  const own = objectAt(job.spec, 'template', 'metadata');
  const owner = { apiVersion: 'batch/v1', kind: 'Job', name, uid, controller: true, blockOwnerDeletion: true };
  const metadata = {
    ...own,
    labels: { ...stringMapAt(own, 'labels'), ...labels },
    annotations: { ...stringMapAt(own, 'annotations'), ...annotations },
    generateName,
    ownerReferences: [owner],
  };
  const document = { apiVersion: 'v1', kind: 'Pod', metadata, spec };
  return identified(document, { name: `${generateName}${suffix()}`, namespace });
}
