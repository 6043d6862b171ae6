// SPDX-License-Identifier: Apache-2.0
/** The Allure history of a network: the result of each run, next to the directories of the runs. Nothing in it is replaced or deleted. */
import { copyFile, constants, mkdir, readdir } from 'node:fs/promises';
import path from 'node:path';
import { messageOf } from '../model/errors.ts';
import { HISTORY, HISTORY_LIMIT } from '../reporters/artifacts/earlier-run.ts';
import { statOf } from '../reporters/artifacts/list.ts';
import { compareStartTimes, parseStartTime } from './run-directory.ts';

const RESULTS = 'allure-results';
const SUFFIX = '-result.json';
/** A result has about 10 kB. */
const RESULT_LIMIT_BYTES = 2 ** 20;

/**
 * Copies the result of a run to the history of its network, as `<start time>-result.json`; of several networks, the result of each one
 * as `<start time>.1-result.json` and so on. A failure is a warning.
 */
export async function saveToHistory(directory: string): Promise<void> {
  const history = path.join(path.dirname(directory), HISTORY);
  try {
    const results = await resultsIn(path.join(directory, RESULTS));
    if (results.length === 0) return;
    for (const result of results) {
      const { size = 0 } = (await statOf(result)) ?? {};
      if (size > RESULT_LIMIT_BYTES) throw new Error(`${result} has ${size} bytes`);
    }
    if ((await statOf(history)) === undefined) await mkdir(history, { recursive: true });
    if (!(await statOf(history))?.isDirectory()) throw new Error(`${history} is not a directory`);
    for (const [index, result] of results.entries()) {
      const position = results.length === 1 ? '' : `.${index + 1}`;
      const name = `${path.basename(directory)}${position}${SUFFIX}`;
      await copyFile(result, path.join(history, name), constants.COPYFILE_EXCL);
    }
  } catch (error) {
    console.log(`warning: the result was not added to the history of the network: ${messageOf(error)}`);
  }
}

/** Returns the results of earlier runs, at most those of the newest 50: of the network's history, or of the directory's own. */
export async function earlierResults(directory: string): Promise<string[]> {
  const own = parseStartTime(path.basename(directory));
  if (own === undefined) return resultsIn(path.join(directory, HISTORY));
  const results = await resultsIn(path.join(path.dirname(directory), HISTORY));
  const dated = results.flatMap((file) => {
    const run = path.basename(file, SUFFIX).replace(/\.\d+$/, '');
    const start = parseStartTime(run);
    return start === undefined || compareStartTimes(start, own) >= 0 ? [] : [{ file, run, start }];
  });
  dated.sort((a, b) => compareStartTimes(a.start, b.start));
  const newest = new Set([...new Set(dated.map(({ run }) => run))].slice(-HISTORY_LIMIT));
  return dated.filter(({ run }) => newest.has(run)).map(({ file }) => file);
}

/** Returns the results in a directory, which may be missing, sorted by name. Links are not followed. */
export async function resultsIn(directory: string): Promise<string[]> {
  if (!(await statOf(directory))?.isDirectory()) return [];
  const entries = await readdir(directory, { withFileTypes: true });
  const names = entries.filter((entry) => entry.isFile() && entry.name.endsWith(SUFFIX)).map(({ name }) => name);
  return names.sort().map((name) => path.join(directory, name));
}
