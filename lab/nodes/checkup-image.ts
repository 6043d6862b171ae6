import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { LocalImage } from './pod-command.ts';

const CLI = join(dirname(createRequire(import.meta.url).resolve('@playwright/test/package.json')), 'cli.js');

/**
 * The checkup's image: its entrypoint, run from this checkout. A check waits more than it computes: V8 is told to keep its
 * heaps small, in the runner and (which inherits it) in its worker.
 */
export const CHECKUP_IMAGE: LocalImage = {
  name: 'kubevirt-vm-latency',
  entrypoint: [process.execPath, '--optimize-for-size', '--import', './reporters/preload.ts', CLI, 'test'],
  cwd: fileURLToPath(new URL('../..', import.meta.url)),
  env: (directory) => ({ ARTIFACTS_DIR: join(directory, 'artifacts'), TMPDIR: directory }),
};
