// SPDX-License-Identifier: Apache-2.0
import { existsSync, mkdirSync, readlinkSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { PERSISTENT_VOLUME_CLAIMS, SECRETS } from '../kinds/kinds.ts';
import { at, objectsAt, stringMapAt, textAt, type JsonObject } from '../store/json.ts';
import type { KubeObject } from '../store/kube-object.ts';
import type { Store } from '../store/store.ts';
import { PodProblem } from './pod-problem.ts';
import { expandVariables } from './variables.ts';

interface Mounts {
  container: JsonObject;
  pod: KubeObject;
  store: Store;
  /** The pod's directory, which stands for the root directory of its containers. */
  directory: string;
  /** The parent of the directories of claims. */
  claims: string;
  /** The variables of the container's `env`. */
  variables: Readonly<Record<string, string>>;
}

/**
 * Mounts the container's claims and Secrets below the pod's directory, and returns their paths in the container. A claim has a directory
 * of its own, which outlives pods. A Secret is copied.
 *
 * @throws PodProblem as the kubelet refuses a subPath (pkg/kubelet/kubelet_pods.go, makeMounts), and if two containers of the pod mount
 * different directories at one path
 */
export function mountVolumes({ container, pod, store, directory, claims, variables }: Mounts): string[] {
  const { namespace } = pod.metadata;
  return objectsAt(container, 'volumeMounts').flatMap((mount) => {
    const mountPath = textAt(mount, 'mountPath') ?? '';
    const volume = objectsAt(pod.spec, 'volumes').find(({ name }) => name === mount.name);
    const claimName = textAt(volume, 'persistentVolumeClaim', 'claimName');
    const secretName = textAt(volume, 'secret', 'secretName');
    const place = join(directory, mountPath);
    if (claimName !== undefined) {
      const claim = store.get(PERSISTENT_VOLUME_CLAIMS, namespace, claimName);
      link(place, join(claims, claim?.metadata.uid ?? '', subPathOf(mount, variables)));
    } else if (secretName !== undefined) writeSecret(place, store.get(SECRETS, namespace, secretName));
    else return [];
    return [mountPath];
  });
}

function subPathOf(mount: JsonObject, variables: Readonly<Record<string, string>>): string {
  const expression = textAt(mount, 'subPathExpr');
  const path = expression === undefined ? (textAt(mount, 'subPath') ?? '') : expandVariables(expression, variables);
  const missing = expression === undefined ? undefined : /\$\(([^)]*)\)/.exec(path)?.[1];
  if (missing !== undefined) throw refused(`failed to expand subPath: missing value for "${missing}"`);
  if (path.startsWith('/')) throw refused(`error SubPath \`${path}\` must not be an absolute path`);
  if (path.split('/').includes('..')) throw refused(`unable to provision SubPath \`${path}\`: must not contain '..'`);
  return path;
}

function refused(message: string): PodProblem {
  return new PodProblem('CreateContainerConfigError', message);
}

function link(place: string, target: string): void {
  mkdirSync(target, { recursive: true });
  mkdirSync(dirname(place), { recursive: true });
  const wanted = relative(dirname(place), target);
  if (!existsSync(place)) symlinkSync(wanted, place);
  else if (readlinkSync(place) !== wanted) throw refused(`the lab mounts one directory at a path of a pod: ${place}`);
}

/** A Secret that does not exist is an empty directory: the kubelet starts no pod with one that is not optional. */
function writeSecret(place: string, secret: KubeObject | undefined): void {
  mkdirSync(place, { recursive: true });
  for (const [key, value] of Object.entries(stringMapAt(secret, 'data'))) {
    writeFileSync(join(place, key), Buffer.from(value, 'base64'));
  }
}

/** Returns the kubelet's message about a Secret that the pod needs and that does not exist (pkg/volume/secret/secret.go). */
export function missingSecret(pod: KubeObject, store: Store): string | undefined {
  for (const volume of objectsAt(pod.spec, 'volumes')) {
    const name = textAt(volume, 'secret', 'secretName');
    if (name === undefined || at(volume, 'secret', 'optional') === true) continue;
    if (store.get(SECRETS, pod.metadata.namespace, name)) continue;
    return `MountVolume.SetUp failed for volume "${textAt(volume, 'name') ?? ''}" : secret "${name}" not found`;
  }
  return undefined;
}
