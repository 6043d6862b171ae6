// SPDX-License-Identifier: Apache-2.0
/** SYNTHETIC histories for the report page: the medians are computed, not measured. */
import type { ErrorCode } from '../../../../model/errors.ts';
import { comparableRuns, describeChanges, figuresOn } from '../../../../model/history/comparable.ts';
import type { HistoryFigures, HistoryRun } from '../../../../model/history/history-run.ts';
import { historyPoints } from '../../../../model/history/points.ts';
import { judgeTrend, withNewBaseline, type Trend } from '../../../../model/history/trend.ts';
import type { NetworkResult, ResultDocument } from '../../../../model/result-document.ts';
import { renderTimestamp } from '../../../../model/units.ts';
import { input, latency, MEASUREMENT } from '../run-events.ts';
import { COMPLETED, failure, pageDocument, PAGES, PLACED } from './page-documents.ts';

/** One run. */
export interface Series {
  /** Its median latency; undefined if the measurement was not completed. */
  readonly ms?: number;
  /** Of 50 packets. */
  readonly lost?: number;
  /** Packet size. */
  readonly bytes?: number;
  /** Of a failed run. */
  readonly code?: ErrorCode;
}

const HOUR_MS = 3_600_000;
const NETWORK = 'ns/blue';

const USUAL_MS = 1.01;

/** Runs that differ by up to 6 %, always the same ones. */
export function usualRuns(count: number, ms = USUAL_MS): Series[] {
  return Array.from({ length: count }, (_, index) => ({ ms: ms * (1 + 0.06 * Math.sin(index * index)) }));
}

function figuresOf({ ms, lost = 0, bytes = 56 }: Series): HistoryFigures | undefined {
  if (ms === undefined) return undefined;
  const [p50Ns, p90Ns] = [Math.round(ms * 1e6), Math.round(ms * 1.3e6)];
  const counts = { sent: 50, lost, bytes, intervalMs: 100, durationMs: 5000 };
  const others = { worst: 'node-1 node-2', nodes: 'aaaaaabbbbbb', families: 'ipv4' };
  return { p50Ns, p90Ns, judgedNs: p90Ns, ...counts, ...others, image: '01234567', tool: '89abcdef' };
}

function trendOf(earlier: readonly HistoryFigures[], figures: HistoryFigures): Trend {
  const comparable = comparableRuns(earlier, figures);
  const trend = judgeTrend([...comparable, figures], { minChangePercent: 20 });
  const before = earlier.at(-1);
  return comparable.length > 0 || before === undefined
    ? trend
    : withNewBaseline(trend, describeChanges(before, figures));
}

/** Returns what a run on a network says of its history. @param series one run each hour, this run last */
function historyOf(series: readonly Series[]): Pick<ResultDocument, 'trend' | 'history'> {
  const runs: HistoryRun[] = [];
  let trend: Trend | undefined;
  for (const [index, one] of series.entries()) {
    const figures = figuresOf(one);
    trend = figures && trendOf(figuresOn(runs, NETWORK), figures);
    const time = renderTimestamp(new Date(COMPLETED.getTime() - (series.length - 1 - index) * HOUR_MS));
    const { code } = one;
    const result = { ...(code && { code }), ...(trend && { trend: trend.state }), ...(figures && { figures }) };
    runs.push({ run: '0123456789abcdef', time, networks: [{ network: NETWORK, succeeded: !code, ...result }] });
  }
  return { history: historyPoints(runs, NETWORK), ...(trend && { trend }) };
}

export function withHistory<T extends ResultDocument | NetworkResult>(result: T, series: readonly Series[]): T {
  return { ...result, ...historyOf(series) };
}

/** Returns the document of a run with this median. @param regressed the text of its failure */
function measured(ms: number, regressed?: string): ResultDocument {
  const of = (factor: number): number => Math.round(ms * factor * 1e6);
  const percentiles = { p50Ns: of(1), p90Ns: of(1.3), p95Ns: of(1.4), p99Ns: of(1.8), p999Ns: of(2) };
  const times = { minNs: of(0.8), avgNs: of(1.05), maxNs: of(2.1), stdDevNs: of(0.2), ...percentiles };
  const events = [input('ipv4'), ...PLACED, latency('ipv4', 'sourceToTarget', { ...MEASUREMENT, latency: times })];
  if (regressed === undefined) return pageDocument(events);
  return pageDocument([...events, failure('latency', 'LatencyRegressed', regressed)], 'latency');
}

/** A new packet size, a spike, failed runs, and two slower runs at the end. */
const EVENTFUL = [
  ...usualRuns(9),
  { code: 'SetupFailed' as const },
  ...usualRuns(7),
  ...usualRuns(33, 1.2).map((run, index): Series => {
    if (index === 11) return { ms: 4.9, bytes: 1400 };
    if (index === 19) return { ...run, bytes: 1400, lost: 7, code: 'PacketLossExceeded' };
    return index === 15 || index === 16 ? { code: 'NoConnectivity' } : { ...run, bytes: 1400 };
  }),
  { ms: 1.7, bytes: 1400 },
  { ms: 1.69, bytes: 1400 },
].slice(-50);

const REGRESSED = [...usualRuns(10), { ms: 1.42 }, { ms: 1.43, code: 'LatencyRegressed' as const }];

export const HISTORY_PAGES: Readonly<Record<string, ResultDocument>> = {
  'slower, 50 runs': withHistory(measured(1.69), EVENTFUL),
  'slower, a failure': withHistory(measured(1.43, historyOf(REGRESSED).trend?.text ?? ''), REGRESSED),
  'unchanged, 12 runs': withHistory(measured(1.03), [...usualRuns(11), { ms: 1.03 }]),
  'not enough history, 3 runs': withHistory(measured(1.03), [...usualRuns(2), { ms: 1.03 }]),
  'first run': withHistory(measured(1.03), [{ ms: 1.03 }]),
  'failed, with earlier runs': withHistory(PAGES['diagnosed'] ?? measured(1), [
    ...usualRuns(14),
    { code: 'NoConnectivity' },
    { code: 'NoConnectivity' },
  ]),
  '500 runs': withHistory(
    measured(1.03),
    usualRuns(500).map((run, index): Series => (index % 60 === 59 ? { ...run, code: 'LatencyExceeded' } : run)),
  ),
};
