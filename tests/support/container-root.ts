// SPDX-License-Identifier: Apache-2.0
/**
 * The root file system of a container of the image, without a container runtime: the system of this machine, the image's Node and
 * npm, and the checkup's tree, all read-only; a writable /tmp and /artifacts; the files of the service account. Needs root.
 */
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, readFileSync, realpathSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';
import { IMAGE_HOME, imageEnvironment } from '../../image/entrypoint.ts';
import { objectAt, objectsAt, textAt, type Json } from '../../lab/objects.ts';
import type { ImageConfig } from './image-build.ts';

/** User and group as assigned by OpenShift: any user, group 0. */
const USER = 1000660000;
const ACCOUNT = '/run/secrets/kubernetes.io/serviceaccount';

/** Returns the environment that Kubernetes and the manifests set in the pod of a Job. @param url of the API server. */
export function podEnvironment(url: string): Record<string, string> {
  const { hostname, port } = new URL(url);
  return {
    KUBERNETES_SERVICE_HOST: hostname,
    KUBERNETES_SERVICE_PORT: port,
    HOSTNAME: 'checkup-x7x2k',
    CONFIGMAP_NAMESPACE: 'latency',
    CONFIGMAP_NAME: 'kubevirt-vm-latency-config',
  };
}

export interface ContainerRoot {
  /** Shell commands that set up the root in a mount namespace. */
  mounts: string;
  /** Returns a command inside the root as its user, with the image's environment and `env`. */
  command: (env: Record<string, string>, command: readonly string[]) => string[];
}

/** Writes the service account files of a pod, from a kubeconfig. */
export function writeServiceAccount(kubeconfig: string, directory: string): void {
  const config = parse(readFileSync(kubeconfig, 'utf8')) as Json;
  const ca = textAt(objectAt(objectsAt(config, 'clusters')[0], 'cluster'), 'certificate-authority-data') ?? '';
  const token = textAt(objectAt(objectsAt(config, 'users')[0], 'user'), 'token') ?? '';
  mkdirSync(directory, { recursive: true });
  writeFileSync(path.join(directory, 'ca.crt'), Buffer.from(ca, 'base64'));
  writeFileSync(path.join(directory, 'token'), token);
  writeFileSync(path.join(directory, 'namespace'), 'latency');
}

/** @param places The image's tree; a service account's files; where the artifacts go; a directory for its own use. */
export function containerRoot(places: Record<'tree' | 'account' | 'artifacts' | 'scratch', string>): ContainerRoot {
  const { tree, account, artifacts, scratch } = places;
  const root = path.join(scratch, 'root');
  for (const directory of [root, artifacts]) mkdirSync(directory, { recursive: true });
  // Writable for group 0 as in the image.
  chmodSync(artifacts, 0o2775);
  const npm = path.resolve(realpathSync(execFileSync('which', ['npx'], { encoding: 'utf8' }).trim()), '../..');
  const bind = (from: string, to: string) => `mount --rbind ${from} ${root}${to}`;
  const readOnly = (at: string) => `mount -o remount,bind,ro ${root}${at}`;
  const steps = [
    `mount -t tmpfs -o mode=755 tmpfs ${root}`,
    `cp -a /bin /sbin /lib /lib64 ${root}/ 2>/dev/null || true`,
    `mkdir -p ${root}/usr ${root}/etc ${root}/proc ${root}/dev ${root}/tmp ${root}/artifacts ${root}${IMAGE_HOME} ${root}${ACCOUNT} ${root}/var`,
    `ln -s ../run ${root}/var/run`,
    bind('/usr', '/usr'),
    bind('/etc', '/etc'),
    bind('/proc', '/proc'),
    bind('/dev', '/dev'),
    `mount -t tmpfs -o mode=1777 tmpfs ${root}/dev/shm`,
    `mount -t tmpfs -o mode=755 tmpfs ${root}/usr/local`,
    `mkdir -p ${root}/usr/local/bin ${root}/usr/local/lib/node_modules/npm`,
    `touch ${root}/usr/local/bin/node`,
    bind(process.execPath, '/usr/local/bin/node'),
    bind(npm, '/usr/local/lib/node_modules/npm'),
    `ln -s ../lib/node_modules/npm/bin/npx-cli.js ${root}/usr/local/bin/npx`,
    bind(tree, IMAGE_HOME),
    bind(artifacts, '/artifacts'),
    `mount -t tmpfs -o mode=1777 tmpfs ${root}/tmp`,
    `cp ${account}/* ${root}${ACCOUNT}/`,
    ...['/usr', '/etc', '/usr/local', IMAGE_HOME, ''].map(readOnly),
    `! touch ${root}${IMAGE_HOME}/written 2>/dev/null`,
  ];
  return {
    mounts: steps.join('; '),
    command: (env, command) => {
      const all = { ...imageEnvironment(IMAGE_HOME, '/tmp', '/artifacts'), HOME: '/', PATH: IMAGE_PATH, ...env };
      return [...asUser(root, IMAGE_HOME), ...assignments(all), ...command];
    },
  };
}

/** Returns the prefix of a command in a root: an arbitrary user without capabilities, an empty environment. */
function asUser(root: string, directory: string): string[] {
  const as = ['setpriv', `--reuid=${USER}`, '--regid=0', '--clear-groups', '--bounding-set=-all', '--no-new-privs'];
  return ['chroot', root, ...as, 'env', '-i', '-C', directory];
}

function assignments(env: Record<string, string>): string[] {
  return Object.entries(env).map(([name, value]) => `${name}=${value}`);
}

/**
 * Returns the root of a container of a built image: its own files, all read-only; /tmp and the image's volumes are writable.
 * @param files The directory with the image's files. @param places As of `containerRoot`.
 */
export function imageRoot(
  files: string,
  { WorkingDir, Env, Volumes }: ImageConfig,
  places: Record<'account' | 'artifacts' | 'scratch', string>,
): ContainerRoot {
  const { account, artifacts, scratch } = places;
  const root = path.join(scratch, 'root');
  for (const directory of [root, artifacts]) mkdirSync(directory, { recursive: true });
  chmodSync(artifacts, 0o2775);
  const steps = [
    `mount --bind ${files} ${root}`,
    `mount -o remount,bind,ro ${root}`,
    `mount --rbind /proc ${root}/proc`,
    `mount --rbind /dev ${root}/dev`,
    ...['dev/shm', 'tmp'].map((name) => `mount -t tmpfs -o mode=1777 tmpfs ${root}/${name}`),
    `mount -t tmpfs -o mode=755 tmpfs ${root}/run`,
    `mkdir -p ${root}${ACCOUNT}`,
    `cp ${account}/* ${root}${ACCOUNT}/`,
    ...Object.keys(Volumes).map((volume) => `mount --bind ${artifacts} ${root}${volume}`),
    `! touch ${root}${WorkingDir}/written 2>/dev/null`,
  ];
  return {
    mounts: steps.join('; '),
    command: (env, command) => [...asUser(root, WorkingDir), ...Env, ...assignments(env), ...command],
  };
}

/** As in the base image. */
const IMAGE_PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';
