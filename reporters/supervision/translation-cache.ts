// SPDX-License-Identifier: Apache-2.0
/**
 * Where Playwright keeps its translation of the configuration. Unless a directory is named it is
 * `/tmp/playwright-transform-cache-<uid>`, which another local user can create first; the runner executes what it finds there.
 * Playwright reads the variable when it is loaded, so this module must be loaded before (see `.npmrc` and `preload.ts`).
 */
import { accessSync, constants, existsSync, lstatSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

const VARIABLE = 'PLAYWRIGHT_TRANSFORM_CACHE_DIR';
/** In the checkout: whoever can write there can change the code itself. */
const PARENT = path.join(import.meta.dirname, '..', '..', '.cache');
const LASTING = path.join(PARENT, 'translated');

/** Names a directory that only this user can write to, unless the environment names one. */
export function usePrivateTranslationCache(): void {
  if (process.env[VARIABLE] || process.env['PWTEST_CACHE_DIR']) return;
  // If none can be made, the runner fails and names this one.
  process.env[VARIABLE] = lastingDirectory() ?? freshDirectory() ?? LASTING;
}

/** Kept from run to run; undefined where it cannot be written, or where others can. */
function lastingDirectory(): string | undefined {
  try {
    mkdirSync(PARENT, { recursive: true });
    if (!existsSync(LASTING)) mkdirSync(LASTING, { mode: 0o700 });
    accessSync(LASTING, constants.W_OK);
    const parent = lstatSync(PARENT);
    const own = lstatSync(LASTING);
    const isPrivate = own.uid === process.geteuid?.() && (own.mode & 0o022) === 0 && (parent.mode & 0o002) === 0;
    return isPrivate && own.isDirectory() && parent.isDirectory() ? LASTING : undefined;
  } catch {
    return undefined;
  }
}

/** Creates a directory for this process, removed when the process ends. */
function freshDirectory(): string | undefined {
  for (const place of [tmpdir(), '/tmp', '/dev/shm']) {
    try {
      const directory = mkdtempSync(path.join(place, 'kubevirt-vm-latency-translated-'));
      process.on('exit', () => {
        rmSync(directory, { recursive: true, force: true });
      });
      return directory;
    } catch {
      // The next one may do.
    }
  }
  return undefined;
}
