// SPDX-License-Identifier: Apache-2.0
import type { Guest, GuestDriver } from '../guests/guest.ts';
import { PODS, VMIS } from '../kinds/kinds.ts';
import { textAt } from '../store/json.ts';
import type { KubeObject } from '../store/kube-object.ts';
import { ownersOf, type Store } from '../store/store.ts';
import { dropCondition, enterPhase, phaseOf, setCondition, statusOf } from '../controllers/conditions.ts';
import { startController, type Controller } from '../controllers/controller.ts';
import { eventRecorder, type RecordEvent } from '../controllers/event-recorder.ts';
import { emulates, podOf } from '../controllers/launcher-pod.ts';
import { guestSpec, interfaceStatus } from './guest-spec.ts';
import { KeptOutput } from './kept-output.ts';
import { SYNC_FAILURES, type LauncherFault } from './launcher-faults.ts';

interface Machine {
  vmi: KubeObject;
  guest?: Guest;
  /** Settles when the start has succeeded or failed. */
  work: Promise<void>;
  stopping: boolean;
}

/** The limit of a guest's retained output: that of KubeVirt's log of a serial console. */
const KEPT_OUTPUT_BYTES = 2 * 2 ** 20;

const SYNC_FAILED = 'Synchronizing with the Domain failed.';
const SYNC_RETRY_MS = 2000;
const NETWORK_FAILURE_AFTER_MS = 300;

/** A listener for a guest's output. */
export type SerialListener = (vmi: string, data: Uint8Array) => void;

/**
 * KubeVirt's part of all nodes: starts a guest for each VMI whose launcher pod runs, reports it, and stops it when the
 * VMI or its pod is deleted.
 */
export class VirtHandler {
  readonly #store: Store;
  readonly #driver: GuestDriver;
  readonly #record: RecordEvent;
  readonly #onSerial: SerialListener;
  readonly #controller: Controller;
  /** Machines by VMI uid, including those that are starting or stopping. */
  readonly #machines = new Map<string, Machine>();
  /** By VMI uid, as long as the VMI exists. */
  readonly #printed = new Map<string, KeptOutput>();
  readonly #fault: LauncherFault | undefined;
  /** The time of the next sync by VMI uid, if each sync fails. */
  readonly #nextSyncs = new Map<string, number>();

  constructor(store: Store, driver: GuestDriver, onSerial: SerialListener, fault?: LauncherFault) {
    this.#store = store;
    this.#driver = driver;
    this.#onSerial = onSerial;
    this.#fault = fault === 'image-volume' || fault === 'volume' ? undefined : fault;
    this.#record = eventRecorder(store, 'virt-handler', (vmi) => textAt(vmi, 'status', 'nodeName'));
    this.#controller = startController(
      store,
      ({ kind, object }) => (kind === VMIS ? [object.metadata.uid] : kind === PODS ? ownersOf(object) : []),
      (uid) => {
        this.#reconcile(uid);
      },
    );
  }

  guestOf(vmi: KubeObject): Guest | undefined {
    return this.#machines.get(vmi.metadata.uid)?.guest;
  }

  /** Returns the recent output of a VMI's guest, also after its end. */
  printedBy(vmi: KubeObject): string {
    return this.#printed.get(vmi.metadata.uid)?.read() ?? '';
  }

  /** Crashes the guest, or prevents its start. */
  async crash(vmi: KubeObject): Promise<void> {
    const { uid } = vmi.metadata;
    const machine = this.#machines.get(uid);
    this.#record(vmi, 'Warning', 'Stopped', 'The VirtualMachineInstance crashed.');
    if (machine) this.#gone(uid, 'crashed');
    else this.#finish(vmi, 'Failed');
    await machine?.work;
    await machine?.guest?.stop();
  }

  /** Resolves when no guest exists. */
  async stop(): Promise<void> {
    this.#controller.stop();
    for (const machine of this.#machines.values()) machine.stopping = true;
    await Promise.all(
      [...this.#machines.values()].map(async (machine) => {
        await machine.work;
        await machine.guest?.stop();
      }),
    );
  }

  #reconcile(key: string): void {
    const [, failed, uid = ''] = /^(fail )?(.*)$/.exec(key) ?? [];
    const vmi = this.#store.find(uid)?.object;
    const machine = this.#machines.get(uid);
    const pod = vmi && podOf(this.#store, vmi);
    if (!vmi) this.#printed.delete(uid);
    if (vmi && failed !== undefined) this.#failNetwork(vmi);
    const unwanted = !pod || [vmi, pod].some(({ metadata }) => metadata.deletionTimestamp !== undefined);
    if (machine && unwanted) this.#end(uid);
    else if (vmi && !machine && phaseOf(vmi) === 'Scheduled') {
      if (unwanted) this.#finish(vmi, 'Succeeded');
      else this.#start(vmi);
    }
  }

  #start(vmi: KubeObject): void {
    const { uid } = vmi.metadata;
    if (this.#fault !== undefined) {
      this.#failStart(vmi, this.#fault);
      return;
    }
    const machine: Machine = { vmi, stopping: false, work: Promise.resolve() };
    this.#machines.set(uid, machine);
    machine.work = (async () => {
      const spec = guestSpec(vmi);
      const guest = await this.#driver.start(spec);
      machine.guest = guest;
      const printed = new KeptOutput(KEPT_OUTPUT_BYTES);
      this.#printed.set(uid, printed);
      guest.serial.onData((data) => {
        printed.add(data);
        this.#onSerial(vmi.metadata.name, data);
      });
      void guest.exited.then((reason) => {
        this.#gone(uid, reason);
      });
      this.#store.change(VMIS, vmi, (current) => {
        enterPhase(current, 'Running');
        statusOf(current).interfaces = interfaceStatus(spec);
        statusOf(current).machine = { type: 'pc-q35-rhel9.6.0' };
        statusOf(current).migrationMethod = 'BlockMigration';
        statusOf(current).migrationTransport = 'Unix';
        setCondition(current, 'Ready', 'True');
        // The condition of an emulated VM is assumed, not recorded from a cluster.
        if (emulates(this.#store)) setCondition(current, 'SoftwareEmulation', 'True');
      });
      this.#record(vmi, 'Normal', 'Created', 'VirtualMachineInstance defined.');
      this.#record(vmi, 'Normal', 'Started', 'VirtualMachineInstance started.');
    })().catch((error: unknown) => {
      const message = `server error. command SyncVMI failed: "${error instanceof Error ? error.message : String(error)}"`;
      this.#machines.delete(uid);
      this.#finish(vmi, 'Failed', message);
    });
  }

  #failStart(vmi: KubeObject, fault: LauncherFault): void {
    const { uid } = vmi.metadata;
    if (performance.now() < (this.#nextSyncs.get(uid) ?? 0)) return;
    this.#nextSyncs.set(uid, performance.now() + SYNC_RETRY_MS);
    if (fault === 'crash') {
      this.#finish(vmi, 'Failed');
      this.#store.change(VMIS, vmi, (current) => {
        setCondition(current, 'Ready', 'False', 'PodTerminating', 'virt-launcher pod is terminating');
      });
    }
    if (fault !== 'interface' && fault !== 'disk-missing') return;
    this.#record(vmi, 'Warning', 'SyncFailed', SYNC_FAILURES[fault]);
    this.#store.change(VMIS, vmi, (current) => {
      setCondition(current, 'Synchronized', 'False', SYNC_FAILED, SYNC_FAILURES[fault]);
    });
    if (fault === 'disk-missing') this.#controller.enqueue(uid, SYNC_RETRY_MS);
    else this.#controller.enqueue(`fail ${uid}`, NETWORK_FAILURE_AFTER_MS);
  }

  /** KubeVirt ends a VMI whose interface cannot be set up and removes its condition. */
  #failNetwork(vmi: KubeObject): void {
    this.#record(vmi, 'Warning', 'Stopped', 'The VirtualMachineInstance crashed.');
    this.#finish(vmi, 'Failed');
    this.#store.change(VMIS, vmi, (current) => {
      dropCondition(current, 'Synchronized');
    });
  }

  #end(uid: string): void {
    const machine = this.#machines.get(uid);
    if (!machine || machine.stopping) return;
    machine.stopping = true;
    void machine.work.then(async () => {
      await machine.guest?.stop();
      this.#gone(uid, 'stopped');
    });
  }

  /** A guest that ends without a shutdown has failed. */
  #gone(uid: string, reason: string): void {
    const machine = this.#machines.get(uid);
    if (!machine) return;
    this.#machines.delete(uid);
    const orderly = machine.stopping || /power ?(off|down)|shut ?down/i.test(reason);
    this.#finish(machine.vmi, orderly ? 'Succeeded' : 'Failed');
  }

  #finish(vmi: KubeObject, phase: 'Succeeded' | 'Failed', problem?: string): void {
    this.#store.change(VMIS, vmi, (current) => {
      enterPhase(current, phase);
      if (current.metadata.deletionTimestamp === undefined) {
        setCondition(current, 'Ready', 'False', 'GuestNotRunning', 'Guest VM is not reported as running');
      }
      if (problem !== undefined) setCondition(current, 'Synchronized', 'False', SYNC_FAILED, problem);
    });
    const pod = podOf(this.#store, vmi);
    if (pod && textAt(pod.status, 'phase') === 'Running') {
      this.#store.change(PODS, pod, (current) => {
        statusOf(current).phase = phase;
      });
    }
    this.#controller.enqueue(vmi.metadata.uid);
  }
}
