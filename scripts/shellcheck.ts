// SPDX-License-Identifier: Apache-2.0
/** shellcheck of this machine, or from Debian's package. npm packages do not contain it, they only download it. */
import { join } from 'node:path';
import { which } from 'zx';
import { unpackedPackages } from './debian-package.ts';

/** Returns the path of shellcheck. */
export async function ensureShellcheck(): Promise<string> {
  const installed = await which('shellcheck', { nothrow: true });
  return installed ?? join(await unpackedPackages('shellcheck', 'shellcheck'), 'usr/bin/shellcheck');
}
