// SPDX-License-Identifier: Apache-2.0
import { chmodSync, chownSync, copyFileSync, lstatSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, test, type TestInfo } from '@playwright/test';

const MODULE = 'reporters/supervision/translation-cache.ts';
const VARIABLE = 'PLAYWRIGHT_TRANSFORM_CACHE_DIR';

/** Returns the directory that is used in a new checkout prepared by `prepare`. */
async function chosen(testInfo: TestInfo, prepare: (cache: string) => void, env: Record<string, string> = {}) {
  const checkout = testInfo.outputPath('checkout');
  const cache = path.join(checkout, '.cache');
  const own = path.join(checkout, MODULE);
  mkdirSync(path.dirname(own), { recursive: true });
  copyFileSync(path.join(import.meta.dirname, '../../..', MODULE), own);
  prepare(cache);
  const { usePrivateTranslationCache } = (await import(pathToFileURL(own).href)) as {
    usePrivateTranslationCache: () => void;
  };
  const before = { [VARIABLE]: process.env[VARIABLE], TMPDIR: process.env['TMPDIR'] };
  const tmp = testInfo.outputPath('tmp');
  mkdirSync(tmp);
  Object.assign(process.env, { [VARIABLE]: '', TMPDIR: tmp }, env);
  try {
    usePrivateTranslationCache();
    return { directory: process.env[VARIABLE] ?? '', lasting: path.join(cache, 'translated'), tmp };
  } finally {
    for (const [name, value] of Object.entries(before)) {
      if (value === undefined) Reflect.deleteProperty(process.env, name);
      else process.env[name] = value;
    }
  }
}

test('caches the translation of the checkout in a private directory', async ({}, testInfo) => {
  const { directory, lasting } = await chosen(testInfo, () => undefined);
  expect(directory).toBe(lasting);
  expect(lstatSync(directory).mode & 0o777).toBe(0o700);
});

test('uses the directory set in the environment', async ({}, testInfo) => {
  const { directory } = await chosen(testInfo, () => undefined, { [VARIABLE]: '/opt/made/before' });
  expect(directory).toBe('/opt/made/before');
});

const UNSAFE: Record<string, (cache: string) => void> = {
  'others can write to': (cache) => {
    mkdirSync(path.join(cache, 'translated'), { recursive: true });
    chmodSync(path.join(cache, 'translated'), 0o777);
  },
  'others can replace': (cache) => {
    mkdirSync(path.join(cache, 'translated'), { recursive: true, mode: 0o700 });
    chmodSync(cache, 0o777);
  },
  'is a link': (cache) => {
    mkdirSync(path.join(cache, 'elsewhere'), { recursive: true, mode: 0o700 });
    symlinkSync('elsewhere', path.join(cache, 'translated'));
  },
  'cannot be made': (cache) => {
    writeFileSync(cache, '');
  },
};

for (const [what, prepare] of Object.entries(UNSAFE)) {
  test(`uses a fresh directory instead of one that ${what}`, async ({}, testInfo) => {
    const { directory, tmp } = await chosen(testInfo, prepare);
    expect(path.dirname(directory)).toBe(tmp);
    expect(lstatSync(directory).mode & 0o777).toBe(0o700);
  });
}

test("uses a fresh directory instead of another user's", async ({}, testInfo) => {
  test.skip(process.geteuid?.() !== 0, 'only root can give a directory away');
  const { directory, tmp } = await chosen(testInfo, (cache) => {
    mkdirSync(path.join(cache, 'translated'), { recursive: true, mode: 0o700 });
    chownSync(path.join(cache, 'translated'), 65534, 65534);
  });
  expect(path.dirname(directory)).toBe(tmp);
});
