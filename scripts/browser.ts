/** The browser that opens the reports in self-tests: Debian's Chromium. */
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

/** Its path; installs it where there is none. @throws NotAllowedError */
export async function ensureChromium(): Promise<string> {
  const there = await findBrowser();
  if (there !== undefined) return there;
  if ((await which('apt-get', { nothrow: true })) === null)
    throw new NotAllowedError(`no ${NAMES.join(', ')} here, and no apt-get to install one with`);
  await install('Chromium', 'chromium');
  const installed = await findBrowser();
  if (installed === undefined) throw new NotAllowedError('the package chromium brought no program of that name');
  return installed;
}
