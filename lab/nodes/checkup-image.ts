import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { LocalImage } from './pod-command.ts';

const CHECKOUT = fileURLToPath(new URL('../..', import.meta.url));

/** Where the image has the checkup. */
export const IMAGE_HOME = '/opt/kubevirt-vm-latency';

/**
 * What the image runs there. Flags keep memory low where it costs no time, in the runner and (which inherits them) in its worker: a
 * small heap for what is young, one thread of V8's beside the main one.
 */
export const IMAGE_ENTRYPOINT = [
  ...['node', '--max-semi-space-size=1', '--v8-pool-size=1', '--import', './reporters/preload.ts'],
  ...['node_modules/@playwright/test/cli.js', 'test'],
];

/**
 * The image's environment, for a checkup that stands at `home` and may write to `temporary` and `artifacts`: one arena of the C
 * library's for all threads; what earlier runs left, the runner's translation of its configuration and Node's compiled code; and an
 * npx that has no home to write to and nobody to ask.
 */
export function imageEnvironment(home: string, temporary: string, artifacts: string): Record<string, string> {
  return {
    ARTIFACTS_DIR: artifacts,
    MALLOC_ARENA_MAX: '1',
    PLAYWRIGHT_TRANSFORM_CACHE_DIR: join(home, '.cache/image/translated'),
    NODE_COMPILE_CACHE: join(home, '.cache/image/compiled'),
    npm_config_cache: join(temporary, '.npm'),
    npm_config_logs_max: '0',
    // bash becomes the command it was started for; dash would stay between npx and the checkup, and die of a signal alone.
    npm_config_script_shell: '/bin/bash',
    npm_config_update_notifier: 'false',
  };
}

/** The checkup's image, run from this checkout. */
export const CHECKUP_IMAGE: LocalImage = {
  name: 'kubevirt-vm-latency',
  entrypoint: [process.execPath, ...IMAGE_ENTRYPOINT.slice(1)],
  cwd: CHECKOUT,
  env: (directory) => ({
    ...imageEnvironment(CHECKOUT, directory, join(directory, 'artifacts')),
    TMPDIR: directory,
  }),
};

/** Istio's proxy, as far as its pod can tell: it runs until it is asked to end. */
export const ISTIO_PROXY_IMAGE: LocalImage = {
  name: 'proxyv2',
  entrypoint: ['sh', '-c', 'trap "exit 0" TERM; while :; do sleep 0.2; done'],
  cwd: '/',
  env: () => ({}),
};
