// SPDX-License-Identifier: Apache-2.0
import { createHash } from 'node:crypto';
import { MIGRATIONS, PODS, VMIS } from '../kinds/kinds.ts';
import { MIGRATION_FINALIZER, vmiNameOf } from '../kinds/migration-admission.ts';
import { objectAt, objectsAt, textAt, type JsonObject } from '../store/json.ts';
import { now, type KubeObject } from '../store/kube-object.ts';
import { labelsOf } from '../store/labels.ts';
import type { Store } from '../store/store.ts';
import { conditionOf, enterPhase, isFinal, phaseOf, setCondition, statusOf } from './conditions.ts';
import { startController, type Change, type Controller } from './controller.ts';
import { eventRecorder, type RecordEvent } from './event-recorder.ts';
import { dropFinalizer } from './garbage-collector.ts';
import { launcherPod, podOf, vmiOf } from './launcher-pod.ts';
import {
  changeMigrationState,
  isUnfinishedPodOf,
  JOB_LABEL,
  MIGRATION_CONFIGURATION,
  migrationsOf,
  migrationStateOf,
  NODE_LABEL,
  sourcePodName,
  TARGET_NODE_LABEL,
  targetPodOf,
} from './migration-state.ts';
import { nodeOf } from './scheduling.ts';

/** The times between the phases, as recorded on KubeVirt 1.9. */
const TARGET_POD_AFTER_MS = 40;
const SCHEDULED_AFTER_MS = 650;
const HANDED_OVER_AFTER_MS = 15;
const PREPARING_AFTER_MS = 45;
const SUCCEEDED_AFTER_MS = 40;
const STATE_COPIED_AFTER_MS = 70;
const RELEASED_AFTER_MS = 90;

/** KubeVirt gives an unschedulable target pod this time. */
export const UNSCHEDULABLE_TIMEOUT_MS = 300_000;

interface MigrationControllerOptions {
  /** Milliseconds that a target pod may be unschedulable. */
  unschedulableTimeoutMs: number;
}

/**
 * KubeVirt's cluster-wide half of live migration: creates the target pod, hands the VMI over to its nodes, and shows their progress as
 * phases. Phases, states, events and their times are as recorded on KubeVirt 1.9.
 */
export function startMigrationController(store: Store, options: MigrationControllerOptions): Controller {
  const job = new MigrationController(store, options);
  return job.controller;
}

class MigrationController {
  readonly controller: Controller;
  readonly #store: Store;
  readonly #record: RecordEvent;
  readonly #options: MigrationControllerOptions;
  /** The times at which steps are due, by migration and step. */
  readonly #due = new Map<string, number>();

  constructor(store: Store, options: MigrationControllerOptions) {
    this.#store = store;
    this.#options = options;
    this.#record = eventRecorder(store, 'virtualmachine-controller');
    this.controller = startController(
      store,
      (change) => this.#keysOf(change),
      (uid) => {
        this.#reconcile(uid);
      },
    );
  }

  #keysOf({ kind, object, deleted }: Change): string[] {
    if (kind === MIGRATIONS) {
      if (deleted) for (const key of this.#due.keys()) if (key.startsWith(object.metadata.uid)) this.#due.delete(key);
      // The next migration of the VMI may wait for the end of this one.
      return migrationsOf(this.#store, object.metadata.namespace, vmiNameOf(object)).map(
        ({ metadata }) => metadata.uid,
      );
    }
    const vmi = kind === VMIS ? object : kind === PODS ? vmiOf(this.#store, object) : undefined;
    const own = kind === PODS ? labelsOf(object)[JOB_LABEL] : undefined;
    const all = vmi ? migrationsOf(this.#store, vmi.metadata.namespace, vmi.metadata.name) : [];
    return [...(own === undefined ? [] : [own]), ...all.map(({ metadata }) => metadata.uid)];
  }

  #reconcile(uid: string): void {
    const stored = this.#store.find(uid);
    if (stored?.kind !== MIGRATIONS) return;
    const migration = stored.object;
    const { namespace } = migration.metadata;
    const vmi = this.#store.get(VMIS, namespace, vmiNameOf(migration));
    const pod = targetPodOf(this.#store, migration);
    const isGone = !vmi || vmi.metadata.deletionTimestamp !== undefined || isFinal(vmi);
    const state = migrationStateOf(vmi);
    const isOurs = state.migrationUid === uid;
    if (isFinal(migration)) this.#finish(migration, vmi);
    else if (isOurs && state.completed === true) this.#complete(migration, state.failed === true);
    else if (isGone) {
      this.#fail(migration, 'Migration failed vmi shutdown during migration.');
      if (pod && !isFinal(pod)) this.#store.remove(PODS, pod);
    } else if (migration.metadata.deletionTimestamp !== undefined) this.#abort(migration, vmi, pod);
    else this.#advance(migration, vmi, pod);
  }

  #advance(migration: KubeObject, vmi: KubeObject, pod: KubeObject | undefined): void {
    const { uid } = migration.metadata;
    const phase = phaseOf(migration);
    if (!['', 'Pending'].includes(phase) && !pod) {
      this.#fail(migration, 'Migration target pod was removed during active migration.');
      return;
    }
    const state = migrationStateOf(vmi);
    const isOurs = state.migrationUid === uid;
    if (phase === '') this.#enter(migration, 'Pending', podOf(this.#store, vmi)?.metadata.name);
    else if (phase === 'Pending') this.#begin(migration, vmi);
    else if (phase === 'Scheduling' && pod) this.#awaitPod(migration, vmi, pod);
    else if (phase === 'Scheduled' && pod && this.#isDue(uid, 'hand over', HANDED_OVER_AFTER_MS)) {
      if (!isOurs) this.#handOver(migration, vmi, pod);
      if (this.#isDue(uid, 'preparing', PREPARING_AFTER_MS)) this.#enter(migration, 'PreparingTarget');
    } else if (phase === 'PreparingTarget' && isOurs && state.targetNodeAddress !== undefined) {
      this.#enter(migration, 'TargetReady');
    } else if (phase === 'TargetReady' && isOurs && state.startTimestamp !== undefined) {
      this.#enter(migration, 'Running');
    }
  }

  #enter(migration: KubeObject, phase: string, sourcePod?: string): void {
    this.#store.change(MIGRATIONS, migration, (current) => {
      enterPhase(current, phase);
      if (sourcePod !== undefined) statusOf(current).migrationState = { sourcePod };
    });
  }

  /** Creates the target pod as soon as the VMI runs and the source pod of its last migration has ended. */
  #begin(migration: KubeObject, vmi: KubeObject): void {
    const { namespace, uid } = migration.metadata;
    const source = podOf(this.#store, vmi);
    if (phaseOf(vmi) !== 'Running' || !source) return;
    const others = this.#store.list(PODS, namespace).filter((pod) => pod.metadata.uid !== source.metadata.uid);
    if (others.some((pod) => isUnfinishedPodOf(pod, vmi))) return;
    if (!this.#isDue(uid, 'target pod', TARGET_POD_AFTER_MS)) return;
    const pod = this.#store.insert(PODS, targetPod(this.#store, vmi, migration));
    this.#store.change(PODS, source, (current) => {
      current.metadata.annotations = { ...current.metadata.annotations, ...TRANSPORT };
    });
    this.#record(migration, 'Normal', 'SuccessfulCreate', `Created migration target pod ${pod.metadata.name}`);
    this.#store.change(VMIS, vmi, (current) => {
      const status = statusOf(current);
      status.activePods = { ...objectAt(status, 'activePods'), [pod.metadata.uid]: '' };
    });
    this.#enter(migration, 'Scheduling', sourcePodName(migration) ?? source.metadata.name);
  }

  #awaitPod(migration: KubeObject, vmi: KubeObject, pod: KubeObject): void {
    const { namespace = '', uid } = migration.metadata;
    const node = nodeOf(pod);
    if (node !== undefined) {
      this.#store.change(VMIS, vmi, (current) => {
        const status = statusOf(current);
        status.activePods = { ...objectAt(status, 'activePods'), [pod.metadata.uid]: node };
      });
      this.#store.change(PODS, pod, (current) => {
        current.metadata.labels = { ...current.metadata.labels, [NODE_LABEL]: node };
      });
      const isRunning = phaseOf(pod) === 'Running' && this.#isDue(uid, 'scheduled', SCHEDULED_AFTER_MS);
      if (isRunning) this.#enter(migration, 'Scheduled');
      return;
    }
    if (textAt(conditionOf(pod, 'PodScheduled'), 'reason') !== 'Unschedulable') return;
    if (!this.#isDue(uid, 'unschedulable', this.#options.unschedulableTimeoutMs)) {
      const message = `Migration target pod for VMI [${namespace}/${vmi.metadata.name}] is currently unschedulable.`;
      this.#record(migration, 'Warning', 'migrationTargetPodUnschedulable', message);
      return;
    }
    const path = `${namespace}/${pod.metadata.name}`;
    this.#store.remove(PODS, pod);
    this.#record(migration, 'Normal', 'SuccessfulDelete', `unschedulable pod ${path} timeout period exceeded`);
    this.#fail(migration, 'Migration target pod was removed during active migration.');
  }

  /** From now on, the nodes act: the state of the former migration is replaced. */
  #handOver(migration: KubeObject, vmi: KubeObject, pod: KubeObject): void {
    const targetNode = nodeOf(pod) ?? '';
    this.#store.change(VMIS, vmi, (current) => {
      const sourceNode = textAt(current.status, 'nodeName') ?? '';
      current.metadata.labels = { ...current.metadata.labels, [TARGET_NODE_LABEL]: targetNode };
      statusOf(current).migrationState = {
        migrationUid: migration.metadata.uid,
        sourceNode,
        sourcePod: sourcePodName(migration) ?? '',
        targetNode,
        targetPod: pod.metadata.name,
        migrationConfiguration: { ...MIGRATION_CONFIGURATION },
      };
    });
    const message = 'Migration target pod is ready for preparation by virt-handler.';
    this.#record(migration, 'Normal', 'SuccessfulHandOver', message);
  }

  #complete(migration: KubeObject, failed: boolean): void {
    if (!this.#isDue(migration.metadata.uid, 'succeeded', SUCCEEDED_AFTER_MS)) return;
    if (failed) {
      this.#fail(migration, 'source node reported migration failed');
      return;
    }
    const pod = targetPodOf(this.#store, migration);
    if (pod) {
      this.#store.change(PODS, pod, (current) => {
        const readyAt = { 'kubevirt.io/migration-target-ready-timestamp': goTime() };
        current.metadata.annotations = { ...current.metadata.annotations, ...readyAt };
      });
    }
    this.#record(migration, 'Normal', 'SuccessfulMigration', 'Source node reported migration succeeded');
    this.#enter(migration, 'Succeeded');
  }

  #fail(migration: KubeObject, message: string): void {
    this.#record(migration, 'Warning', 'FailedMigration', message);
    this.#enter(migration, 'Failed');
  }

  /** A migration that runs is ended by the source node, one that does not run yet with its target pod. */
  #abort(migration: KubeObject, vmi: KubeObject, pod: KubeObject | undefined): void {
    const { namespace = '', uid } = migration.metadata;
    const state = migrationStateOf(vmi);
    const isFirst = !conditionOf(migration, 'migrationAbortRequested');
    this.#store.change(MIGRATIONS, migration, (current) => {
      setCondition(current, 'migrationAbortRequested', 'True');
    });
    if (state.migrationUid === uid && state.startTimestamp !== undefined) {
      if (!isFirst || state.endTimestamp !== undefined) return;
      changeMigrationState(this.#store, vmi, uid, { abortRequested: true });
      const message = 'Migration is ready to be canceled by virt-handler.';
      this.#record(migration, 'Normal', 'SuccessfulAbortMigration', message);
      return;
    }
    if (pod) {
      this.#store.remove(PODS, pod);
      const message = `migration canceled and pod ${namespace}/${pod.metadata.name} is deleted`;
      this.#record(migration, 'Normal', 'SuccessfulDelete', message);
    }
    this.#fail(migration, 'Migration failed due to being canceled');
  }

  /** Copies the VMI's state, and releases the migration, in two steps as recorded. Nothing keeps the migrations of a deleted VMI. */
  #finish(migration: KubeObject, vmi: KubeObject | undefined): void {
    const { uid, deletionTimestamp, finalizers = [] } = migration.metadata;
    const isGone = !vmi || vmi.metadata.deletionTimestamp !== undefined;
    const state = migrationStateOf(vmi);
    const isOurs = state.migrationUid === uid;
    if (isGone || deletionTimestamp !== undefined || this.#isDue(uid, 'copied', STATE_COPIED_AFTER_MS)) {
      this.#store.change(MIGRATIONS, migration, (current) => {
        if (isOurs && state.completed === true) statusOf(current).migrationState = { ...state };
      });
    }
    if (isGone || deletionTimestamp !== undefined || this.#isDue(uid, 'released', RELEASED_AFTER_MS)) {
      if (vmi && finalizers.includes(MIGRATION_FINALIZER))
        this.#forgetTarget(vmi, isOurs || state.migrationUid === undefined);
      this.#store.change(MIGRATIONS, migration, (current) => {
        dropFinalizer(current, MIGRATION_FINALIZER);
      });
    }
    const left = this.#store.find(uid);
    if (!vmi && left) this.#store.remove(MIGRATIONS, left.object);
  }

  #forgetTarget(vmi: KubeObject, isOurs: boolean): void {
    if (!isOurs) return;
    this.#store.change(VMIS, vmi, (current) => {
      const labels = Object.entries({ ...current.metadata.labels }).filter(([name]) => name !== TARGET_NODE_LABEL);
      current.metadata.labels = Object.fromEntries(labels);
    });
  }

  /** Whether `ms` have passed since the first question for this step; if not, the migration is reconciled again then. */
  #isDue(uid: string, step: string, ms: number): boolean {
    const key = `${uid} ${step}`;
    const time = performance.now();
    const known = this.#due.get(key);
    const due = known ?? time + ms;
    this.#due.set(key, due);
    if (time >= due) return true;
    if (known === undefined) this.controller.enqueue(uid, due - time + 1);
    return false;
  }
}

const TRANSPORT = { 'kubevirt.io/migrationTransportUnix': 'true' };

/** The launcher pod of the target: like the source's, and not on the node of another pod of this VMI. */
function targetPod(store: Store, vmi: KubeObject, migration: KubeObject): KubeObject {
  const pod = launcherPod(store, vmi);
  // The VMI's label, which pods copy, names the source.
  const labels = Object.entries({ ...pod.metadata.labels }).filter(([name]) => name !== NODE_LABEL);
  const affinity = objectAt(pod.spec, 'affinity');
  const repulsion = objectAt(affinity, 'podAntiAffinity');
  const required = 'requiredDuringSchedulingIgnoredDuringExecution';
  const apart = {
    labelSelector: { matchLabels: { 'kubevirt.io/created-by': vmi.metadata.uid } },
    topologyKey: 'kubernetes.io/hostname',
  };
  return {
    ...pod,
    metadata: {
      ...pod.metadata,
      labels: { ...Object.fromEntries(labels), [JOB_LABEL]: migration.metadata.uid },
      annotations: {
        ...pod.metadata.annotations,
        ...TRANSPORT,
        'kubevirt.io/migrationJobName': migration.metadata.name,
      },
    },
    spec: {
      ...objectAt(pod, 'spec'),
      initContainers: objectsAt(pod.spec, 'initContainers').map(byDigest),
      affinity: {
        ...affinity,
        podAntiAffinity: { ...repulsion, [required]: [...objectsAt(repulsion, required), apart] },
      },
      nodeSelector: { ...objectAt(pod.spec, 'nodeSelector'), ...objectAt(migration.spec, 'addedNodeSelector') },
    },
  };
}

/** The disk image as the source's node has it. SIMULATED: the digest is that of the name. */
function byDigest(container: JsonObject): JsonObject {
  const [name, image] = [textAt(container, 'name') ?? '', textAt(container, 'image') ?? ''];
  if (!name.startsWith('volume') || image.includes('@')) return container;
  const digest = createHash('sha256').update(image).digest('hex');
  return { ...container, image: `${image.replace(/:[^/:]*$/, '')}@sha256:${digest}` };
}

/** The time in Go's own format. */
function goTime(): string {
  return now().replace('T', ' ').replace('Z', ' +0000 UTC');
}
