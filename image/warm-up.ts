// SPDX-License-Identifier: Apache-2.0
/**
 * Fills the caches for a quick start of the image: Playwright's translation of the configuration depends on the path, and Node's compiled
 * code also on the user. So the checkup runs at its path in the image and as the user of the image: in a mount namespace if the tree
 * is somewhere else.
 */
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { IMAGE_ENTRYPOINT, IMAGE_HOME, imageEnvironment } from './entrypoint.ts';

/** The default user of the image, and the group of every user that it may run as. */
const USER = 1001;
const GROUP = 0;
/** Runs the checkup without a cluster: both processes load all their modules before it fails. */
const EXPECTED =
  'Kubevirt VM latency checkup failed: no cluster to talk to: the kubeconfig (/dev/null) has no current-context';
const LIMIT_MS = 120_000;

export function warmUp(directory: string): void {
  const scratch = mkdtempSync(path.join(tmpdir(), 'image-tree-'));
  chmodSync(scratch, 0o777);
  const caches = ['translated', 'compiled'].map((name) => path.join(directory, '.cache/image', name));
  for (const cache of caches) {
    mkdirSync(cache, { recursive: true });
    // The user id outside of a user namespace.
    chmodSync(cache, 0o777);
  }
  try {
    runBothWays(directory, scratch);
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
  // Every user can read the caches, no user can write them.
  for (const cache of caches) readOnly(cache);
}

/** Names of Node for architectures that image builders name otherwise. */
const NODE_ARCHITECTURES: Readonly<Record<string, string>> = { amd64: 'x64', '386': 'ia32', ppc64le: 'ppc64' };

/** Returns whether an image is for another architecture than this process. @param target e.g. "amd64"; undefined or "": for this one */
export function isForeign(target: string | undefined, own: string = process.arch): boolean {
  return target !== undefined && target !== '' && (NODE_ARCHITECTURES[target] ?? target) !== own;
}

/** Empties the compile cache. Such an image starts 0.7 s later. */
export function removeCompiledCode(directory: string): void {
  const cache = path.join(directory, '.cache/image/compiled');
  for (const name of readdirSync(cache)) rmSync(path.join(cache, name), { recursive: true });
}

function runBothWays(directory: string, scratch: string): void {
  const environment = {
    ...imageEnvironment(IMAGE_HOME, scratch, path.join(scratch, 'artifacts')),
    HOME: '/',
    TMPDIR: scratch,
    KUBECONFIG: '/dev/null',
    CONFIGMAP_NAMESPACE: 'none',
    CONFIGMAP_NAME: 'none',
  };
  const last = run(directory, environment, IMAGE_ENTRYPOINT.slice(1)).trimEnd().split('\n').at(-1);
  if (last !== EXPECTED) throw new Error(`the run that warms up did not end as expected: ${last ?? ''}`);
  // As started by npx, without preloaded modules: Playwright translates more files then. Node does not use code compiled with other flags.
  const uncompiled = { ...environment, NODE_DISABLE_COMPILE_CACHE: '1' };
  run(directory, uncompiled, ['node_modules/.bin/playwright', 'test', '--grep', 'nothing', '--pass-with-no-tests']);
}

/** Returns the output. */
function run(directory: string, environment: Record<string, string>, args: readonly string[]): string {
  const assigned = Object.entries(environment).map(([name, value]) => `${name}=${value}`);
  const isInPlace = path.resolve(directory) === IMAGE_HOME;
  const node = isInPlace ? process.execPath : path.join(path.dirname(IMAGE_HOME), 'node');
  const [program = '', ...rest] = [
    ...(isInPlace ? [] : inPlace(directory, node)),
    ...asUser(),
    'env',
    '-i',
    '-C',
    IMAGE_HOME,
    ...assigned,
    node,
    ...args,
  ];
  const { stdout, stderr, error } = spawnSync(program, rest, { encoding: 'utf8', timeout: LIMIT_MS });
  if (error) throw error;
  if (stderr !== '') throw new Error(`the run that warms up complains: ${stderr}`);
  return stdout;
}

/** Returns a command prefix that mounts the tree and this Node at their paths in the image, visible only to the command. */
function inPlace(directory: string, node: string): string[] {
  const asRoot = process.geteuid?.() === 0 ? [] : ['--map-root-user'];
  const parent = path.dirname(IMAGE_HOME);
  const steps = [
    `mount -t tmpfs tmpfs ${parent}`,
    `mkdir ${IMAGE_HOME}`,
    `mount --bind "$0" ${IMAGE_HOME}`,
    `touch ${node}`,
    `mount --bind "$1" ${node}`,
    'shift',
    'exec "$@"',
  ];
  return ['unshare', '--mount', ...asRoot, 'sh', '-ec', steps.join('; '), path.resolve(directory), process.execPath];
}

function asUser(): string[] {
  if (process.geteuid?.() !== 0) return ['unshare', `--map-user=${USER}`, `--map-group=${GROUP}`];
  return ['setpriv', `--reuid=${USER}`, `--regid=${GROUP}`, '--clear-groups'];
}

function readOnly(directory: string): void {
  const { error, status, stderr } = spawnSync('chmod', ['-R', 'u=rwX,go=rX', directory], { encoding: 'utf8' });
  if (error) throw error;
  if (status !== 0) throw new Error(stderr);
}
