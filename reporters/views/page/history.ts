// SPDX-License-Identifier: Apache-2.0
/** The runs over time: how this run compares with the earlier ones on its network, and what they measured. */
import type { HistoryPoint } from '../../../model/history/points.ts';
import { isRegressed } from '../../../model/history/require-usual.ts';
import { BASELINE_RUNS, LEAST_EARLIER_RUNS } from '../../../model/history/trend.ts';
import type { ResultDocument } from '../../../model/result-document.ts';
import { renderTable, type Cell } from './fold.ts';
import { renderHistoryChart, renderHistoryLegend, valuesOf, type Runs } from './history-chart.ts';
import { html, type Content, type Html } from './html.ts';
import { asSentence, renderMinute, renderTime } from './quantity.ts';
import { labelledBy, PAGE } from './scope.ts';

/** Runs in the table. */
const MOST_ROWS = 20;

/** Whether the section explains the failure, and thus precedes what to do about it. */
export function isHistoryTheReason({ failures }: ResultDocument): boolean {
  return failures.some(({ code }) => code === 'LatencyRegressed');
}

/** Returns what the verdict of a network that passed does not say; "" if it is as usual. */
export function renderRegression({ succeeded, trend }: Pick<ResultDocument, 'succeeded' | 'trend'>): Content {
  return (
    succeeded && trend !== undefined && isRegressed(trend) && html` <b>${asSentence(`${trend.state} than usual`)}</b>`
  );
}

/** Returns "" if there are neither earlier runs nor a trend. @param scope of one network among several */
export function renderHistory(document: ResultDocument, scope = PAGE): Content {
  const { history: points = [], trend } = document;
  if (points.length < 2 && trend === undefined) return '';
  const isChanged = trend !== undefined && isRegressed(trend);
  return html`<section aria-labelledby="${labelledBy(scope, 'history')}">
    <h2 id="${scope.id}history">Runs over time</h2>
    <div class="card ${isChanged && 'warning'}">
      ${points.length < 2 ? renderFirst(document) : renderRuns(document, points, scope)}
    </div>
  </section>`;
}

function renderFirst({ parameters }: ResultDocument): Html {
  const runs = parameters?.historyRuns ?? 0;
  if (runs < LEAST_EARLIER_RUNS) {
    return html`<p>
      Not compared: a comparison needs ${LEAST_EARLIER_RUNS} earlier runs, and historyRuns is ${runs}.
    </p>`;
  }
  return html`<p>This is the first retained run on this network. Later runs are compared with it.</p>`;
}

function renderRuns(document: ResultDocument, points: readonly HistoryPoint[], scope = PAGE): Html {
  const { trend } = document;
  const runs: Runs = { points, usual: trend?.baseline && { baseline: trend.baseline, runs: trend.baselineRuns } };
  const chart = valuesOf(points).length > 0 && [
    html`<p class="note">${captionOf(document)}, the newest on the right</p>`,
    renderHistoryChart(runs, `${scope.id}run-`, `${describe(points)}${scope.of}`),
    renderHistoryLegend(runs),
  ];
  return html`<p class="summary">${headlineOf(document, points)}</p>
    ${chart} ${noteOf(document).map((text) => html`<p class="note">${text}</p>`)} ${renderRows(points, scope.of)}`;
}

function captionOf({ parameters, routes }: ResultDocument): string {
  if (parameters?.topology === 'mesh') return 'Median latency over the pairs of each run';
  return routes.length > 1 ? 'Median latency of the slowest route of each run' : 'Median latency of each run';
}

/** Returns the result of the comparison in words, or when the network passed for the last time. */
function headlineOf(document: ResultDocument, points: readonly HistoryPoint[]): string {
  const { trend, parameters, succeeded } = document;
  if (trend === undefined) {
    if (!succeeded) return lastPassed(points);
    return parameters?.trend === 'off'
      ? 'Not compared with earlier runs: trend is off.'
      : 'Not compared with earlier runs.';
  }
  const { state, baseline, text } = trend;
  const since = state === 'slower' ? renderMinute(slowSince(document, points)) : undefined;
  // The sentence below the verdict has the figures.
  if (isHistoryTheReason(document))
    return since
      ? `Slower since ${since} UTC.`
      : state === 'more loss'
        ? 'More packets are lost than usual.'
        : 'The gaps of live migrations are longer than usual.';
  if (state !== 'unchanged' || baseline === undefined) {
    return asSentence(text) + (since === undefined ? '' : ` The change began at ${since} UTC.`);
  }
  const p50Ns = points.at(-1)?.p50Ns ?? baseline.medianNs;
  const difference = p50Ns > baseline.upperNs ? 'slower' : p50Ns < baseline.lowerNs ? 'faster' : undefined;
  if (difference === undefined) return 'Unchanged: this network is as fast as usual.';
  return `Unchanged: only this run is ${difference} than usual. A change needs two runs in a row.`;
}

/** Returns what is compared with what. */
function noteOf({ trend, succeeded }: ResultDocument): string[] {
  if (trend !== undefined) return [comparison(trend.baseline === undefined, trend.baselineRuns)];
  return succeeded ? [] : ['This run is not compared with the earlier ones: it has no complete measurement.'];
}

function comparison(isTooShort: boolean, runs: number): string {
  const least = BASELINE_RUNS.min;
  if (isTooShort) {
    return `The last two runs are compared with at least ${least} earlier runs under the same conditions. There ${runs === 1 ? 'is' : 'are'} ${runs}.`;
  }
  return `Compared: median latency and loss of the last two runs with the ${runs} runs before them under the same conditions. A change is reported only if both runs differ.`;
}

/** Returns the time of the first run of those at the end that are above the usual range. */
function slowSince({ trend, completionTimestamp }: ResultDocument, points: readonly HistoryPoint[]): string {
  const upperNs = trend?.baseline?.upperNs ?? 0;
  const measured = points.filter(({ p50Ns }) => p50Ns !== undefined);
  const usual = measured.findLastIndex(({ p50Ns = 0 }) => p50Ns <= upperNs);
  const baseline = measured.findLastIndex(({ isNewBaseline }) => isNewBaseline);
  return measured[Math.max(usual + 1, baseline)]?.time ?? completionTimestamp;
}

function lastPassed(points: readonly HistoryPoint[]): string {
  const last = points.findLast(({ succeeded }) => succeeded);
  if (last === undefined) return `None of the last ${points.length} runs passed.`;
  const median = last.p50Ns === undefined ? '' : `, with a median of ${renderTime(last.p50Ns)}`;
  return `The last run that passed was at ${renderMinute(last.time)} UTC${median}.`;
}

function describe(points: readonly HistoryPoint[]): string {
  const values = valuesOf(points);
  const failed = points.filter(({ succeeded }) => !succeeded).length;
  const range = `median latency from ${renderTime(Math.min(...values))} to ${renderTime(Math.max(...values))}`;
  return `Chart of the last ${points.length} runs: ${range}, ${failed} failed. The table below has the newest ones`;
}

function renderRows(points: readonly HistoryPoint[], of: string): Html {
  const newest = points.slice(-MOST_ROWS).reverse();
  const title =
    points.length > MOST_ROWS ? `The newest ${MOST_ROWS} of ${points.length} runs` : `All ${points.length} runs`;
  const hasGap = points.some(({ gapNs }) => gapNs !== undefined);
  const columns = [
    { title: 'Time, UTC' },
    { title: 'Verdict' },
    ...['p50', 'p90', 'Loss', ...(hasGap ? ['Migration gap'] : [])].map((name) => ({
      title: name,
      number: true as const,
    })),
    { title: 'Compared with earlier runs' },
  ];
  return html`<details class="reason">
    <summary>${title}</summary>
    ${renderTable(
      `${title}${of}`,
      columns,
      newest.map((point) => cellsOf(point, hasGap)),
    )}
  </details>`;
}

function cellsOf(point: HistoryPoint, hasGap: boolean): Cell[] {
  const { time, succeeded, code, p50Ns, p90Ns, lossPercent, gapNs, trend, isNewBaseline } = point;
  const verdict = succeeded ? 'passed' : code === undefined ? 'failed' : `failed: ${code}`;
  const texts = [...(isNewBaseline ? ['new baseline'] : []), ...(trend === undefined ? [] : [trend])];
  return [
    { content: renderMinute(time) },
    { content: verdict },
    ...[p50Ns, p90Ns].map(timeCell),
    { content: lossPercent === undefined ? '–' : `${lossPercent}%`, order: lossPercent ?? -1 },
    ...(hasGap ? [timeCell(gapNs)] : []),
    { content: texts.join(', ') },
  ];
}

function timeCell(ns: number | undefined): Cell {
  return ns === undefined ? { content: '–', order: -1 } : { content: renderTime(ns), order: ns };
}
