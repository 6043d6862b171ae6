// SPDX-License-Identifier: Apache-2.0
/**
 * Finds other runs of this command in the cluster: runs that are live or that the user retains, and leftover objects of ended runs.
 * The decision uses labels, the Job's conditions, its pods, the result in the ConfigMap, and ages by the API server's clock.
 */
import { list, record, strings, type Json } from '../fixtures/cluster/objects.ts';
import { STATUS_KEYS } from '../model/status-keys.ts';
import { itemsOf } from './clean-up.ts';
import type { Kubectl } from './kubectl.ts';
import { INSTANCE_LABEL, MADE_BY, REMOVABLE, RUN_NAMESPACE_LABEL } from './plan.ts';

/** For this time, a run without a result and without an active Job counts as live. It may still create its Job, or read its log and artifacts. */
const SETTLED_MS = 600_000;
/** Time for a run to fetch the artifacts after the result: three attempts of a minute each, with a reserve. */
const FETCHED_MS = 300_000;

/** A run's namespace and name, as "<namespace>/<name>". */
type RunName = string;

export interface ClusterState {
  /** ConfigMaps and Jobs. */
  objects: readonly Json[];
  pods: readonly Json[];
  /** Roles and RoleBindings of one run: access to its ConfigMap, and to networks in other namespaces. */
  runPermissions: readonly Json[];
}

interface OtherRuns {
  live: RunName[];
  /** Objects of ended runs. */
  removable: Json[];
}

/** Separates live runs from ended ones. @param nowMs time of the API server @param sees whether `state` has all runs of a namespace */
export function sortRuns(
  { objects, pods, runPermissions }: ClusterState,
  own: RunName,
  nowMs: number,
  sees: (namespace: string) => boolean,
): OtherRuns {
  const runs = Map.groupBy(objects, runOf);
  runs.delete(own);
  const isOver = (run: RunName, parts: readonly Json[]): boolean => {
    const job = parts.find(({ kind }) => kind === 'Job');
    const configMap = parts.find(({ kind }) => kind === 'ConfigMap');
    const unfinished = pods.some((pod) => podRun(pod) === run && !['Succeeded', 'Failed'].includes(phase(pod)));
    const finishedMs = job === undefined ? undefined : finishedAt(job);
    const completed = strings(record(configMap)['data'])[STATUS_KEYS.completionTimestamp];
    if (!parts.every(isRemovable)) return false;
    if (completed !== undefined && nowMs - Date.parse(completed) > FETCHED_MS) return true;
    if (unfinished || (job !== undefined && finishedMs === undefined)) return false;
    if (configMap === undefined || completed !== undefined) return true;
    return nowMs - Math.max(createdAt(configMap), finishedMs ?? 0) > SETTLED_MS;
  };
  const over = [...runs].filter(([run, parts]) => isOver(run, parts));
  const ended = new Set(over.map(([run]) => run));
  // A finished Job is not active, even if the user retains it because its VMs are retained.
  const isActive = ({ kind, ...object }: Json): boolean => kind === 'ConfigMap' || finishedAt(object) === undefined;
  const live = [...runs].flatMap(([run, parts]) => (!ended.has(run) && parts.some(isActive) ? [run] : []));
  const orphans = runPermissions.filter((object) => {
    const run = runOf(object);
    return isRemovable(object) && run !== own && sees(run.split('/')[0] ?? '') && !live.includes(run);
  });
  return { live, removable: [...over.flatMap(([, parts]) => parts), ...orphans] };
}

/** Lists all namespaces or, if that is not permitted, those that this run uses. @throws Error */
export async function findOtherRuns(
  kubectl: Kubectl,
  own: RunName,
  nowMs: number,
  networkNamespaces: readonly string[],
): Promise<OtherRuns> {
  const made = Object.entries(MADE_BY).map(([key, value]) => `${key}=${value}`);
  const removable = Object.entries(REMOVABLE).map(([key, value]) => `${key}=${value}`);
  const get = ['get', '--ignore-not-found', '-o', 'json'];
  const runs = [...get, 'configmaps,jobs', '-l', made.join(',')];
  const everywhere = await kubectl.run([...runs, '-A']);
  const all = everywhere.status === 0;
  const objects = itemsOf(all ? everywhere.stdout : await kubectl.runOrThrow(runs));
  const names = [...new Set(objects.filter(isRemovable).map((object) => runOf(object).split('/')[1] ?? ''))];
  const where = all ? ['-A'] : [];
  const ofJobs = [...get, 'pods', '-l', `job-name in (${names.join(',')})`, ...where];
  const pods = names.length === 0 ? '' : await kubectl.runOrThrow(ofJobs);
  const permissions = [...get, 'roles,rolebindings', '-l', [...made, ...removable].join(',')];
  // If this request fails, leftover roles and role bindings stay: a later run finds them.
  const namespaces = new Set([kubectl.namespace, ...networkNamespaces]);
  const places = all ? [['-A']] : [...namespaces].map((namespace) => ['-n', namespace]);
  const found = await Promise.all(places.map((place) => kubectl.run([...permissions, ...place])));
  const runPermissions = found.flatMap(({ status, stdout }) => (status === 0 ? itemsOf(stdout) : []));
  const state = { objects, pods: itemsOf(pods), runPermissions };
  return sortRuns(state, own, nowMs, (namespace) => all || namespace === kubectl.namespace);
}

function runOf({ metadata }: Json): RunName {
  const { namespace = '', name = '' } = strings(metadata);
  const labels = strings(record(metadata)['labels']);
  return `${labels[RUN_NAMESPACE_LABEL] ?? namespace}/${labels[INSTANCE_LABEL] ?? name}`;
}

function podRun({ metadata }: Json): RunName {
  return `${strings(metadata)['namespace'] ?? ''}/${strings(record(metadata)['labels'])['job-name'] ?? ''}`;
}

function isRemovable({ metadata }: Json): boolean {
  const labels = strings(record(metadata)['labels']);
  return Object.entries({ ...MADE_BY, ...REMOVABLE }).every(([key, value]) => labels[key] === value);
}

function phase(pod: Json): string {
  return strings(pod['status'])['phase'] ?? '';
}

function createdAt({ metadata }: Json): number {
  return Date.parse(strings(metadata)['creationTimestamp'] ?? '');
}

/** Returns undefined for a Job that is not finished. */
function finishedAt({ status }: Json): number | undefined {
  const end = list(record(status)['conditions'])
    .map(strings)
    .find((condition) => ['Complete', 'Failed'].includes(condition['type'] ?? '') && condition['status'] === 'True');
  return end && Date.parse(end['lastTransitionTime'] ?? '');
}
