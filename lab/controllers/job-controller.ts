// SPDX-License-Identifier: Apache-2.0
import { admitPod } from '../kinds/pod-admission.ts';
import { JOBS, NAMESPACES, PODS, SERVICE_ACCOUNTS } from '../kinds/kinds.ts';
import { podSecurityRefusal } from '../kinds/pod-security.ts';
import { withSidecar } from '../kinds/sidecar-injection.ts';
import { at, textAt } from '../store/json.ts';
import { now, type KubeObject } from '../store/kube-object.ts';
import { ownersOf, type Store } from '../store/store.ts';
import { conditionOf, setCondition, statusOf } from './conditions.ts';
import { startController, type Change, type Controller } from './controller.ts';
import { eventRecorder, type RecordEvent } from './event-recorder.ts';
import { endOf, formatIndexes, indexedPod, indexOf, isIndexed, plainPod, type EndedPod } from './job-pods.ts';
import type { FailureVerdict } from './pod-failure-policy.ts';

/** Between a failed pod and the next: 10 s, doubled each time, as the real controller waits. */
const FIRST_BACKOFF_MS = 10_000;
const LONGEST_BACKOFF_MS = 360_000;

/** What a job has counted. A real cluster keeps ended pods with a finalizer until they are counted; the lab counts them in the moment of their end. */
interface Counts {
  /** By uid. */
  ended: Map<string, EndedPod>;
  /** The uids of pods that a suspension deleted: they have neither succeeded nor failed. */
  suspended: Set<string>;
}

interface JobState {
  live: KubeObject[];
  ended: EndedPod[];
  failures: FailureVerdict[];
  /** The number of completions. */
  succeeded: number;
  completedIndexes: ReadonlySet<number>;
  failedIndexes: ReadonlySet<number>;
}

interface Failure {
  reason: string;
  message: string;
}

/** Runs the pods of each job until they have succeeded, failed too often or taken too long. */
export function startJobController(store: Store): Controller {
  const record = eventRecorder(store, 'job-controller');
  const jobs = new Map<string, Counts>();
  const countsOf = (uid: string): Counts => {
    const counts = jobs.get(uid) ?? { ended: new Map<string, EndedPod>(), suspended: new Set<string>() };
    jobs.set(uid, counts);
    return counts;
  };
  const controller = startController(
    store,
    (change) => {
      const { kind, object, deleted } = change;
      if (kind === JOBS && deleted) jobs.delete(object.metadata.uid);
      if (kind === JOBS) return deleted ? [] : [object.metadata.uid];
      // A new service account may unblock jobs.
      if (kind === SERVICE_ACCOUNTS) return store.list(JOBS).map(({ metadata }) => metadata.uid);
      if (kind !== PODS) return [];
      const owners = ownersOf(object).filter((uid) => store.find(uid)?.kind === JOBS);
      for (const uid of owners) countEnd(store.find(uid)?.object, change, countsOf(uid));
      return owners;
    },
    (uid) => {
      const stored = store.find(uid);
      if (stored?.kind !== JOBS || stored.object.metadata.deletionTimestamp !== undefined) return;
      reconcile(store, stored.object, countsOf(uid), record, controller);
    },
  );
  return controller;
}

/** The first end counts: a pod that has succeeded has not failed when it is deleted. */
function countEnd(job: KubeObject | undefined, { object: pod, deleted }: Change, counts: Counts): void {
  const { uid } = pod.metadata;
  const end = job && endOf(job, pod, deleted);
  if (end && !counts.ended.has(uid) && !counts.suspended.has(uid)) counts.ended.set(uid, end);
}

function reconcile(store: Store, job: KubeObject, counts: Counts, record: RecordEvent, controller: Controller): void {
  const state = stateOf(store, job, counts);
  const suspended = at(job.spec, 'suspend') === true;
  store.change(JOBS, job, (current) => {
    writeCounts(current, state, suspended);
  });
  if (isFinished(job)) {
    removeWhenOld(store, job, controller);
    return;
  }
  if (suspended) {
    for (const pod of state.live) counts.suspended.add(pod.metadata.uid);
    removePods(store, state.live);
    return;
  }
  const deadlineMs = numberAt(job, 'activeDeadlineSeconds', Infinity) * 1000;
  const leftMs = deadlineMs - (Date.now() - Date.parse(textAt(job.status, 'startTime') ?? now()));
  const failure = failureOf(job, state, leftMs);
  if (failure) fail(store, job, state.live, failure, record);
  else if (state.succeeded >= numberAt(job, 'completions', 1)) complete(store, job, record);
  else if (startPods(store, job, state, record, controller) && Number.isFinite(leftMs))
    controller.enqueue(job.metadata.uid, leftMs + 1000);
}

function stateOf(store: Store, job: KubeObject, counts: Counts): JobState {
  const pods = store.ownedBy(job.metadata.uid).flatMap(({ kind, object }) => (kind === PODS ? [object] : []));
  const ended = [...counts.ended.values()];
  const indexes = (of: readonly EndedPod[]) => new Set(of.flatMap(({ index }) => index ?? []));
  const successes = ended.filter(({ failure }) => failure === undefined);
  const completedIndexes = indexes(successes);
  return {
    live: pods.filter(({ metadata }) => !counts.ended.has(metadata.uid)),
    ended,
    failures: ended.flatMap(({ failure }) => failure ?? []),
    succeeded: isIndexed(job) ? completedIndexes.size : successes.length,
    completedIndexes,
    failedIndexes: new Set([...indexes(ended)].filter((index) => hasFailed(job, failuresOf(ended, index)))),
  };
}

/** An index fails if a rule of podFailurePolicy says so, or with one counted failure more than `backoffLimitPerIndex` (isIndexFailed in pkg/controller/job/indexed_job_utils.go). */
function hasFailed(job: KubeObject, failures: readonly FailureVerdict[]): boolean {
  const limit = numberAt(job, 'backoffLimitPerIndex', Infinity);
  if (!Number.isFinite(limit)) return false;
  return failures.some(({ failsIndex }) => failsIndex) || failures.filter(({ counted }) => counted).length > limit;
}

function failuresOf(ended: readonly EndedPod[], index: number): FailureVerdict[] {
  return ended.flatMap((end) => (end.index === index ? (end.failure ?? []) : []));
}

function writeCounts(job: KubeObject, state: JobState, suspended: boolean): void {
  const ready = state.live.filter((pod) => conditionOf(pod, 'Ready')?.status === 'True').length;
  const status = Object.assign(statusOf(job), { ready, terminating: 0, uncountedTerminatedPods: {} });
  if (!suspended) status.startTime ??= now();
  const failed = state.failures.filter(({ counted }) => counted).length;
  const completedIndexes = isIndexed(job) ? formatIndexes(state.completedIndexes) : '';
  for (const [name, value] of Object.entries({
    active: state.live.length,
    succeeded: state.succeeded,
    failed,
    completedIndexes,
  })) {
    if (value) status[name] = value;
    else Reflect.deleteProperty(status, name);
  }
  // It is empty as long as no index has failed, not absent.
  if (at(job.spec, 'backoffLimitPerIndex') !== undefined) status.failedIndexes = formatIndexes(state.failedIndexes);
  if (suspended) setCondition(job, 'Suspended', 'True', 'JobSuspended', 'Job suspended');
  else if (conditionOf(job, 'Suspended')) setCondition(job, 'Suspended', 'False', 'JobResumed', 'Job resumed');
}

function removePods(store: Store, pods: KubeObject[]): void {
  for (const pod of pods) if (pod.metadata.deletionTimestamp === undefined) store.remove(PODS, pod);
}

function isFinished(job: KubeObject): boolean {
  return ['Complete', 'Failed'].some((type) => conditionOf(job, type)?.status === 'True');
}

/** Returns why the job fails, in the order in which syncJob asks (pkg/controller/job/job_controller.go, Kubernetes 1.33). */
function failureOf(job: KubeObject, state: JobState, leftMs: number): Failure | undefined {
  const target = conditionOf(job, 'FailureTarget');
  if (target) return { reason: textAt(target, 'reason') ?? '', message: textAt(target, 'message') ?? '' };
  const { failures, failedIndexes } = state;
  const policy = failures.find(({ jobMessage }) => jobMessage !== undefined)?.jobMessage;
  if (policy !== undefined) return { reason: 'PodFailurePolicy', message: policy };
  const completions = numberAt(job, 'completions', 1);
  const completed = state.succeeded >= completions;
  if (!completed && failures.filter(({ counted }) => counted).length > numberAt(job, 'backoffLimit', 6))
    return { reason: 'BackoffLimitExceeded', message: 'Job has reached the specified backoff limit' };
  if (!completed && leftMs <= 0)
    return { reason: 'DeadlineExceeded', message: 'Job was active longer than specified deadline' };
  if (failedIndexes.size > numberAt(job, 'maxFailedIndexes', Infinity)) {
    const message = 'Job has exceeded the specified maximal number of failed indexes';
    return { reason: 'MaxFailedIndexesExceeded', message };
  }
  if (failedIndexes.size > 0 && failedIndexes.size + state.succeeded >= completions)
    return { reason: 'FailedIndexes', message: 'Job has failed indexes' };
  return undefined;
}

/** The job has failed once its pods have ended. */
function fail(
  store: Store,
  job: KubeObject,
  live: KubeObject[],
  { reason, message }: Failure,
  record: RecordEvent,
): void {
  store.change(JOBS, job, (current) => {
    setCondition(current, 'FailureTarget', 'True', reason, message);
    if (live.length === 0) setCondition(current, 'Failed', 'True', reason, message);
  });
  if (live.length === 0) record(job, 'Warning', reason, message);
  else removePods(store, live);
}

function complete(store: Store, job: KubeObject, record: RecordEvent): void {
  const message = 'Reached expected number of succeeded pods';
  store.change(JOBS, job, (current) => {
    statusOf(current).completionTime = now();
    setCondition(current, 'SuccessCriteriaMet', 'True', 'CompletionsReached', message);
    setCondition(current, 'Complete', 'True', 'CompletionsReached', message);
  });
  record(job, 'Normal', 'Completed', 'Job completed');
}

/** Creates the pods that are due, or waits for the first that will be; returns whether one of them was to do. */
function startPods(
  store: Store,
  job: KubeObject,
  state: JobState,
  record: RecordEvent,
  controller: Controller,
): boolean {
  const wanted = Math.min(numberAt(job, 'completions', 1) - state.succeeded, numberAt(job, 'parallelism', 1));
  const missing = wanted - state.live.length;
  if (missing <= 0) return false;
  const pods = isIndexed(job) ? pendingIndexes(job, state, missing) : Array<undefined>(missing).fill(undefined);
  const perIndex = at(job.spec, 'backoffLimitPerIndex') !== undefined;
  const waits = pods.map((index) =>
    backoffLeftMs(perIndex ? state.ended.filter((end) => end.index === index) : state.ended),
  );
  const due = pods.filter((_, position) => (waits[position] ?? 0) <= 0);
  for (const index of due) {
    createPod(
      store,
      job,
      index === undefined ? plainPod(job) : indexedPod(job, index, failuresOf(state.ended, index)),
      record,
    );
  }
  if (pods.length > 0 && due.length === 0) controller.enqueue(job.metadata.uid, Math.min(...waits));
  return pods.length > 0;
}

/** The first indexes that neither run nor have ended: an index that waits for its next attempt keeps its place (firstPendingIndexes). */
function pendingIndexes(job: KubeObject, { live, completedIndexes, failedIndexes }: JobState, count: number): number[] {
  const running = new Set(live.map(indexOf));
  return Array.from({ length: numberAt(job, 'completions', 1) }, (_, index) => index)
    .filter((index) => !running.has(index) && !completedIndexes.has(index) && !failedIndexes.has(index))
    .slice(0, count);
}

/** Returns the time until the next attempt; the failures since the last success count, also ignored ones. */
function backoffLeftMs(ended: readonly EndedPod[]): number {
  const ordered = [...ended].sort((a, b) => a.finishedMs - b.finishedMs);
  const failed = ordered.slice(ordered.findLastIndex(({ failure }) => failure === undefined) + 1);
  const last = failed.at(-1);
  if (!last) return 0;
  const waitMs = Math.min(FIRST_BACKOFF_MS * 2 ** (failed.length - 1), LONGEST_BACKOFF_MS);
  return Math.max(0, last.finishedMs + waitMs - Date.now());
}

function createPod(store: Store, job: KubeObject, made: KubeObject, record: RecordEvent): void {
  const { name, namespace = '' } = job.metadata;
  const account = textAt(made.spec, 'serviceAccountName') ?? 'default';
  if (!store.get(SERVICE_ACCOUNTS, namespace, account)) {
    const why = `error looking up service account ${namespace}/${account}: serviceaccount "${account}" not found`;
    record(job, 'Warning', 'FailedCreate', `Error creating: pods "${name}-" is forbidden: ${why}`);
    return;
  }
  const inNamespace = store.get(NAMESPACES, undefined, namespace);
  const pod = withSidecar(admitPod(made, PODS), inNamespace);
  const refusal = podSecurityRefusal(pod, inNamespace);
  if (refusal !== undefined) {
    record(job, 'Warning', 'FailedCreate', `Error creating: ${refusal}`);
    return;
  }
  store.insert(PODS, pod);
  record(job, 'Normal', 'SuccessfulCreate', `Created pod: ${pod.metadata.name}`);
}

function removeWhenOld(store: Store, job: KubeObject, controller: Controller): void {
  const ttlMs = numberAt(job, 'ttlSecondsAfterFinished', Infinity) * 1000;
  if (!Number.isFinite(ttlMs)) return;
  const ended = ['Complete', 'Failed'].map((type) => textAt(conditionOf(job, type), 'lastTransitionTime') ?? '');
  const leftMs = Date.parse(ended.find(Boolean) ?? now()) + ttlMs - Date.now();
  if (leftMs > 0) controller.enqueue(job.metadata.uid, leftMs + 100);
  else store.remove(JOBS, job);
}

function numberAt(job: KubeObject, field: string, otherwise: number): number {
  return Number(at(job.spec, field) ?? otherwise);
}
