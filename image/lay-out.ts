// SPDX-License-Identifier: Apache-2.0
/** Copies the files of the image into a directory. */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { cp, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { transform } from 'esbuild';
import pMap from 'p-map';
import { belongsInImage, PRODUCT } from './contents.ts';

const ROOT = path.join(import.meta.dirname, '..');
/** A file that is shrunk is open twice at most; `ulimit -n` is 1024 in many image builds. */
const FILES_AT_ONCE = 32;
const LOCKED = ['package.json', 'package-lock.json', '.npmrc'];
/** Minification that only changes the source text of functions; licence comments are retained. */
const SHRUNK = { minifyWhitespace: true, legalComments: 'inline', target: 'esnext' } as const;
/** Never runs, so it is taken out; but Node reads there which names a CommonJS module exports. */
const EXPORT_HINTS = /^0 && \(module\.exports = \{[^}]*\}\);$/m;

/** At the top of an image tree; another project has other files, too. */
const TREE_ENTRIES = new Set([...PRODUCT.map((name) => name.split('/')[0]), 'node_modules', '.cache']);

/** Returns every file below a directory, including links to files, as relative paths. */
export async function filesBelow(directory: string): Promise<string[]> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => !entry.isDirectory());
  return files.map(({ parentPath, name }) => path.relative(directory, path.join(parentPath, name)));
}

/** Copies the checkup and its packages into a directory, which is replaced. */
export async function layOut(directory: string): Promise<void> {
  await removeEarlier(directory);
  await mkdir(directory, { recursive: true });
  await installPackages(directory);
  for (const name of PRODUCT) {
    await cp(path.join(ROOT, name), path.join(directory, name), { recursive: true, filter: isNoDeclaration });
  }
}

/** Removes an earlier tree. @throws Error if the directory contains anything else. */
async function removeEarlier(directory: string): Promise<void> {
  const there = existsSync(directory) ? await readdir(directory) : [];
  const isTree = there.includes('playwright.config.ts') && there.every((name) => TREE_ENTRIES.has(name));
  if (there.length > 0 && !isTree) throw new Error(`${directory} holds something else than an earlier image tree`);
  await rm(directory, { recursive: true, force: true });
}

/** Installs the production packages at their locked versions, without unused files, comments and indentation. */
async function installPackages(directory: string): Promise<void> {
  for (const name of LOCKED) await cp(path.join(ROOT, name), path.join(directory, name));
  const how = ['--omit=dev', '--ignore-scripts', '--prefer-offline', '--no-audit', '--no-fund', '--loglevel=error'];
  await promisify(execFile)('npm', ['ci', ...how], { cwd: directory });
  for (const name of LOCKED) await rm(path.join(directory, name));
  const packages = path.join(directory, 'node_modules');
  await pMap(
    await filesBelow(packages),
    async (file) => {
      if (!belongsInImage(file)) await rm(path.join(packages, file));
      else if (/\.[cm]?js$/.test(file)) await shrink(path.join(packages, file));
    },
    { concurrency: FILES_AT_ONCE },
  );
  await removeEmpty(packages);
}

/** Minifies a file: a process retains the text of every module it loads, so comments cost memory, too. */
async function shrink(file: string): Promise<void> {
  const text = await readFile(file, 'utf8');
  const { code } = await transform(text, { ...SHRUNK, sourcefile: file });
  await writeFile(file, `${code}${EXPORT_HINTS.exec(text)?.[0] ?? ''}`);
}

async function removeEmpty(directory: string): Promise<void> {
  for (const entry of await readdir(directory, { withFileTypes: true })) {
    if (entry.isDirectory()) await removeEmpty(path.join(directory, entry.name));
  }
  if ((await readdir(directory)).length === 0) await rm(directory, { recursive: true });
}

function isNoDeclaration(file: string): boolean {
  return !file.endsWith('.d.ts');
}
