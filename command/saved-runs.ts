// SPDX-License-Identifier: Apache-2.0
/**
 * The history of a network, next to the directories of its runs. Each run of the command has a new ConfigMap, which begins with the saved
 * history.
 */
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { record, strings, type Json } from '../fixtures/cluster/objects.ts';
import { messageOf } from '../model/errors.ts';
import { appendRun, parseHistory, renderHistory, type History } from '../model/history/history-run.ts';
import { HISTORY_KEYS, STATUS_KEYS } from '../model/status-keys.ts';
import { oneLine } from '../model/text.ts';
import { ForeignEntry, putFile, readOwn, statOf } from '../reporters/artifacts/list.ts';
import { HISTORY_BYTES } from '../reporters/history.ts';

const DIRECTORY = 'history';
const RUNS_FILE = 'runs.jsonl';
const ROUND_FILE = 'next-round';
const ROUND_BYTES = 16;
/** Above the size that is written. */
const READ_BYTES = 4 * HISTORY_BYTES;

/** Returns the directory of the saved history. @param parent of the runs of a network */
function historyDirectory(parent: string): string {
  return path.join(parent, DIRECTORY);
}

/** Returns the path of the saved runs. @param parent of the runs of a network */
export function savedRunsFile(parent: string): string {
  return path.join(historyDirectory(parent), RUNS_FILE);
}

/** Reads the saved runs. @param parent of the runs of a network. @throws Error if the file is not one that this command wrote */
export async function readSavedRuns(parent: string): Promise<History> {
  return parseHistory((await readSaved(savedRunsFile(parent), READ_BYTES)) ?? '');
}

/**
 * Returns the history for the ConfigMap of the next run. A failure is a warning: the run begins without it. Damaged lines are not handed
 * on, with a warning.
 * @param parent of the runs of a network
 * @param historyRuns the parameter: with 0 there is no history
 */
export async function savedHistory(parent: string, historyRuns: number): Promise<Record<string, string>> {
  if (historyRuns === 0) return {};
  try {
    const { runs, damaged } = await readSavedRuns(parent);
    if (damaged > 0) console.log(`warning: ${describeDamage(damaged, savedRunsFile(parent), 'dropped')}`);
    const nextRound = await readSaved(path.join(historyDirectory(parent), ROUND_FILE), ROUND_BYTES);
    return {
      ...(runs.length > 0 && {
        [HISTORY_KEYS.runs]: renderHistory(runs, { runs: historyRuns, bytes: HISTORY_BYTES }),
      }),
      ...(nextRound !== undefined && { [HISTORY_KEYS.nextRound]: nextRound.trim() }),
    };
  } catch (error) {
    console.log(`warning: the run begins without the history of the network: ${oneLine(messageOf(error))}`);
    return {};
  }
}

/**
 * Adds the line that a run has written to its ConfigMap to the saved ones: lines that other commands have saved since its beginning
 * remain. If two commands save in the same instant, only one of their lines is certain to remain. A failure is a warning.
 * @param parent of the runs of a network
 * @param configMap undefined if it could not be read
 * @param historyRuns the parameter: with 0 nothing is saved
 */
export async function saveHistory(parent: string, configMap: Json | undefined, historyRuns: number): Promise<void> {
  if (historyRuns === 0) return;
  const data = strings(record(configMap?.['data']));
  const { runs } = parseHistory(data[HISTORY_KEYS.runs] ?? '');
  const added = runs.find(({ run }) => run === data[STATUS_KEYS.runId]);
  const nextRound = data[HISTORY_KEYS.nextRound];
  if (added === undefined && nextRound === undefined) return;
  const directory = historyDirectory(parent);
  try {
    if ((await statOf(directory)) === undefined) await mkdir(directory, { recursive: true });
    if (!(await statOf(directory))?.isDirectory()) throw new Error(`${directory} is not a directory`);
    if (added !== undefined) {
      const text = (await readSaved(savedRunsFile(parent), READ_BYTES)) ?? '';
      await putFile(directory, RUNS_FILE, appendRun(text, added, { runs: historyRuns, bytes: HISTORY_BYTES }));
    }
    if (nextRound !== undefined && nextRound.length < ROUND_BYTES) {
      await readSaved(path.join(directory, ROUND_FILE), ROUND_BYTES);
      await putFile(directory, ROUND_FILE, `${nextRound}\n`);
    }
  } catch (error) {
    console.log(`warning: the history of the network was not saved: ${oneLine(messageOf(error))}`);
  }
}

/** Returns a sentence about lines that are not runs. @param where they are. @param outcome what happens to them */
export function describeDamage(damaged: number, where: string, outcome: 'dropped' | 'not shown'): string {
  const lines = damaged === 1 ? 'line is not a run and is' : 'lines are not runs and are';
  return `${where}: ${damaged} ${lines} ${outcome}`;
}

/** Returns undefined if the file is missing. Links are not followed. */
async function readSaved(file: string, limitBytes: number): Promise<string | undefined> {
  try {
    if (!(await statOf(path.dirname(file)))?.isDirectory()) return undefined;
    return await readOwn(file, limitBytes);
  } catch (error) {
    if (!(error instanceof ForeignEntry)) throw error;
    throw new Error(`${file} is not a regular file of at most ${limitBytes} bytes`, { cause: error });
  }
}
