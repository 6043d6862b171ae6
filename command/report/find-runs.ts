// SPDX-License-Identifier: Apache-2.0
/** Finds the runs in an artifacts directory. */
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { record, strings, type Json } from '../../fixtures/cluster/objects.ts';
import { oneLine } from '../../model/text.ts';
import { statOf } from '../../reporters/artifacts/list.ts';
import { compareStartTimes, parseStartTime, type StartTime } from '../run-directory.ts';

export interface FoundRun {
  directory: string;
  start: StartTime;
}

/** The parts of result.json that identify a run. It may come from a pod, or be of another version. */
export interface RunSummary {
  /** "<namespace>/<name>", or a list of them; undefined if the input was wrong. */
  network: string | undefined;
  verdict: 'succeeded' | 'failed' | 'interrupted' | 'no result';
}

/**
 * Returns the runs in `directory`, the newest first: its own, and those of `npm run checkup` below it. `directory` may have the
 * clusters, the networks of a cluster, or the runs of a network.
 */
export async function findRuns(directory: string): Promise<FoundRun[]> {
  const own = await ownRun(directory);
  const runs = [...(own === undefined ? [] : [own]), ...(await runsBelow(directory, 0))];
  return runs.sort((a, b) => compareStartTimes(b.start, a.start));
}

/** Returns the run whose files are in `directory` itself. */
export async function ownRun(directory: string): Promise<FoundRun | undefined> {
  const stats = await Promise.all(['result.json', 'allure-results'].map((name) => statOf(path.join(directory, name))));
  const [found] = stats.filter((stat) => stat !== undefined);
  if (found === undefined) return undefined;
  const start = parseStartTime(path.basename(directory));
  if (start !== undefined) return { directory, start };
  const { startTimestamp, completionTimestamp } = strings(await readResult(directory));
  const timestamps = [startTimestamp, completionTimestamp, found.mtime.toISOString()];
  const timestamp = timestamps.find((text) => !Number.isNaN(Date.parse(text ?? ''))) ?? '';
  return { directory, start: { timestamp, count: 1 } };
}

export async function summarizeRun({ directory }: FoundRun): Promise<RunSummary> {
  const result = await readResult(directory);
  const { network, networks } = record(result['parameters']);
  const names = (Array.isArray(networks) ? networks : [network]).flatMap((one: unknown) => {
    const { namespace, name } = strings(one);
    return namespace === undefined || name === undefined ? [] : [`${namespace}/${name}`];
  });
  return { network: names.length === 0 ? undefined : oneLine(names.join(', '), 320), verdict: verdictOf(result) };
}

function verdictOf({ succeeded, interruptedBy }: Json): RunSummary['verdict'] {
  if (succeeded === true) return 'succeeded';
  if (succeeded !== false) return 'no result';
  return interruptedBy === undefined ? 'failed' : 'interrupted';
}

/** Reads result.json; empty if it is missing or damaged. */
async function readResult(directory: string): Promise<Json> {
  try {
    return record(JSON.parse(await readFile(path.join(directory, 'result.json'), 'utf8')));
  } catch {
    return {};
  }
}

/** Looks at three levels: clusters, networks (`<namespace>.<network>`) and start times. Links are not followed. */
async function runsBelow(directory: string, level: number): Promise<FoundRun[]> {
  const entries = await readdir(directory, { withFileTypes: true }).catch(() => []);
  const names = entries.filter((entry) => entry.isDirectory() && !entry.name.startsWith('.')).map(({ name }) => name);
  const runs: FoundRun[] = [];
  for (const name of names) {
    const below = path.join(directory, name);
    if (parseStartTime(name) !== undefined) {
      const run = await ownRun(below);
      if (run !== undefined) runs.push(run);
    } else if (level === 0 || (level === 1 && name.includes('.'))) runs.push(...(await runsBelow(below, level + 1)));
  }
  return runs;
}
