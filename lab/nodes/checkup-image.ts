import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { LocalImage } from './pod-command.ts';

const CHECKOUT = fileURLToPath(new URL('../..', import.meta.url));
const CLI = join(dirname(createRequire(import.meta.url).resolve('@playwright/test/package.json')), 'cli.js');

/**
 * The checkup's image: its entrypoint, run from this checkout. Flags and environment keep memory low where it costs no time, in the
 * runner and (which inherits them) in its worker: a small heap for what is young, one thread of V8's beside the main one, one arena
 * of the C library's for all threads. What an image is built with it has from earlier runs: the runner's translation of its
 * configuration, and Node's compiled code.
 */
export const CHECKUP_IMAGE: LocalImage = {
  name: 'kubevirt-vm-latency',
  entrypoint: [
    ...[process.execPath, '--max-semi-space-size=1', '--v8-pool-size=1', '--import', './reporters/preload.ts'],
    ...[CLI, 'test'],
  ],
  cwd: CHECKOUT,
  env: (directory) => ({
    ARTIFACTS_DIR: join(directory, 'artifacts'),
    TMPDIR: directory,
    MALLOC_ARENA_MAX: '1',
    PLAYWRIGHT_TRANSFORM_CACHE_DIR: join(CHECKOUT, '.cache/image/translated'),
    NODE_COMPILE_CACHE: join(CHECKOUT, '.cache/image/compiled'),
  }),
};
