// SPDX-License-Identifier: Apache-2.0
/** Programs from Debian's packages, unpacked under .cache/ and not installed: no services start, and most need no root. */
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { $, glob, which } from 'zx';
import { NotAllowedError } from './as-root.ts';

const CACHE = fileURLToPath(new URL('../.cache', import.meta.url));

/**
 * Returns the directory that contains the files of the packages; downloads them if it is missing. Several processes may call this at the
 * same time.
 *
 * @throws NotAllowedError if the packages cannot be downloaded
 */
export async function unpackedPackages(name: string, ...packages: string[]): Promise<string> {
  const directory = join(CACHE, name);
  if (existsSync(directory)) return directory;
  if ((await which('apt-get', { nothrow: true })) === null)
    throw new NotAllowedError(`no apt-get to download Debian's ${packages.join(' and ')}`);
  await mkdir(CACHE, { recursive: true });
  const work = await mkdtemp(join(CACHE, `${name}-`));
  try {
    await download(work, packages);
    const unpacked = join(work, 'unpacked');
    for (const deb of await glob(join(work, '*.deb'))) await $`dpkg -x ${deb} ${unpacked}`;
    await rename(unpacked, directory).catch((error: unknown) => {
      // Another process was faster.
      if (!existsSync(directory)) throw error;
    });
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new NotAllowedError(`Debian's ${packages.join(' and ')} cannot be downloaded: ${why}`);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
  return directory;
}

async function download(directory: string, packages: readonly string[]): Promise<void> {
  const apt = $({ cwd: directory, quiet: true });
  const fetch = () => apt`apt-get -o APT::Sandbox::User=root download ${packages}`;
  try {
    await fetch();
  } catch {
    // Lists are missing, or name versions that were removed.
    await apt`${process.getuid?.() === 0 ? [] : ['sudo', '-n']} apt-get update -qq`;
    await fetch();
  }
}
