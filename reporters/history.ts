// SPDX-License-Identifier: Apache-2.0
/** The line of this run in `history.runs`, and what the views show of it together with the earlier ones. */
import { appendRun, type HistoryNetwork, type HistoryRun } from '../model/history/history-run.ts';
import { historyPoints, type HistoryPoint } from '../model/history/points.ts';
import { renderNetwork } from '../model/parameters.ts';
import { HISTORY_KEYS } from '../model/status-keys.ts';
import { renderTimestamp } from '../model/units.ts';
import type { NetworkResult, RunResult } from './run-result.ts';

/** The most bytes of `history.runs`. */
export const HISTORY_BYTES = 256 * 1024;
/** The most bytes of all values of a ConfigMap: the API server's limit of 1 MiB. */
const CONFIGMAP_BYTES = 2 ** 20;
/** For the run in which no ConfigMap was claimed. */
const NO_RUN = '0'.repeat(16);

/** Returns how many runs are retained; 0 also if the input is wrong: nothing was attempted. */
function retainedRuns({ networks }: RunResult): number {
  return networks[0].record.parameters?.historyRuns ?? 0;
}

function historyRun({ networks }: RunResult, runId: string, completed: Date): HistoryRun | undefined {
  const known = networks.flatMap(historyNetwork);
  return known.length === 0 ? undefined : { run: runId, time: renderTimestamp(completed), networks: known };
}

type Judged = Pick<NetworkResult, 'record' | 'verdict' | 'code'>;

function historyNetwork({ record, verdict, code }: Judged): HistoryNetwork[] {
  const { parameters, figures, trend } = record;
  if (parameters === undefined) return [];
  return [
    {
      network: renderNetwork(parameters),
      succeeded: verdict.succeeded,
      ...(code !== undefined && { code }),
      ...(trend !== undefined && { trend: trend.state }),
      ...(figures !== undefined && { figures }),
    },
  ];
}

interface WrittenHistory {
  readonly key: Readonly<Record<string, string>>;
  /** If earlier runs did not fit. */
  readonly warning?: string;
}

/**
 * Returns the key with the line of this run added; without a key, `history.runs` stays as it is.
 * @param data of the ConfigMap at this moment.
 * @param status the other keys that are about to be written: all keys together must not exceed the size of a ConfigMap.
 */
export function renderHistoryRuns(
  result: RunResult,
  { runId, completed }: { readonly runId: string; readonly completed: Date },
  data: Readonly<Record<string, string>>,
  status: Readonly<Record<string, string>>,
): WrittenHistory {
  const runs = retainedRuns(result);
  const added = historyRun(result, runId, completed);
  if (runs === 0 || added === undefined) return { key: {} };
  const others = Object.entries({ ...data, ...status }).filter(([key]) => key !== HISTORY_KEYS.runs);
  const used = others.reduce((sum, [, value]) => sum + Buffer.byteLength(value), 0);
  const bytes = Math.min(HISTORY_BYTES, Math.max(0, CONFIGMAP_BYTES - used));
  const before = data[HISTORY_KEYS.runs] ?? '';
  const text = appendRun(before, added, { runs, bytes });
  const [fitting, all] = [text, appendRun(before, added, { runs, bytes: Infinity })].map(countLines);
  if (fitting === all) return { key: { [HISTORY_KEYS.runs]: text } };
  const size = bytes === HISTORY_BYTES ? `its limit is ${HISTORY_BYTES / 1024} KiB` : 'the ConfigMap is full';
  const warning = `"${HISTORY_KEYS.runs}" contains ${fitting} of ${all} runs: ${size}`;
  // Earlier runs are more useful than an empty key.
  return fitting === 0
    ? { key: {}, warning: `${warning}; it stays as it was` }
    : { key: { [HISTORY_KEYS.runs]: text }, warning };
}

function countLines(text: string): number {
  return text.split('\n').length - 1;
}

/** Returns the runs on a network, this one last; undefined without a history. */
export function pointsOf(network: Judged, completed: Date): HistoryPoint[] | undefined {
  const { history, parameters } = network.record;
  if (parameters === undefined || parameters.historyRuns === 0) return undefined;
  const own: HistoryRun = { run: NO_RUN, time: renderTimestamp(completed), networks: historyNetwork(network) };
  return historyPoints([...history, own].slice(-parameters.historyRuns), renderNetwork(parameters));
}
