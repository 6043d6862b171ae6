// SPDX-License-Identifier: Apache-2.0
/** The browser that opens reports in tests: Debian's Chromium. */
import { which } from 'zx';
import { install, NotAllowedError } from './as-root.ts';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome'];

async function findBrowser(): Promise<string | undefined> {
  for (const name of NAMES) {
    const file = await which(name, { nothrow: true });
    if (file !== null) return file;
  }
  return undefined;
}

/** Returns the path of Chromium; installs it if it is missing. @throws NotAllowedError */
export async function ensureChromium(): Promise<string> {
  const existing = await findBrowser();
  if (existing !== undefined) return existing;
  if ((await which('apt-get', { nothrow: true })) === null)
    throw new NotAllowedError(`no ${NAMES.join(', ')} found, and no apt-get to install one`);
  await install('Chromium', 'chromium');
  const installed = await findBrowser();
  if (installed === undefined) throw new NotAllowedError('the package chromium contains no program of that name');
  return installed;
}
