// SPDX-License-Identifier: Apache-2.0
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { at, objectAt, objectsAt, textAt, textsAt, type JsonObject } from '../store/json.ts';
import type { KubeObject } from '../store/kube-object.ts';
import type { Store } from '../store/store.ts';
import { SERVICE_ACCOUNTS } from '../kinds/kinds.ts';
import type { Command } from './container.ts';
import { PodProblem } from './pod-problem.ts';
import { registryRefusal, type PrivateRegistries } from './registries.ts';
import { expandVariables } from './variables.ts';
import { mountVolumes } from './volumes.ts';

/** An image that the lab can run: a command of this machine instead of the image's entrypoint and environment. */
export interface LocalImage {
  /** The last part of the image's name, without tag or digest. */
  name: string;
  entrypoint: string[];
  /** STOPSIGNAL of the image; default: SIGTERM. */
  stopSignal?: NodeJS.Signals;
  cwd: string;
  /** `directory` is the pod's own directory. */
  env: (directory: string) => Record<string, string>;
}

const shell = (name: string, entrypoint: string[]): LocalImage => ({ name, entrypoint, cwd: '/', env: () => ({}) });

/** The images of Istio's, Linkerd's and Kuma's proxies, which run until they receive SIGTERM. */
const PROXIES = ['proxyv2', 'proxy', 'kuma-dp'];

/** The images that every lab can run: a shell, and proxies. */
export const LAB_IMAGES: readonly LocalImage[] = [
  shell('busybox', ['sh']),
  ...PROXIES.map((name) => shell(name, ['sh', '-c', 'trap "exit 0" TERM; while :; do sleep 0.2; done'])),
];

export interface PodRuntime {
  images: readonly LocalImage[];
  /** The parent of the pods' directories. */
  directory: string;
  /** The parent of the directories of PersistentVolumeClaims. */
  claims: string;
  privateRegistries?: PrivateRegistries | undefined;
  /** Writes a kubeconfig with a token for a service account, bound to the pod. */
  writeKubeconfig: (path: string, account: KubeObject, pod: KubeObject) => void;
}

/**
 * Returns a function that returns the command of a container of the pod. All containers share the pod's directory, which stands for
 * their root directory: a claim that is mounted at /artifacts is a link `artifacts` there. The function throws a PodProblem if the lab
 * cannot run the container.
 */
export function commandsOf(pod: KubeObject, store: Store, runtime: PodRuntime): (container: JsonObject) => Command {
  const directory = join(runtime.directory, pod.metadata.uid);
  let base: Record<string, string> | undefined;
  return (container) => {
    if (objectsAt(pod.spec, 'initContainers').some((one) => one.restartPolicy !== 'Always')) {
      throw unsupported('init containers that end');
    }
    if (objectsAt(container, 'envFrom').length > 0) throw unsupported('envFrom');
    const refusal = registryRefusal(store, pod, textAt(container, 'image') ?? '', runtime.privateRegistries);
    if (refusal !== undefined) throw new PodProblem('ErrImagePull', refusal);
    const image = imageOf(container, runtime.images);
    const own = environment(container, pod);
    const wordsAt = (field: string) => textsAt(container, field).map((word) => expandVariables(word, own));
    const [program = '', ...args] = [
      ...(textsAt(container, 'command').length > 0 ? wordsAt('command') : image.entrypoint),
      ...wordsAt('args'),
    ];
    base ??= baseEnvironment(pod, store, runtime, directory);
    const env = { ...base, ...image.env(directory), ...own };
    const mounted = mountVolumes({ container, pod, store, directory, claims: runtime.claims, variables: own });
    const workingDir = textAt(container, 'workingDir');
    const cwd = workingDir !== undefined && mounted.includes(workingDir) ? join(directory, workingDir) : image.cwd;
    return { program, args, cwd, env, directory, stopSignal: image.stopSignal ?? 'SIGTERM' };
  };
}

function unsupported(what: string): PodProblem {
  return new PodProblem('CreateContainerConfigError', `the lab runs no pods with ${what}`);
}

function imageOf(container: JsonObject, images: readonly LocalImage[]): LocalImage {
  const reference = textAt(container, 'image') ?? '';
  const name = /([^/:@]+)(:[^/]*)?(@.*)?$/.exec(reference)?.[1];
  const image = images.find((known) => known.name === name);
  if (image) return image;
  const known = images.map((one) => one.name).join(', ');
  throw new PodProblem('ErrImagePull', `failed to pull "${reference}": the lab knows only images named ${known}`);
}

function kubeconfigIn(directory: string): string {
  return `${directory}.kubeconfig`;
}

/** Deletes the files of a pod, as on a real node. */
export function removePodFiles({ directory }: PodRuntime, uid: string): void {
  for (const path of [join(directory, uid), kubeconfigIn(join(directory, uid))])
    rmSync(path, { recursive: true, force: true });
}

/** A process has no mounts: instead of the service account's token it gets a kubeconfig. */
function baseEnvironment(
  pod: KubeObject,
  store: Store,
  runtime: PodRuntime,
  directory: string,
): Record<string, string> {
  const { name, namespace = '' } = pod.metadata;
  const env = { PATH: process.env['PATH'] ?? '', HOME: '/', HOSTNAME: textAt(pod.spec, 'hostname') ?? name };
  if (at(pod.spec, 'automountServiceAccountToken') === false) return env;
  const accountName = textAt(pod.spec, 'serviceAccountName') ?? 'default';
  const account = store.get(SERVICE_ACCOUNTS, namespace, accountName);
  if (!account) {
    throw new PodProblem('CreateContainerConfigError', `serviceaccount "${namespace}/${accountName}" not found`);
  }
  const kubeconfig = kubeconfigIn(directory);
  runtime.writeKubeconfig(kubeconfig, account, pod);
  return { ...env, KUBECONFIG: kubeconfig };
}

/** A value can refer to the variables before it in the list. */
function environment(container: JsonObject, pod: KubeObject): Record<string, string> {
  const own: Record<string, string> = {};
  for (const variable of objectsAt(container, 'env')) {
    const name = textAt(variable, 'name') ?? '';
    own[name] = valueOf(name, variable, pod, own);
  }
  return own;
}

function valueOf(name: string, variable: JsonObject, pod: KubeObject, known: Record<string, string>): string {
  const source = objectAt(variable, 'valueFrom');
  if (!source) return expandVariables(textAt(variable, 'value') ?? '', known);
  const field = textAt(source, 'fieldRef', 'fieldPath');
  if (field === undefined) {
    const kinds = Object.keys(source).join(', ');
    throw new PodProblem(
      'CreateContainerConfigError',
      `environment variable ${name}: the lab knows only fieldRef, not ${kinds}`,
    );
  }
  if (field === 'status.podIP' || field === 'status.hostIP') return '127.0.0.1';
  const [, map, key = ''] = /^metadata\.(labels|annotations)\['([^']+)'\]$/.exec(field) ?? [];
  const value = map === undefined ? at(pod, ...field.split('.')) : at(pod.metadata, map, key);
  if (value === undefined && map === undefined) {
    throw new PodProblem('CreateContainerConfigError', `environment variable ${name}: the pod has no field ${field}`);
  }
  return typeof value === 'string' ? value : '';
}
