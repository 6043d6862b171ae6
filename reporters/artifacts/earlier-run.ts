// SPDX-License-Identifier: Apache-2.0
/** Clears an artifacts directory of earlier runs: moves their results to the history, and deletes the rest. */
import { mkdir, rename } from 'node:fs/promises';
import path from 'node:path';
import { messageOf } from '../../model/errors.ts';
import { oneLine } from '../../model/text.ts';
import { CLEARED, readList, remaining, removeOwn, requireOwn, statOf, writeList } from './list.ts';

const RESULT = /^allure-results\/([^/]+-result\.json)$/;
export const HISTORY = 'allure-history';
/** Limit of earlier runs in the history; the result of one network has about 10 kB. */
export const HISTORY_LIMIT = 50;

/** Deletes the files of the earlier run, which could be mistaken for those of this run. Failures are warnings. */
export async function clearEarlierRun(directory: string): Promise<void> {
  try {
    const list = await readList(directory);
    await moveResultsToHistory(directory, list);
    for (const name of CLEARED) await removeOwn(directory, name, list);
    await writeList(directory, await remaining(directory, list));
  } catch (error) {
    const why = oneLine(messageOf(error));
    console.log(`  warning: what an earlier run left in ${directory} may still be there: ${why}`);
  }
}

/** Moves the results: Allure shows two results in one directory as two attempts at one test. */
async function moveResultsToHistory(directory: string, list: Set<string>): Promise<void> {
  const results = [...list].flatMap((entry) => RESULT.exec(entry)?.[1] ?? []);
  if (results.length === 0) return;
  await requireOwn(directory, HISTORY, list);
  for (const name of results) list.add(`${HISTORY}/${name}`);
  list.add(`${HISTORY}/`);
  await writeList(directory, list);
  await mkdir(path.join(directory, HISTORY), { recursive: true });
  for (const name of results) {
    const from = path.join(directory, 'allure-results', name);
    if ((await statOf(from))?.isFile()) await rename(from, path.join(directory, HISTORY, name));
  }
  const kept = [...list].filter((entry) => entry.startsWith(`${HISTORY}/`) && !entry.endsWith('/'));
  const age = new Map<string, number>();
  for (const entry of kept) age.set(entry, (await statOf(path.join(directory, entry)))?.mtimeMs ?? 0);
  const newest = kept.sort((a, b) => (age.get(b) ?? 0) - (age.get(a) ?? 0));
  // A run has a result for each network.
  for (const entry of newest.slice(HISTORY_LIMIT * results.length)) await removeOwn(directory, entry, list);
}
