// SPDX-License-Identifier: Apache-2.0
/** Chooses the run of a report, and describes it and the others. */
import path from 'node:path';
import { statOf } from '../../reporters/artifacts/list.ts';
import { CHECKUP, REPORT } from '../started-by.ts';
import { findRuns, ownRun, summarizeRun, type FoundRun } from './find-runs.ts';

/** Limit of the other runs that are listed. */
const LISTED = 10;

export interface Runs {
  chosen: FoundRun;
  /** The newest first; empty if the user named the run. */
  others: readonly FoundRun[];
  /** The directory in which the runs were found. */
  below: string;
}

/**
 * Returns the run that the user has named by its directory, or the newest one in that directory.
 * @param standard the directory without a name
 * @throws Error if there is none
 */
export async function chooseRun(named: string | undefined, standard: string): Promise<Runs> {
  const below = path.resolve(named ?? standard);
  const own = named === undefined ? undefined : await ownRun(below);
  const [chosen, ...others] = own === undefined ? await findRuns(below) : [own];
  if (chosen !== undefined) return { chosen, others, below };
  if (named !== undefined && (await statOf(below)) === undefined) throw new Error(`${below} does not exist`);
  throw new Error(
    `no results of a checkup in ${below}. Name the directory of a run: ${REPORT} DIRECTORY; or run a checkup: ${CHECKUP} --network NAMESPACE/NAME`,
  );
}

/** Returns the lines that say which run was chosen, and which others there are. */
export async function describeRuns({ chosen, others, below }: Runs): Promise<string[]> {
  const { network = 'unknown', verdict } = await summarizeRun(chosen);
  const which = others.length === 0 ? 'Run' : 'Newest run';
  const lines = [
    `${which}: network ${network}, started ${chosen.start.timestamp}, ${verdict}`,
    `  ${shownPath(chosen.directory)}`,
  ];
  if (others.length === 0) return lines;
  lines.push(
    `${others.length} other ${others.length === 1 ? 'run' : 'runs'} in ${shownPath(below)}, the newest first:`,
  );
  for (const run of others.slice(0, LISTED)) {
    lines.push(`  ${(await summarizeRun(run)).verdict.padEnd(9)}  ${shownPath(run.directory)}`);
  }
  if (others.length > LISTED) lines.push(`  and ${others.length - LISTED} more`);
  lines.push(`The report of another run: ${REPORT} DIRECTORY`);
  return lines;
}

/** Returns the path for a command line in the current directory. */
function shownPath(file: string): string {
  const relative = path.relative('', file);
  return relative.startsWith('..') || relative === '' ? file : relative;
}
