import { conditionOf, phaseOf, setCondition, statusOf } from '../controllers/conditions.ts';
import { startController, type Controller } from '../controllers/controller.ts';
import { eventRecorder, type RecordEvent } from '../controllers/event-recorder.ts';
import { findNad, multusNetworks, vmiOf } from '../controllers/launcher-pod.ts';
import { nodeOf } from '../controllers/scheduling.ts';
import { PODS } from '../kinds/kinds.ts';
import { objectAt, objectsAt, textAt, type JsonObject } from '../store/json.ts';
import { now, type KubeObject } from '../store/kube-object.ts';
import type { Store } from '../store/store.ts';
import { backOffMessage, pullError, unpullableDisk, waitForImage, type UnpullableDisk } from './image-pull.ts';
import { startContainer, type Container, type Exit } from './container.ts';
import { hasReadableConfig } from './guest-spec.ts';
import { commandOf, PodProblem, removePodFiles, type PodRuntime } from './pod-command.ts';

/** Between a pull that failed and the word that the next one waits. */
const BACK_OFF_AFTER_MS = 1000;

/**
 * The kubelets of all nodes in one: runs bound pods after `startupDelayMs`. A launcher pod has nothing in it, since guests are
 * the virt-handler's; a pod of an image the lab knows is a process of this machine.
 */
export class Kubelet {
  readonly #store: Store;
  readonly #runtime: PodRuntime;
  readonly #startupDelayMs: number;
  readonly #unpullable: readonly string[];
  readonly #record: RecordEvent;
  readonly #controller: Controller;
  /** By pod uid, from the time a pod is bound. */
  readonly #taken = new Set<string>();
  readonly #containers = new Map<string, Container>();

  constructor(
    store: Store,
    runtime: PodRuntime,
    { startupDelayMs = 0, unpullableImages = [] }: { startupDelayMs?: number; unpullableImages?: readonly string[] },
  ) {
    this.#store = store;
    this.#runtime = runtime;
    this.#startupDelayMs = startupDelayMs;
    this.#unpullable = unpullableImages;
    this.#record = eventRecorder(store, 'kubelet');
    this.#controller = startController(
      store,
      ({ kind, object }) => (kind === PODS ? [object.metadata.uid] : []),
      (key) => {
        this.#reconcile(key);
      },
    );
  }

  /** The container of a pod, also when it has ended, or why there is none. */
  containerOf(pod: KubeObject): Container | string {
    const { name } = pod.metadata;
    const running = this.#containers.get(pod.metadata.uid);
    if (running) return running;
    const [container] = objectsAt(pod.spec, 'containers');
    const waiting = textAt(objectsAt(pod.status, 'containerStatuses')[0], 'state', 'waiting', 'reason');
    const what = `container "${textAt(container, 'name') ?? ''}" in pod "${name}"`;
    if (vmiOf(this.#store, pod)) return `${what} has no log: the lab's launcher pods are empty`;
    return `${what} is waiting to start: ${waiting ?? 'ContainerCreating'}`;
  }

  /** Every process is gone when this resolves. */
  async stop(): Promise<void> {
    this.#controller.stop();
    await Promise.all([...this.#containers.values()].map((container) => container.kill()));
  }

  #reconcile(key: string): void {
    const [, task, uid = ''] = /^(?:(start|back off) )?(.*)$/.exec(key) ?? [];
    const pod = this.#store.find(uid)?.object;
    const container = this.#containers.get(uid);
    if (!pod) {
      this.#containers.delete(uid);
      this.#taken.delete(uid);
      void container?.kill().then(() => {
        removePodFiles(this.#runtime, uid);
      });
    } else if (pod.metadata.deletionTimestamp !== undefined) {
      if (container && !container.exit) container.stop((pod.metadata.deletionGracePeriodSeconds ?? 0) * 1000);
      else if (!this.#hasGuest(pod)) this.#store.remove(PODS, pod, { forced: true });
    } else if (nodeOf(pod) !== undefined && phaseOf(pod) === 'Pending' && !this.#taken.has(uid)) {
      if (task === 'back off') this.#backOff(pod);
      else if (task === undefined) this.#controller.enqueue(`start ${uid}`, this.#startupDelayMs);
      else this.#start(pod);
    }
  }

  #start(pod: KubeObject): void {
    const vmi = vmiOf(this.#store, pod);
    const disk = vmi && unpullableDisk(vmi, this.#unpullable);
    if (disk) this.#failPull(pod, disk);
    else if (vmi) {
      // A pod on a network whose configuration cannot be read never gets that network.
      if (multusNetworks(vmi).every(({ nad }) => hasReadableConfig(findNad(this.#store, nad)))) this.#running(pod, {});
    } else this.#startContainer(pod);
  }

  #startContainer(pod: KubeObject): void {
    this.#taken.add(pod.metadata.uid);
    try {
      const container = startContainer(commandOf(pod, this.#store, this.#runtime));
      this.#containers.set(pod.metadata.uid, container);
      const startedAt = now();
      this.#running(pod, { running: { startedAt } });
      this.#record(pod, 'Normal', 'Started', `Started container ${nameOf(pod)}`);
      void container.ended.then((exit) => {
        this.#ended(pod, exit, startedAt);
      });
    } catch (error) {
      // What no process can be started with, such as a NUL in an argument, Node says itself.
      const reason = error instanceof PodProblem ? error.reason : 'StartError';
      const message = error instanceof Error ? error.message : String(error);
      this.#record(pod, 'Warning', 'Failed', message);
      this.#store.change(PODS, pod, (current) => {
        setContainer(current, { waiting: { reason, message } }, false);
      });
    }
  }

  #failPull(pod: KubeObject, disk: UnpullableDisk): void {
    if (objectsAt(pod.status, 'initContainerStatuses').length > 0) return;
    this.#record(pod, 'Normal', 'Pulling', `Pulling image "${disk.image}"`);
    this.#record(pod, 'Warning', 'Failed', `Failed to pull image "${disk.image}": ${pullError(disk)}`);
    this.#record(pod, 'Warning', 'Failed', 'Error: ErrImagePull');
    this.#store.change(PODS, pod, (current) => {
      waitForImage(current, disk, { reason: 'ErrImagePull', message: pullError(disk) });
    });
    this.#controller.enqueue(`back off ${pod.metadata.uid}`, BACK_OFF_AFTER_MS);
  }

  #backOff(pod: KubeObject): void {
    const vmi = vmiOf(this.#store, pod);
    const disk = vmi && unpullableDisk(vmi, this.#unpullable);
    if (!disk) return;
    this.#record(pod, 'Normal', 'BackOff', `Back-off pulling image "${disk.image}"`);
    this.#record(pod, 'Warning', 'Failed', 'Error: ImagePullBackOff');
    this.#store.change(PODS, pod, (current) => {
      waitForImage(current, disk, { reason: 'ImagePullBackOff', message: backOffMessage(disk) });
    });
  }

  /** Only the node's word that the guest is gone ends a launcher pod. */
  #hasGuest(pod: KubeObject): boolean {
    const vmi = vmiOf(this.#store, pod);
    return vmi !== undefined && ['Scheduled', 'Running'].includes(phaseOf(vmi)) && phaseOf(pod) === 'Running';
  }

  #running(pod: KubeObject, state: JsonObject): void {
    this.#store.change(PODS, pod, (current) => {
      Object.assign(statusOf(current), { phase: 'Running', startTime: now(), hostIP: '127.0.0.1', podIP: '127.0.0.1' });
      setContainer(current, state, true);
      for (const type of ['Initialized', 'Ready', 'ContainersReady']) setCondition(current, type, 'True');
    });
  }

  #ended(pod: KubeObject, { code, signal }: Exit, startedAt: string): void {
    const exitCode = code ?? 128 + signal;
    const reason = exitCode === 0 ? 'Completed' : 'Error';
    this.#store.change(PODS, pod, (current) => {
      statusOf(current).phase = exitCode === 0 ? 'Succeeded' : 'Failed';
      setContainer(current, { terminated: { exitCode, reason, startedAt, finishedAt: now() } }, false);
      if (conditionOf(current, 'Ready')) setCondition(current, 'Ready', 'False', 'PodCompleted');
    });
  }
}

function nameOf(pod: KubeObject): string {
  return textAt(objectsAt(pod.spec, 'containers')[0], 'name') ?? '';
}

function setContainer(pod: KubeObject, state: JsonObject, ready: boolean): void {
  const [container] = objectsAt(pod.spec, 'containers');
  const image = textAt(container, 'image') ?? '';
  const id = objectAt(state, 'waiting') ? {} : { imageID: image, containerID: `lab://${pod.metadata.uid}` };
  statusOf(pod).containerStatuses = [
    { name: nameOf(pod), image, imageID: '', ready, started: ready, restartCount: 0, state, lastState: {}, ...id },
  ];
}
