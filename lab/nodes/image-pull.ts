import { statusOf } from '../controllers/conditions.ts';
import { objectsAt, textAt, type JsonObject } from '../store/json.ts';
import type { KubeObject } from '../store/kube-object.ts';

/** A container disk that a node cannot pull, and the state of its container in the launcher pod. */
export interface UnpullableDisk {
  volume: string;
  image: string;
}

/** `unpullable`: references, or names without a tag for all tags. */
export function unpullableDisk(vmi: KubeObject, unpullable: readonly string[]): UnpullableDisk | undefined {
  const disks = objectsAt(vmi.spec, 'volumes').map((volume) => ({
    volume: textAt(volume, 'name') ?? '',
    image: textAt(volume, 'containerDisk', 'image') ?? '',
  }));
  return disks.find(({ image }) => unpullable.some((one) => one === image || one === withoutTag(image)));
}

function withoutTag(image: string): string {
  return image.replace(/@.*$/, '').replace(/:[^/:]*$/, '');
}

/** containerd's message. */
export function pullError({ image }: UnpullableDisk): string {
  return `rpc error: code = NotFound desc = failed to pull and unpack image "${image}": failed to resolve reference "${image}": ${image}: not found`;
}

export function backOffMessage(disk: UnpullableDisk): string {
  return `Back-off pulling image "${disk.image}": ErrImagePull: ${pullError(disk)}`;
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
