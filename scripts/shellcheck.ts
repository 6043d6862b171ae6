/**
 * shellcheck of this machine, or from Debian's package, unpacked under .cache/ and not installed. npm packages do not contain it, they
 * only download it.
 */
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { $, glob, which } from 'zx';

const CACHE = fileURLToPath(new URL('../.cache', import.meta.url));
const PROGRAM = join(CACHE, 'shellcheck', 'usr/bin/shellcheck');

/** Returns the path of shellcheck. */
export async function ensureShellcheck(): Promise<string> {
  const installed = await which('shellcheck', { nothrow: true });
  if (installed) return installed;
  if (!existsSync(PROGRAM)) {
    await unpack().catch((error: unknown) => {
      throw new Error(
        `no shellcheck, and Debian's package cannot be downloaded; install it: ${error instanceof Error ? error.message : String(error)}`,
      );
    });
  }
  return PROGRAM;
}

async function unpack(): Promise<void> {
  await mkdir(CACHE, { recursive: true });
  const work = await mkdtemp(join(CACHE, 'shellcheck-'));
  try {
    const apt = $({ cwd: work, quiet: true });
    const download = () => apt`apt-get -o APT::Sandbox::User=root download shellcheck`;
    try {
      await download();
    } catch {
      // Lists are missing, or name versions that were removed.
      await apt`${process.getuid?.() === 0 ? [] : ['sudo', '-n']} apt-get update -qq`;
      await download();
    }
    const [deb] = await glob(join(work, '*.deb'));
    if (deb === undefined) throw new Error('apt-get downloaded no package');
    const unpacked = join(work, 'unpacked');
    await $`dpkg -x ${deb} ${unpacked}`;
    await rename(unpacked, join(CACHE, 'shellcheck'));
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}
