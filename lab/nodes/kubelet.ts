// SPDX-License-Identifier: Apache-2.0
import { conditionOf, phaseOf, setCondition, statusOf } from '../controllers/conditions.ts';
import { startController, type Controller } from '../controllers/controller.ts';
import { eventRecorder, type RecordEvent } from '../controllers/event-recorder.ts';
import { podOf, vmiOf } from '../controllers/launcher-pod.ts';
import { JOB_LABEL } from '../controllers/migration-state.ts';
import { nodeOf } from '../controllers/scheduling.ts';
import { PODS } from '../kinds/kinds.ts';
import { objectsAt, textAt } from '../store/json.ts';
import { now, type KubeObject } from '../store/kube-object.ts';
import { labelsOf } from '../store/labels.ts';
import type { Store } from '../store/store.ts';
import {
  backOffMessage,
  unpullableDigest,
  unpullableDisk,
  waitForImage,
  type PullFaults,
  type UnpullableDisk,
} from './image-pull.ts';
import type { Container } from './container.ts';
import type { LauncherFault } from './launcher-faults.ts';
import type { MigrationFault } from './migration-handler.ts';
import { commandsOf, removePodFiles, type PodRuntime } from './pod-command.ts';
import { PodRun } from './pod-run.ts';
import { missingPullSecrets } from './registries.ts';
import { missingSecret } from './volumes.ts';
import {
  mountFailure,
  refuseImageVolume,
  sandboxFailure,
  waitForSandbox,
  type CniFaults,
  type SandboxFailure,
} from './pod-sandbox.ts';

/** The time between a failed pull and the state ImagePullBackOff. */
const BACK_OFF_AFTER_MS = 1000;
/** The time between two attempts to start a pod; 4 to 16 s on a real node. */
const RETRY_MS = 3000;

export interface KubeletOptions extends PullFaults {
  startupDelayMs?: number;
  cni?: CniFaults;
  launcherFault?: LauncherFault;
  migrationFault?: MigrationFault;
}

/**
 * The kubelets of all nodes: runs bound pods after `startupDelayMs`. A launcher pod has no process,
 * since virt-handler runs the guests; each other container with a known image is a process of this machine.
 */
export class Kubelet {
  readonly #store: Store;
  readonly #runtime: PodRuntime;
  readonly #options: KubeletOptions;
  readonly #record: RecordEvent;
  readonly #recordMultus: RecordEvent;
  readonly #controller: Controller;
  /** Both by pod uid: from the time a pod is bound, and from the time its containers are started. */
  readonly #taken = new Set<string>();
  readonly #runs = new Map<string, PodRun>();
  /** Pods that failed to start and are retried later, by uid. */
  readonly #retried = new Set<string>();

  constructor(store: Store, runtime: PodRuntime, options: KubeletOptions) {
    this.#store = store;
    this.#runtime = runtime;
    this.#options = options;
    this.#record = eventRecorder(store, 'kubelet', nodeOf);
    this.#recordMultus = eventRecorder(store, 'multus');
    this.#controller = startController(
      store,
      ({ kind, object }) => (kind === PODS ? [object.metadata.uid] : []),
      (key) => {
        this.#reconcile(key);
      },
    );
  }

  /** Returns a container of a pod, running or ended, or the reason why there is none. */
  containerOf(pod: KubeObject, name: string): Container | string {
    const [container] = this.#runs.get(pod.metadata.uid)?.containers(name) ?? [];
    if (container) return container;
    const what = `container "${name}" in pod "${pod.metadata.name}"`;
    if (vmiOf(this.#store, pod)) return `${what} has no log: the lab's launcher pods are empty`;
    const status = objectsAt(pod.status, 'containerStatuses').find((one) => one.name === name);
    return `${what} is waiting to start: ${textAt(status, 'state', 'waiting', 'reason') ?? 'ContainerCreating'}`;
  }

  /** Returns the started containers of a pod. */
  containersOf(pod: KubeObject): Container[] {
    return this.#runs.get(pod.metadata.uid)?.containers() ?? [];
  }

  /** Resolves when no process exists. */
  async stop(): Promise<void> {
    this.#controller.stop();
    await Promise.all([...this.#runs.values()].map((run) => run.kill()));
  }

  #reconcile(key: string): void {
    const [, task, uid = ''] = /^(?:(start|retry|back off) )?(.*)$/.exec(key) ?? [];
    const pod = this.#store.find(uid)?.object;
    const run = this.#runs.get(uid);
    if (!pod) {
      this.#runs.delete(uid);
      this.#taken.delete(uid);
      this.#retried.delete(uid);
      void run?.kill().then(() => {
        removePodFiles(this.#runtime, uid);
      });
    } else if (pod.metadata.deletionTimestamp !== undefined) {
      if (run && !run.ended) run.stop((pod.metadata.deletionGracePeriodSeconds ?? 0) * 1000);
      else if (!this.#hasGuest(pod)) this.#store.remove(PODS, pod, { forced: true });
    } else if (nodeOf(pod) !== undefined && phaseOf(pod) === 'Pending' && !this.#taken.has(uid)) {
      if (task === 'back off') this.#backOff(pod);
      else if (task !== 'retry' && this.#retried.has(uid)) return;
      else if (task === undefined) this.#controller.enqueue(`start ${uid}`, this.#options.startupDelayMs);
      else this.#start(pod);
    }
  }

  #start(pod: KubeObject): void {
    const vmi = vmiOf(this.#store, pod);
    if (!vmi) {
      const missing = missingSecret(pod, this.#store);
      if (missing === undefined) this.#startContainers(pod);
      else this.#failMount(pod, missing);
      return;
    }
    const { cni, launcherFault } = this.#options;
    const failure = sandboxFailure(this.#store, pod, vmi, cni);
    const disk = this.#unpullableDisk(pod, vmi);
    if (launcherFault === 'volume') this.#failMount(pod, mountFailure(pod));
    else if (failure) this.#failSandbox(pod, failure);
    else if (disk) this.#failPull(pod, disk);
    else if (launcherFault === 'image-volume') this.#failImageVolume(pod);
    else this.#running(pod);
  }

  /** Each attempt has its own sandbox, so each event is new. */
  #failSandbox(pod: KubeObject, { multus, kubelet }: SandboxFailure): void {
    if (multus !== undefined) this.#recordMultus(pod, 'Warning', 'NoNetworkFound', multus);
    this.#record(pod, 'Warning', 'FailedCreatePodSandBox', kubelet);
    this.#store.change(PODS, pod, waitForSandbox);
    this.#retryLater(pod);
  }

  #retryLater({ metadata: { uid } }: KubeObject): void {
    this.#retried.add(uid);
    this.#controller.enqueue(`retry ${uid}`, RETRY_MS);
  }

  #failMount(pod: KubeObject, message: string): void {
    this.#record(pod, 'Warning', 'FailedMount', message);
    this.#store.change(PODS, pod, waitForSandbox);
    this.#retryLater(pod);
  }

  #failImageVolume(pod: KubeObject): void {
    const [failed] = objectsAt(pod.status, 'containerStatuses');
    let message = textAt(failed, 'state', 'waiting', 'message');
    if (message === undefined) {
      this.#store.change(PODS, pod, (current) => {
        message = refuseImageVolume(current);
      });
    }
    this.#record(pod, 'Warning', 'Failed', `Error: ${message ?? ''}`);
    this.#retryLater(pod);
  }

  #startContainers(pod: KubeObject): void {
    this.#taken.add(pod.metadata.uid);
    const run = new PodRun(pod, commandsOf(pod, this.#store, this.#runtime), () => {
      this.#show(pod, run);
    });
    this.#runs.set(pod.metadata.uid, run);
    const { started, failed } = run.outcome();
    for (const name of started) this.#record(pod, 'Normal', 'Started', `Started container ${name}`);
    for (const { message } of failed) this.#record(pod, 'Warning', 'Failed', message);
    this.#show(pod, run);
  }

  #failPull(pod: KubeObject, disk: UnpullableDisk): void {
    if (objectsAt(pod.status, 'initContainerStatuses').length > 0) return;
    const missing = missingPullSecrets(this.#store, pod);
    if (missing !== undefined) this.#record(pod, 'Warning', 'FailedToRetrieveImagePullSecret', missing);
    this.#record(pod, 'Normal', 'Pulling', `Pulling image "${disk.image}"`);
    this.#record(pod, 'Warning', 'Failed', `Failed to pull image "${disk.image}": ${disk.error}`);
    this.#record(pod, 'Warning', 'Failed', 'Error: ErrImagePull');
    this.#store.change(PODS, pod, (current) => {
      waitForImage(current, disk, { reason: 'ErrImagePull', message: disk.error });
    });
    this.#controller.enqueue(`back off ${pod.metadata.uid}`, BACK_OFF_AFTER_MS);
  }

  #unpullableDisk(pod: KubeObject, vmi: KubeObject): UnpullableDisk | undefined {
    const isTarget = labelsOf(pod)[JOB_LABEL] !== undefined;
    if (isTarget && this.#options.migrationFault === 'image') return unpullableDigest(pod);
    return unpullableDisk(this.#store, pod, vmi, this.#options);
  }

  #backOff(pod: KubeObject): void {
    const vmi = vmiOf(this.#store, pod);
    const disk = vmi && this.#unpullableDisk(pod, vmi);
    if (!disk) return;
    this.#record(pod, 'Normal', 'BackOff', `Back-off pulling image "${disk.image}"`);
    this.#record(pod, 'Warning', 'Failed', 'Error: ImagePullBackOff');
    this.#store.change(PODS, pod, (current) => {
      waitForImage(current, disk, { reason: 'ImagePullBackOff', message: backOffMessage(disk) });
    });
  }

  /** A launcher pod ends only when the node reports the end of the guest. */
  #hasGuest(pod: KubeObject): boolean {
    const vmi = vmiOf(this.#store, pod);
    if (vmi === undefined || !['Scheduled', 'Running'].includes(phaseOf(vmi)) || phaseOf(pod) !== 'Running')
      return false;
    return podOf(this.#store, vmi)?.metadata.uid === pod.metadata.uid;
  }

  /** A launcher pod runs without a process. */
  #running(pod: KubeObject): void {
    this.#store.change(PODS, pod, (current) => {
      enterRunning(current);
      const [container] = objectsAt(current.spec, 'containers');
      const { name = '', image = '' } = { name: textAt(container, 'name'), image: textAt(container, 'image') };
      const id = { imageID: image, containerID: `lab://${current.metadata.uid}` };
      const status = { name, image, ...id, ready: true, started: true, restartCount: 0, state: {}, lastState: {} };
      statusOf(current).containerStatuses = [status];
    });
  }

  /**
   * Writes the states of a pod's containers into its status. While a pod terminates, its status does not change until every
   * container has ended: so does a kubelet's (Kubernetes 1.36).
   */
  #show(pod: KubeObject, run: PodRun): void {
    const { phase, unready } = run;
    this.#store.change(PODS, pod, (current) => {
      if (current.metadata.deletionTimestamp !== undefined && !run.ended) return;
      if (phase === 'Running') enterRunning(current);
      Object.assign(statusOf(current), { phase, ...run.statuses() });
      if (unready.length === 0 || !conditionOf(current, 'Ready')) return;
      const [reason, message] =
        phase === 'Running'
          ? ['ContainersNotReady', `containers with unready status: [${unready.join(' ')}]`]
          : ['PodCompleted', ''];
      for (const type of ['Ready', 'ContainersReady']) setCondition(current, type, 'False', reason, message);
    });
  }
}

function enterRunning(pod: KubeObject): void {
  if (phaseOf(pod) === 'Running') return;
  Object.assign(statusOf(pod), { phase: 'Running', startTime: now(), hostIP: '127.0.0.1', podIP: '127.0.0.1' });
  for (const type of ['Initialized', 'Ready', 'ContainersReady']) setCondition(pod, type, 'True');
}
