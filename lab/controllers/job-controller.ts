import { suffix } from '../kinds/names.ts';
import { admitPod } from '../kinds/pod-admission.ts';
import { JOBS, NAMESPACES, PODS, SERVICE_ACCOUNTS } from '../kinds/kinds.ts';
import { podSecurityRefusal } from '../kinds/pod-security.ts';
import { withSidecar } from '../kinds/sidecar-injection.ts';
import { at, objectAt, textAt, type Json } from '../store/json.ts';
import { identified, now, type KubeObject } from '../store/kube-object.ts';
import { ownersOf, type Store } from '../store/store.ts';
import { conditionOf, phaseOf, setCondition, statusOf } from './conditions.ts';
import { startController, type Controller } from './controller.ts';
import { eventRecorder, type RecordEvent } from './event-recorder.ts';

/** Between a failed pod and the next: 10 s, doubled each time, as the real controller waits. */
const FIRST_BACKOFF_MS = 10_000;
const LONGEST_BACKOFF_MS = 360_000;

/** The results of a job's pods by uid: a pod that is deleted while it runs has failed, and still counts after its deletion. */
type Outcome = 'active' | 'succeeded' | 'failed';
type Outcomes = Map<string, Outcome>;

/** Runs one pod at a time for each job until it has succeeded, failed too often or taken too long. */
export function startJobController(store: Store): Controller {
  const record = eventRecorder(store, 'job-controller');
  const outcomes = new Map<string, Outcomes>();
  const controller = startController(
    store,
    ({ kind, object, deleted }) => {
      if (kind === JOBS && deleted) outcomes.delete(object.metadata.uid);
      if (kind === JOBS) return deleted ? [] : [object.metadata.uid];
      // A new service account may unblock jobs.
      if (kind === SERVICE_ACCOUNTS) return store.list(JOBS).map(({ metadata }) => metadata.uid);
      return kind === PODS ? ownersOf(object) : [];
    },
    (uid) => {
      const stored = store.find(uid);
      if (stored?.kind !== JOBS || stored.object.metadata.deletionTimestamp !== undefined) return;
      const known = outcomes.get(uid) ?? new Map<string, Outcome>();
      outcomes.set(uid, known);
      reconcile(store, stored.object, known, record, controller);
    },
  );
  return controller;
}

function reconcile(
  store: Store,
  job: KubeObject,
  outcomes: Outcomes,
  record: RecordEvent,
  controller: Controller,
): void {
  const pods = store.ownedBy(job.metadata.uid).flatMap(({ kind, object }) => (kind === PODS ? [object] : []));
  settle(outcomes, pods);
  const active = pods.filter((pod) => outcomes.get(pod.metadata.uid) === 'active');
  const failed = pods.filter((pod) => outcomes.get(pod.metadata.uid) === 'failed');
  const count = (wanted: string) => [...outcomes.values()].filter((outcome) => outcome === wanted).length;
  const suspended = at(job.spec, 'suspend') === true;
  store.change(JOBS, job, (current) => {
    const ready = active.filter((pod) => conditionOf(pod, 'Ready')?.status === 'True').length;
    const status = Object.assign(statusOf(current), { ready, terminating: 0, uncountedTerminatedPods: {} });
    if (!suspended) status.startTime ??= now();
    for (const name of ['active', 'succeeded', 'failed']) {
      if (count(name) > 0) status[name] = count(name);
      else Reflect.deleteProperty(status, name);
    }
    if (suspended) setCondition(current, 'Suspended', 'True', 'JobSuspended', 'Job suspended');
    else if (conditionOf(current, 'Suspended'))
      setCondition(current, 'Suspended', 'False', 'JobResumed', 'Job resumed');
  });
  if (isFinished(job)) {
    removeWhenOld(store, job, controller);
    return;
  }
  if (suspended) {
    for (const pod of active) outcomes.delete(pod.metadata.uid);
    removePods(store, active);
    return;
  }
  const deadlineMs = numberAt(job, 'activeDeadlineSeconds', Infinity) * 1000;
  const ranMs = Date.now() - Date.parse(textAt(job.status, 'startTime') ?? now());
  const overdue = conditionOf(job, 'FailureTarget') !== undefined || ranMs >= deadlineMs;
  if (count('succeeded') >= numberAt(job, 'completions', 1)) complete(store, job, record);
  else if (overdue) expire(store, job, active, record);
  else if (count('failed') > numberAt(job, 'backoffLimit', 6)) {
    fail(store, job, 'BackoffLimitExceeded', 'Job has reached the specified backoff limit', record);
  } else if (active.length === 0) {
    const waitMs = backoffLeftMs(failed);
    if (waitMs > 0) controller.enqueue(job.metadata.uid, waitMs);
    else createPod(store, job, record);
    if (Number.isFinite(deadlineMs)) controller.enqueue(job.metadata.uid, deadlineMs - ranMs + 1000);
  }
}

function settle(outcomes: Outcomes, pods: KubeObject[]): void {
  const present = new Set(pods.map(({ metadata }) => metadata.uid));
  for (const [uid, outcome] of outcomes) if (outcome === 'active' && !present.has(uid)) outcomes.set(uid, 'failed');
  for (const pod of pods) {
    const phase = phaseOf(pod);
    outcomes.set(pod.metadata.uid, phase === 'Succeeded' ? 'succeeded' : phase === 'Failed' ? 'failed' : 'active');
  }
}

function removePods(store: Store, pods: KubeObject[]): void {
  for (const pod of pods) if (pod.metadata.deletionTimestamp === undefined) store.remove(PODS, pod);
}

function isFinished(job: KubeObject): boolean {
  return ['Complete', 'Failed'].some((type) => conditionOf(job, type)?.status === 'True');
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

/** The job has failed once its pods have ended. */
function expire(store: Store, job: KubeObject, active: KubeObject[], record: RecordEvent): void {
  const message = 'Job was active longer than specified deadline';
  store.change(JOBS, job, (current) => {
    setCondition(current, 'FailureTarget', 'True', 'DeadlineExceeded', message);
  });
  removePods(store, active);
  if (active.length === 0) fail(store, job, 'DeadlineExceeded', message, record);
}

function fail(store: Store, job: KubeObject, reason: string, message: string, record: RecordEvent): void {
  store.change(JOBS, job, (current) => {
    setCondition(current, 'FailureTarget', 'True', reason, message);
    setCondition(current, 'Failed', 'True', reason, message);
  });
  record(job, 'Warning', reason, message);
}

function backoffLeftMs(failed: KubeObject[]): number {
  if (failed.length === 0) return 0;
  const last = Math.max(...failed.map((pod) => Date.parse(finishedAt(pod) ?? now())));
  const wait = Math.min(FIRST_BACKOFF_MS * 2 ** (failed.length - 1), LONGEST_BACKOFF_MS);
  return Math.max(0, last + wait - Date.now());
}

function finishedAt(pod: KubeObject): string | undefined {
  const statuses: Json | undefined = at(pod.status, 'containerStatuses');
  return Array.isArray(statuses) ? textAt(statuses[0], 'state', 'terminated', 'finishedAt') : undefined;
}

function createPod(store: Store, job: KubeObject, record: RecordEvent): void {
  const { name, namespace = '', uid } = job.metadata;
  const template = objectAt(job.spec, 'template');
  const account = textAt(template, 'spec', 'serviceAccountName') ?? 'default';
  if (!store.get(SERVICE_ACCOUNTS, namespace, account)) {
    const why = `error looking up service account ${namespace}/${account}: serviceaccount "${account}" not found`;
    record(job, 'Warning', 'FailedCreate', `Error creating: pods "${name}-" is forbidden: ${why}`);
    return;
  }
  const owner = { apiVersion: 'batch/v1', kind: 'Job', name, uid, controller: true, blockOwnerDeletion: true };
  const metadata = { ...objectAt(template, 'metadata'), generateName: `${name}-`, ownerReferences: [owner] };
  const document = { apiVersion: 'v1', kind: 'Pod', metadata, spec: objectAt(template, 'spec') };
  const inNamespace = store.get(NAMESPACES, undefined, namespace);
  const named = identified(document, { name: `${name}-${suffix()}`, namespace });
  const pod = withSidecar(admitPod(named, PODS), inNamespace);
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
