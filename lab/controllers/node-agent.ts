import type { Guest, GuestDriver } from '../guests/guest.ts';
import { PODS, VMIS } from '../kinds/kinds.ts';
import { textAt } from '../store/json.ts';
import { now, type KubeObject } from '../store/kube-object.ts';
import type { Store } from '../store/store.ts';
import { enterPhase, phaseOf, setCondition, statusOf } from './conditions.ts';
import { startController } from './controller.ts';
import { findNad, multusNetworks, podOf } from './launcher-pod.ts';
import { guestSpec, hasReadableConfig, interfaceStatus } from './guest-spec.ts';
import { nodeOf } from './scheduling.ts';

interface Machine {
  vmi: KubeObject;
  guest?: Guest;
  /** Settles when the start has ended, well or not. */
  work: Promise<void>;
  stopping: boolean;
}

/**
 * The nodes' half (kubelet and virt-handler of all nodes in one): runs bound launcher pods after `startupDelayMs`, starts a
 * guest for each scheduled VMI, reports it, and stops it when the VMI or its pod goes.
 */
export class NodeAgent {
  readonly #store: Store;
  readonly #driver: GuestDriver;
  readonly #startupDelayMs: number;
  readonly #controller: { trigger: () => void; stop: () => void };
  readonly #starting = new Map<string, NodeJS.Timeout>();
  /** By VMI uid; a machine that is being started or stopped is still a machine. */
  readonly #machines = new Map<string, Machine>();

  constructor(store: Store, driver: GuestDriver, startupDelayMs: number) {
    this.#store = store;
    this.#driver = driver;
    this.#startupDelayMs = startupDelayMs;
    this.#controller = startController(store, () => {
      this.#reconcile();
    });
  }

  guestOf(vmi: KubeObject): Guest | undefined {
    return this.#machines.get(vmi.metadata.uid)?.guest;
  }

  /** Every guest is gone when this resolves. */
  async stop(): Promise<void> {
    this.#controller.stop();
    for (const timer of this.#starting.values()) clearTimeout(timer);
    for (const machine of this.#machines.values()) machine.stopping = true;
    await Promise.all(
      [...this.#machines.values()].map(async (machine) => {
        await machine.work;
        await machine.guest?.stop();
      }),
    );
  }

  #reconcile(): void {
    const pods = this.#store.list(PODS);
    const vmis = this.#store.list(VMIS);
    for (const pod of pods) if (nodeOf(pod) !== undefined && phaseOf(pod) === 'Pending') this.#run(pod);
    for (const vmi of vmis) {
      const machine = this.#machines.get(vmi.metadata.uid);
      const unwanted = vmi.metadata.deletionTimestamp !== undefined || !podOf(pods, vmi);
      if (machine && unwanted) this.#end(vmi.metadata.uid);
      else if (!machine && phaseOf(vmi) === 'Scheduled') {
        if (unwanted) this.#finish(vmi, 'Succeeded');
        else this.#start(vmi);
      }
    }
    const known = new Set(vmis.map((vmi) => vmi.metadata.uid));
    for (const uid of this.#machines.keys()) if (!known.has(uid)) this.#end(uid);
  }

  #run(pod: KubeObject): void {
    const { uid } = pod.metadata;
    if (this.#starting.has(uid)) return;
    const vmi = this.#store.list(VMIS).find((candidate) => podOf([pod], candidate));
    if (vmi && multusNetworks(vmi).some(({ nad }) => !hasReadableConfig(findNad(this.#store, nad)))) return;
    const timer = setTimeout(() => {
      this.#starting.delete(uid);
      this.#store.change(PODS, pod, (current) => {
        statusOf(current).phase = 'Running';
        statusOf(current).startTime = now();
        setCondition(current, 'Ready', 'True');
      });
    }, this.#startupDelayMs);
    this.#starting.set(uid, timer);
  }

  #start(vmi: KubeObject): void {
    const { uid } = vmi.metadata;
    const machine: Machine = { vmi, stopping: false, work: Promise.resolve() };
    this.#machines.set(uid, machine);
    machine.work = (async () => {
      const spec = guestSpec(vmi);
      const guest = await this.#driver.start(spec);
      machine.guest = guest;
      void guest.exited.then((reason) => {
        this.#gone(uid, reason);
      });
      this.#store.change(VMIS, vmi, (current) => {
        enterPhase(current, 'Running');
        statusOf(current).interfaces = interfaceStatus(spec);
        statusOf(current).machine = { type: 'pc-q35-rhel9.6.0' };
        statusOf(current).migrationMethod = 'BlockMigration';
        setCondition(current, 'Ready', 'True');
        setCondition(current, 'LiveMigratable', 'True');
      });
    })().catch((error: unknown) => {
      const message = `server error. command SyncVMI failed: "${error instanceof Error ? error.message : String(error)}"`;
      this.#machines.delete(uid);
      this.#finish(vmi, 'Failed', message);
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

  /** A guest that leaves by itself has failed unless it was shut down. */
  #gone(uid: string, reason: string): void {
    const machine = this.#machines.get(uid);
    if (!machine) return;
    this.#machines.delete(uid);
    const orderly = machine.stopping || /power ?(off|down)|shut ?down/i.test(reason);
    this.#finish(machine.vmi, orderly ? 'Succeeded' : 'Failed', orderly ? undefined : `the guest is gone: ${reason}`);
  }

  #finish(vmi: KubeObject, phase: 'Succeeded' | 'Failed', problem?: string): void {
    this.#store.change(VMIS, vmi, (current) => {
      enterPhase(current, phase);
      if (problem !== undefined)
        setCondition(current, 'Synchronized', 'False', 'Synchronizing with the Domain failed.', problem);
    });
    const pod = podOf(this.#store.list(PODS), vmi);
    if (pod && textAt(pod.status, 'phase') === 'Running') {
      this.#store.change(PODS, pod, (current) => {
        statusOf(current).phase = phase;
      });
    }
    this.#controller.trigger();
  }
}
