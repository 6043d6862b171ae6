// SPDX-License-Identifier: Apache-2.0
import { setTimeout as sleep } from 'node:timers/promises';
import { dropCondition, isFinal, phaseOf, setCondition, statusOf } from '../controllers/conditions.ts';
import { startController, type Controller } from '../controllers/controller.ts';
import { eventRecorder, type RecordEvent } from '../controllers/event-recorder.ts';
import { changeMigrationState, migrationStateOf, NODE_LABEL } from '../controllers/migration-state.ts';
import type { Guest, MigrationTarget } from '../guests/guest.ts';
import { MIGRATIONS, PODS, VMIS } from '../kinds/kinds.ts';
import { objectsAt, textAt, type JsonObject } from '../store/json.ts';
import { now, type KubeObject } from '../store/kube-object.ts';
import type { Store } from '../store/store.ts';

/**
 * `fails`: the connection to the target breaks while the memory is copied. `never-ends`: the memory is copied for ever; SIMULATED,
 * because KubeVirt cancels a migration without progress after 150 s. `image`: the target pod cannot pull the image of the disk.
 * `not-migratable`: no VMI can be migrated.
 */
export type MigrationFault = 'fails' | 'never-ends' | 'image' | 'not-migratable';

interface Needs {
  store: Store;
  guestOf: (vmi: KubeObject) => Guest | undefined;
  /** Ends the console of a VMI and refuses new ones until the returned function is called. */
  suspendConsole: (uid: string) => () => void;
  /** Milliseconds from the end of a guest until its launcher pod has ended. */
  teardownMs: number;
  fault: MigrationFault | undefined;
}

/** A migration in which the nodes act. */
interface Job {
  migrationUid: string;
  canceled: AbortController;
  work: Promise<void>;
}

/** The times between the steps of the nodes, as recorded on KubeVirt 1.9. */
const PREPARE_MS = 900;
const START_AFTER_MS = 60;
const DETECTED_AFTER_MS = 500;
const CONSOLE_LOST_AFTER_MS = 60;
const NODE_CHANGED_AFTER_MS = 100;
const UNREADY_AFTER_MS = 60;
const COMPLETED_AFTER_MS = 65;
const SYNC_FAILED_AFTER_MS = 140;
const SYNCED_AFTER_MS = 40;
const READY_AFTER_MS = 1300;
const FAILS_AFTER_MS = 1000;

/** libvirt's messages, as recorded: the target's QEMU was killed; the migration was deleted. */
const BROKEN_PIPE =
  "virError(Code=9, Domain=10, Message='operation failed: job 'migration out' failed: Unable to write to socket: Broken pipe')";
const SOCKET_CLOSED = "virError(Code=1, Domain=7, Message='internal error: client socket is closed')";

const NOT_UNPAUSED =
  'corresponding condition of pod readiness gate "kubevirt.io/virtual-machine-unpaused" does not exist.';
const CLIENT_CLOSING = 'rpc error: code = Canceled desc = grpc: the client connection is closing';

/** KubeVirt's part of the nodes in a live migration: prepares the target, moves the guest, and reports both on the VMI. */
export class MigrationHandler {
  readonly #needs: Needs;
  readonly #store: Store;
  readonly #recordSource: RecordEvent;
  readonly #recordTarget: RecordEvent;
  readonly #controller: Controller;
  readonly #stopped = new AbortController();
  /** By VMI uid. */
  readonly #jobs = new Map<string, Job>();

  constructor(needs: Needs) {
    this.#needs = needs;
    this.#store = needs.store;
    const hostIn = (field: string) => (vmi: KubeObject) => textAt(vmi.status, 'migrationState', field);
    this.#recordSource = eventRecorder(needs.store, 'virt-handler', hostIn('sourceNode'));
    this.#recordTarget = eventRecorder(needs.store, 'virt-handler', hostIn('targetNode'));
    this.#controller = startController(
      needs.store,
      ({ kind, object }) => {
        if (kind === VMIS) return [object.metadata.uid];
        // A migration that is deleted before its start.
        const vmi = kind === MIGRATIONS ? this.#vmiOf(object) : undefined;
        return vmi ? [vmi.metadata.uid] : [];
      },
      (uid) => {
        this.#reconcile(uid);
      },
    );
  }

  /** Resolves when no target exists. */
  async stop(): Promise<void> {
    this.#controller.stop();
    this.#stopped.abort();
    for (const { canceled } of this.#jobs.values()) canceled.abort();
    await Promise.all([...this.#jobs.values()].map(({ work }) => work));
  }

  #vmiOf(migration: KubeObject): KubeObject | undefined {
    return this.#store.get(VMIS, migration.metadata.namespace, textAt(migration.spec, 'vmiName') ?? '');
  }

  #reconcile(uid: string): void {
    const vmi = this.#store.find(uid)?.object;
    const state = migrationStateOf(vmi);
    const job = this.#jobs.get(uid);
    const migration = this.#store.find(job?.migrationUid ?? '')?.object;
    const isUnwanted = !vmi || vmi.metadata.deletionTimestamp !== undefined || phaseOf(vmi) !== 'Running';
    if (job) {
      const isOver = !migration || isFinal(migration);
      if (isUnwanted || isOver || state.abortRequested === true) job.canceled.abort();
    } else if (!isUnwanted && state.targetNode !== undefined && state.endTimestamp === undefined)
      this.#begin(vmi, state);
  }

  #begin(vmi: KubeObject, { migrationUid, targetNode }: JsonObject): void {
    const guest = this.#needs.guestOf(vmi);
    if (!guest || typeof migrationUid !== 'string' || typeof targetNode !== 'string') return;
    const { uid } = vmi.metadata;
    const canceled = new AbortController();
    const job: Job = { migrationUid, canceled, work: Promise.resolve() };
    this.#jobs.set(uid, job);
    job.work = this.#migrate(vmi, guest, targetNode, job)
      .catch((error: unknown) => {
        this.#fail(vmi, migrationUid, error instanceof Error ? error.message : String(error));
      })
      .finally(() => {
        this.#jobs.delete(uid);
        this.#controller.enqueue(uid);
      });
  }

  async #migrate(vmi: KubeObject, guest: Guest, node: string, job: Job): Promise<void> {
    const { signal } = job.canceled;
    const { migrationUid } = job;
    const change = (added: JsonObject) => {
      changeMigrationState(this.#store, vmi, migrationUid, added);
    };
    const noSocket = `No command socket found for vmi ${vmi.metadata.uid}`;
    this.#recordTarget(
      this.#now(vmi),
      'Warning',
      'SyncFailed',
      `unable to create virt-launcher client connection: ${noSocket}`,
    );
    const target = await guest.prepareMigration(node);
    const cancel = () => void target.cancel();
    signal.addEventListener('abort', cancel, { once: true });
    try {
      if (signal.aborted) throw new Error(SOCKET_CLOSED);
      await pause(PREPARE_MS, signal);
      change({
        targetNodeAddress: TARGET_ADDRESS,
        targetDirectMigrationNodePorts: PORTS,
        targetMemoryOverhead: OVERHEAD,
      });
      this.#recordTarget(
        this.#now(vmi),
        'Normal',
        'PreparingTarget',
        'VirtualMachineInstance Migration Target Prepared.',
      );
      const listening = `Migration Target is listening at ${TARGET_ADDRESS}, on ports: ${Object.keys(PORTS).join(',')}`;
      this.#recordTarget(this.#now(vmi), 'Normal', 'PreparingTarget', listening);
      await pause(START_AFTER_MS, signal);
      change({ mode: 'PreCopy', startTimestamp: now() });
      this.#recordSource(this.#now(vmi), 'Normal', 'Migrating', 'VirtualMachineInstance is migrating.');
      const detected = setTimeout(() => {
        change({ targetNodeDomainDetected: true });
      }, DETECTED_AFTER_MS).unref();
      await this.#run(target, signal).finally(() => {
        clearTimeout(detected);
      });
    } catch (error) {
      await target.cancel();
      if (signal.aborted) throw new Error(SOCKET_CLOSED, { cause: error });
      throw error;
    } finally {
      signal.removeEventListener('abort', cancel);
    }
    await this.#show(vmi, node, migrationUid);
  }

  async #run(target: MigrationTarget, signal: AbortSignal): Promise<void> {
    const { fault } = this.#needs;
    if (fault === 'fails') {
      await pause(FAILS_AFTER_MS, signal);
      throw new Error(BROKEN_PIPE);
    }
    if (fault !== 'never-ends') return target.run();
    await new Promise((_resolve, reject) => {
      signal.addEventListener('abort', () => {
        reject(new Error(SOCKET_CLOSED));
      });
    });
  }

  /** Shows the new node of a guest that has moved, in the order in which a cluster does. */
  async #show(vmi: KubeObject, node: string, migrationUid: string): Promise<void> {
    const { signal } = this.#stopped;
    const change = (mutate: (current: KubeObject) => void) => {
      this.#store.change(VMIS, vmi, (current) => {
        if (phaseOf(current) === 'Running' && current.metadata.deletionTimestamp === undefined) mutate(current);
      });
    };
    await pause(CONSOLE_LOST_AFTER_MS, signal);
    const resumeConsole = this.#needs.suspendConsole(vmi.metadata.uid);
    await pause(NODE_CHANGED_AFTER_MS, signal).finally(resumeConsole);
    const source = textAt(migrationStateOf(this.#store.find(vmi.metadata.uid)?.object), 'sourcePod');
    change((current) => {
      current.metadata.labels = { ...current.metadata.labels, [NODE_LABEL]: node };
      const status = statusOf(current);
      status.nodeName = node;
      status.migrationState = {
        ...migrationStateOf(current),
        targetNodeDomainDetected: true,
        endTimestamp: now(),
        targetNodeDomainReadyTimestamp: now(),
      };
    });
    this.#recordTarget(this.#now(vmi), 'Normal', 'Migrated', `The VirtualMachineInstance migrated to node ${node}.`);
    this.#endPod(vmi.metadata.namespace, source, 'Succeeded');
    await pause(UNREADY_AFTER_MS, signal);
    change((current) => {
      setCondition(current, 'Ready', 'False', 'ReadinessGatesNotReady', NOT_UNPAUSED);
    });
    await pause(COMPLETED_AFTER_MS, signal);
    changeMigrationState(this.#store, vmi, migrationUid, { completed: true });
    this.#recordSource(this.#now(vmi), 'Normal', 'Deleted', 'Signaled Deletion');
    await pause(SYNC_FAILED_AFTER_MS, signal);
    this.#recordTarget(this.#now(vmi), 'Warning', 'SyncFailed', CLIENT_CLOSING);
    change((current) => {
      setCondition(current, 'Synchronized', 'False', 'Synchronizing with the Domain failed.', CLIENT_CLOSING);
    });
    await pause(SYNCED_AFTER_MS, signal);
    change((current) => {
      dropCondition(current, 'Synchronized');
    });
    await pause(READY_AFTER_MS, signal);
    change((current) => {
      setCondition(current, 'Ready', 'True');
    });
  }

  /** Shows that the guest still runs on its node, and why. */
  #fail(vmi: KubeObject, migrationUid: string, failureReason: string): void {
    if (this.#stopped.signal.aborted) return;
    const current = this.#now(vmi);
    const state = migrationStateOf(current);
    if (state.migrationUid !== migrationUid || state.endTimestamp !== undefined) return;
    const isAborted = state.abortRequested === true;
    if (isAborted) this.#recordSource(current, 'Normal', 'Migrating', 'VirtualMachineInstance is aborting migration.');
    const message = `VirtualMachineInstance migration uid ${migrationUid} failed. reason:${failureReason}`;
    this.#recordSource(current, 'Warning', 'Migrated', message);
    this.#endPod(vmi.metadata.namespace, textAt(state, 'targetPod'), 'Failed');
    changeMigrationState(this.#store, vmi, migrationUid, {
      completed: true,
      failed: true,
      failureReason,
      endTimestamp: now(),
      ...(isAborted && { abortStatus: 'Succeeded' }),
    });
  }

  /** A launcher pod ends some time after its guest, and stays until the VMI is deleted. */
  #endPod(namespace: string | undefined, name = '', phase: 'Succeeded' | 'Failed'): void {
    const pod = this.#store.get(PODS, namespace, name);
    if (!pod) return;
    void pause(this.#needs.teardownMs, this.#stopped.signal)
      .then(() => {
        this.#store.change(PODS, pod, (current) => {
          if (isFinal(current)) return;
          for (const type of ['Ready', 'ContainersReady']) setCondition(current, type, 'False', 'PodCompleted');
          const statuses = objectsAt(current.status, 'containerStatuses');
          const terminated = {
            exitCode: phase === 'Succeeded' ? 0 : 1,
            reason: phase === 'Succeeded' ? 'Completed' : 'Error',
          };
          Object.assign(statusOf(current), {
            phase,
            containerStatuses: statuses.map((status) => ({
              ...status,
              ready: false,
              started: false,
              state: { terminated },
            })),
          });
        });
      })
      .catch(() => undefined);
  }

  /** Returns the VMI as it is now. */
  #now(vmi: KubeObject): KubeObject {
    return this.#store.find(vmi.metadata.uid)?.object ?? vmi;
  }
}

/** As recorded, apart from the ports, which differ each time. */
const TARGET_ADDRESS = '10.244.1.125';
const PORTS = { '33063': 49153, '42235': 0, '43271': 49152 };
const OVERHEAD = '281542657';

/** @throws Error if it is aborted */
function pause(ms: number, signal: AbortSignal): Promise<void> {
  return sleep(ms, undefined, { ref: false, signal });
}
