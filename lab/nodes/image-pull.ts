// SPDX-License-Identifier: Apache-2.0
import { statusOf } from '../controllers/conditions.ts';
import { objectsAt, textAt, type JsonObject } from '../store/json.ts';
import type { KubeObject } from '../store/kube-object.ts';
import type { Store } from '../store/store.ts';
import { registryRefusal, type PrivateRegistries } from './registries.ts';

/** In `unpullableImages`: no container disk can be pulled. */
export const ANY_CONTAINER_DISK = 'any container-disk';

/** A container disk that a node cannot pull, and the state of its container in the launcher pod. */
export interface UnpullableDisk {
  volume: string;
  image: string;
  /** The container runtime's message. */
  error: string;
}

export interface PullFaults {
  /** References, names without a tag for all tags, or `ANY_CONTAINER_DISK`. */
  unpullableImages?: readonly string[];
  privateRegistries?: PrivateRegistries;
}

export function unpullableDisk(
  store: Store,
  pod: KubeObject,
  vmi: KubeObject,
  { unpullableImages = [], privateRegistries }: PullFaults,
): UnpullableDisk | undefined {
  for (const volume of objectsAt(vmi.spec, 'volumes')) {
    const image = textAt(volume, 'containerDisk', 'image');
    if (image === undefined) continue;
    const isUnpullable = unpullableImages.some((one) => [ANY_CONTAINER_DISK, image, withoutTag(image)].includes(one));
    const error = isUnpullable ? notFound(image) : registryRefusal(store, pod, image, privateRegistries);
    if (error !== undefined) return { volume: textAt(volume, 'name') ?? '', image, error };
  }
  return undefined;
}

/** The disk of a target pod, of which the node has the image only by its tag. */
export function unpullableDigest(pod: KubeObject): UnpullableDisk | undefined {
  const container = objectsAt(pod.spec, 'initContainers').find(({ name }) =>
    textAt({ name }, 'name')?.startsWith('volume'),
  );
  const image = textAt(container, 'image');
  const volume = textAt(container, 'name')?.replace(/^volume/, '') ?? '';
  return image === undefined ? undefined : { volume, image, error: notFound(image) };
}

function withoutTag(image: string): string {
  return image.replace(/@.*$/, '').replace(/:[^/:]*$/, '');
}

/** containerd's message. */
function notFound(image: string): string {
  return `rpc error: code = NotFound desc = failed to pull and unpack image "${image}": failed to resolve reference "${image}": ${image}: not found`;
}

export function backOffMessage(disk: UnpullableDisk): string {
  return `Back-off pulling image "${disk.image}": ErrImagePull: ${disk.error}`;
}

/** KubeVirt runs a container of the disk's image before the guest's. */
export function waitForImage(pod: KubeObject, { volume, image }: UnpullableDisk, waiting: JsonObject): void {
  const compute = textAt(objectsAt(pod.spec, 'containers')[0], 'name') ?? '';
  const status = (name: string, of: string, state: JsonObject) => ({
    name,
    image: of,
    imageID: '',
    ready: false,
    started: false,
    restartCount: 0,
    state,
    lastState: {},
  });
  const later = { waiting: { reason: 'PodInitializing' } };
  Object.assign(statusOf(pod), {
    initContainerStatuses: [status(`volume${volume}`, image, { waiting })],
    containerStatuses: [status(compute, textAt(objectsAt(pod.spec, 'containers')[0], 'image') ?? '', later)],
  });
}
