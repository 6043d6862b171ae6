// SPDX-License-Identifier: Apache-2.0
import { at, objectsAt, textAt, type JsonObject } from '../store/json.ts';
import { now, type KubeObject } from '../store/kube-object.ts';
import { startContainer, type Command, type Container, type Exit } from './container.ts';
import { PodProblem } from './pod-problem.ts';

interface Part {
  name: string;
  image: string;
  /** An init container that runs in parallel to the others and is ended after them (Kubernetes 1.29). */
  sidecar: boolean;
  /** Undefined if it could not be started; then `state` has the reason. */
  container?: Container;
  state: JsonObject;
}

export type PodPhase = 'Pending' | 'Running' | 'Succeeded' | 'Failed';

/** The containers of one pod, each a process, and their states for the pod's status. */
export class PodRun {
  readonly #uid: string;
  readonly #parts: Part[];

  /** Starts all containers; `onEnd` is called after one has ended and its state is updated. */
  constructor(pod: KubeObject, commandOf: (container: JsonObject) => Command, onEnd: () => void) {
    this.#uid = pod.metadata.uid;
    const sidecars = objectsAt(pod.spec, 'initContainers');
    const graceMs = Number(at(pod.spec, 'terminationGracePeriodSeconds') ?? 30) * 1000;
    this.#parts = [...sidecars, ...objectsAt(pod.spec, 'containers')].map((spec) => {
      const [name = '', image = ''] = [textAt(spec, 'name'), textAt(spec, 'image')];
      const part: Part = { name, image, sidecar: sidecars.includes(spec), state: {} };
      try {
        const container = startContainer(commandOf(spec));
        const startedAt = now();
        Object.assign(part, { container, state: { running: { startedAt } } });
        void container.ended.then((exit) => {
          part.state = { terminated: terminated(exit, startedAt) };
          if (this.#main.every(({ container: one }) => one?.exit)) this.stop(graceMs);
          onEnd();
        });
      } catch (error) {
        // Node throws for invalid arguments, such as one with a NUL.
        const reason = error instanceof PodProblem ? error.reason : 'StartError';
        part.state = { waiting: { reason, message: error instanceof Error ? error.message : String(error) } };
      }
      return part;
    });
  }

  /** All containers, or the one of this name. */
  containers(name?: string): Container[] {
    const wanted = this.#parts.filter((part) => name === undefined || part.name === name);
    return wanted.flatMap(({ container }) => container ?? []);
  }

  /** The names of the started containers, and the others with their reasons. */
  outcome(): { started: string[]; failed: { name: string; message: string }[] } {
    const failed = this.#parts.flatMap(({ name, state }) => {
      const message = textAt(state, 'waiting', 'message');
      return message === undefined ? [] : [{ name, message }];
    });
    return { started: this.#parts.filter(({ container }) => container).map(({ name }) => name), failed };
  }

  /** Whether all processes have ended. */
  get ended(): boolean {
    return this.containers().every(({ exit }) => exit !== undefined);
  }

  /** The phase as computed by the kubelet (getPhase in pkg/kubelet/kubelet_pods.go), without restarts. */
  get phase(): PodPhase {
    if (this.#parts.some(({ state }) => 'waiting' in state)) return 'Pending';
    // A container that has just ended is updated in its own turn.
    if (this.#parts.some(({ state }) => 'running' in state)) return 'Running';
    return this.#main.every(({ container }) => container?.exit?.code === 0) ? 'Succeeded' : 'Failed';
  }

  /** Containers that are not running. */
  get unready(): string[] {
    return this.#main.filter(({ state }) => !('running' in state)).map(({ name }) => name);
  }

  get #main(): Part[] {
    return this.#parts.filter(({ sidecar }) => !sidecar);
  }

  /** The states for a pod's status. */
  statuses(): JsonObject {
    const sidecars = this.#statusesOf(this.#parts.filter(({ sidecar }) => sidecar));
    const containerStatuses = this.#statusesOf(this.#main);
    return sidecars.length === 0 ? { containerStatuses } : { containerStatuses, initContainerStatuses: sidecars };
  }

  #statusesOf(parts: Part[]): JsonObject[] {
    return parts.map(({ name, image, container, state }) => {
      const ready = 'running' in state;
      const id = container ? { imageID: image, containerID: `lab://${this.#uid}/${name}` } : { imageID: '' };
      return { name, image, ...id, ready, started: ready, restartCount: 0, state, lastState: {} };
    });
  }

  /** Sends SIGTERM to each container, and SIGKILL after the grace period. */
  stop(graceMs: number): void {
    for (const container of this.containers()) if (!container.exit) container.stop(graceMs);
  }

  /** Resolves when no process exists. */
  async kill(): Promise<void> {
    await Promise.all(this.containers().map((container) => container.kill()));
  }
}

function terminated({ code, signal }: Exit, startedAt: string): JsonObject {
  const exitCode = code ?? 128 + signal;
  return { exitCode, reason: exitCode === 0 ? 'Completed' : 'Error', startedAt, finishedAt: now() };
}
