// SPDX-License-Identifier: Apache-2.0
/**
 * The list of files that runs have created in an artifacts directory. A run deletes or replaces only listed files: the directory may be
 * a checkout, a home directory or a volume with other files. Links are never followed.
 */
import { createHash } from 'node:crypto';
import { constants, type Stats } from 'node:fs';
import { lstat, mkdtemp, open, readdir, rename, rm, rmdir, unlink, writeFile } from 'node:fs/promises';
import path from 'node:path';

export const LIST_FILE = '.kubevirt-vm-latency-files';
/** Entries of the last run: deleted when the next run begins. */
export const CLEARED = [
  'html-report', 'allure-results', 'charts', 'evidence', 'logs', 'manifests',
  'junit.xml', 'pairs.csv', 'report.html', 'result.json',
];
/** Retained when the next run begins. */
export const RETAINED = ['allure-history', 'metrics.prom'];
/** Files of `npm run report` and `npm run demo`. */
const OTHER_COMMANDS = ['allure-report.html', 'configmap.yaml'];
/** Prefix of the directory with a run's files until it ends. */
export const UNFINISHED = 'unfinished-';
const UNFINISHED_NAME = /^unfinished-[A-Za-z0-9]{6}$/;

/** The first line has a digest of the other lines: a truncated or edited list is not used. */
const HEADER = 'files of kubevirt-vm-latency, sha256';
const LONGEST_LIST_BYTES = 2 ** 22;

/** Paths relative to the directory; those of directories end with a slash. */
export type List = ReadonlySet<string>;

/** An entry that is not on the list has the name of a run's file. */
export class ForeignEntry extends Error {
  override name = 'ForeignEntry';
}

/** Returns whether a run, or another command, uses this name in an artifacts directory. */
export function isRunEntry(name: string): boolean {
  return [...CLEARED, ...RETAINED, ...OTHER_COMMANDS].includes(name) || UNFINISHED_NAME.test(name);
}

/** Returns whether a run creates this path: it has a known name, and is inside the directory. */
function isOwn(entry: string): boolean {
  const [top = '', ...below] = entry.replace(/\/$/, '').split('/');
  return isRunEntry(top) && below.every((part) => part !== '' && part !== '.' && part !== '..' && !part.includes('\0'));
}

function digest(lines: readonly string[]): string {
  return `${HEADER} ${createHash('sha256').update(lines.join('\n')).digest('hex')}`;
}

/** Reads the list; empty if there is none. @throws ForeignEntry if a file of that name is not a list. */
export async function readList(directory: string): Promise<Set<string>> {
  const [first, ...lines] = ((await readOwn(path.join(directory, LIST_FILE))) ?? '').split('\n');
  if (first === '') return new Set();
  lines.pop();
  if (first !== digest(lines) || !lines.every(isOwn)) throw new ForeignEntry(LIST_FILE);
  return new Set(lines);
}

/** Returns undefined if the file does not exist. @throws ForeignEntry if it is a link, not a regular file, or longer than the limit. */
export async function readOwn(file: string, limitBytes = LONGEST_LIST_BYTES): Promise<string | undefined> {
  const found = await statOf(file);
  if (found === undefined) return undefined;
  if (!found.isFile() || found.size > limitBytes) throw new ForeignEntry(path.basename(file));
  const handle = await open(file, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  try {
    return await handle.readFile('utf8');
  } finally {
    await handle.close();
  }
}

export async function writeList(directory: string, list: List): Promise<void> {
  const lines = [...list].sort();
  await putFile(directory, LIST_FILE, `${[digest(lines), ...lines].join('\n')}\n`);
}

/** Writes a file of this directory atomically; a link of that name is replaced, not followed. */
export async function putFile(directory: string, name: string, body: string): Promise<void> {
  const work = await mkdtemp(path.join(directory, UNFINISHED));
  try {
    await writeFile(path.join(work, name), body);
    await rename(path.join(work, name), path.join(directory, name));
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

/** Writes or replaces a file atomically. @throws ForeignEntry if it exists and is not on the list. */
export async function replaceFile(directory: string, name: string, body: string): Promise<void> {
  const list = await readList(directory);
  await requireOwn(directory, name, list);
  await writeList(directory, new Set([...list, name]));
  await putFile(directory, name, body);
}

/** Returns undefined if the path does not exist. */
export async function statOf(file: string): Promise<Stats | undefined> {
  try {
    return await lstat(file);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}

/** Returns the entries at and below this path in the form of the list. The name of other types than file and directory is never on it. */
export async function* entriesAt(directory: string, entry: string): AsyncGenerator<string> {
  const found = await statOf(path.join(directory, entry));
  if (found === undefined) return;
  if (!found.isDirectory()) {
    yield found.isFile() ? entry : `${entry}\0`;
    return;
  }
  yield `${entry}/`;
  for (const name of await readdir(path.join(directory, entry))) yield* entriesAt(directory, `${entry}/${name}`);
}

/** @throws ForeignEntry if an entry at or below this path is not on the list. */
export async function requireOwn(directory: string, entry: string, list: List): Promise<void> {
  for await (const found of entriesAt(directory, entry)) {
    if (!list.has(found)) throw new ForeignEntry(found.replaceAll('\0', '').replace(/\/$/, ''));
  }
}

/** Removes only the listed entries at and below this path. */
export async function removeOwn(directory: string, entry: string, list: List): Promise<void> {
  const target = path.join(directory, entry);
  const found = await statOf(target);
  if (found?.isFile() && list.has(entry)) await unlink(target);
  if (!found?.isDirectory() || !list.has(`${entry}/`)) return;
  for (const name of await readdir(target)) await removeOwn(directory, `${entry}/${name}`, list);
  if ((await readdir(target)).length === 0) await rmdir(target);
}

/** Returns the unfinished runs on the list: directories, not links. */
export async function unfinishedRuns(directory: string, list: List): Promise<string[]> {
  const names = [...list].filter((entry) => entry.endsWith('/')).map((entry) => entry.slice(0, -1));
  const found = names.filter((name) => UNFINISHED_NAME.test(name));
  const stats = await Promise.all(found.map((name) => statOf(path.join(directory, name))));
  return found.filter((_name, index) => stats[index]?.isDirectory());
}

/** Returns the listed entries that still exist. */
export async function remaining(directory: string, list: List): Promise<Set<string>> {
  const left = new Set<string>();
  for (const entry of list) {
    const found = await statOf(path.join(directory, entry)).catch(() => undefined);
    if (entry.endsWith('/') ? found?.isDirectory() : found?.isFile()) left.add(entry);
  }
  return left;
}
