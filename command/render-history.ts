// SPDX-License-Identifier: Apache-2.0
/** Renders the earlier runs on a network for a terminal: a line of bars, and a table with a row for each run. */
import type { HistoryRun } from '../model/history/history-run.ts';
import { historyPoints, type HistoryPoint } from '../model/history/points.ts';
import { oneLine, wrapped } from '../model/text.ts';
import { renderNanoseconds, roundToDigits } from '../model/units.ts';

/** From the smallest to the largest value. */
const BARS = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
const BARS_LABEL = 'p50 ';
const BETWEEN = '  ';
/** Nodes may have names of 253 characters. */
const TEXT_LIMIT = 520;

interface Column {
  readonly title: string;
  readonly of: (point: HistoryPoint) => string;
  readonly isNumber?: true;
}

const COLUMNS = {
  time: { title: 'time (UTC)', of: ({ time }) => renderTime(time) },
  result: { title: 'result', of: ({ succeeded }) => (succeeded ? 'passed' : 'failed') },
  p50: { title: 'p50', of: ({ p50Ns }) => renderLatency(p50Ns), isNumber: true },
  p90: { title: 'p90', of: ({ p90Ns }) => renderLatency(p90Ns), isNumber: true },
  judged: { title: 'judged', of: ({ judgedNs }) => renderLatency(judgedNs), isNumber: true },
  loss: {
    title: 'loss',
    of: ({ lossPercent }) => (lossPercent === undefined ? '-' : `${roundToDigits(lossPercent, 2)}%`),
    isNumber: true,
  },
  gap: { title: 'migration gap', of: ({ gapNs }) => renderLatency(gapNs), isNumber: true },
  worst: { title: 'worst pair', of: ({ worst }) => oneLine(worst ?? '', TEXT_LIMIT).replace(' ', ' → ') },
} satisfies Record<string, Column>;
type ColumnName = keyof typeof COLUMNS;

/** The columns for terminals of decreasing width. */
const LAYOUTS: readonly (readonly ColumnName[])[] = [
  ['time', 'result', 'p50', 'p90', 'judged', 'loss'],
  ['time', 'result', 'p50', 'loss'],
  ['time', 'result', 'p50'],
];
const WITH_WORST: readonly ColumnName[] = ['time', 'result', 'p50', 'p90', 'judged', 'loss', 'worst'];
const WITH_GAP: readonly ColumnName[] = ['time', 'result', 'p50', 'p90', 'judged', 'loss', 'gap'];
const NOTE = 'note';

const JUDGED = 'judged: the value compared with maxDesiredLatencyMilliseconds';

/**
 * Renders the runs on each network, and where they are from.
 * @param selected "namespace/name" of the networks; empty: all of the runs
 * @param where the runs are, for messages
 */
export function renderRuns(
  runs: readonly HistoryRun[],
  { selected, where, width }: { selected: readonly string[]; where: string; width: number },
): string[] {
  const found = [...new Set(runs.flatMap(({ networks }) => networks.map(({ network }) => network)))];
  const networks = selected.length === 0 ? found : selected;
  const tables = networks.flatMap((network) => [
    ...renderHistoryTable(network, historyPoints(runs, network), width),
    '',
  ]);
  const isFound = (network: string): boolean => found.includes(network);
  const footnote = networks.some(isFound) ? wrapped(JUDGED, width) : [];
  const names = found.map((network) => oneLine(network, TEXT_LIMIT)).join(', ');
  return [...tables, ...footnote, networks.every(isFound) ? `from ${where}` : `networks in ${where}: ${names}`];
}

/**
 * Renders the runs on one network.
 * @param network "namespace/name"
 * @param points the oldest first
 * @param width characters in a line of the terminal
 */
export function renderHistoryTable(network: string, points: readonly HistoryPoint[], width: number): string[] {
  const name = oneLine(network, TEXT_LIMIT);
  if (points.length === 0) return [`${name}: no runs`];
  const heading = `${name}: ${points.length} ${points.length === 1 ? 'run' : 'runs'}`;
  return [heading, ...barLines(points, width), '', ...tableLines(points, width)];
}

/** Returns the medians as bars, without the oldest ones that do not fit; a space for a run without figures. */
function barLines(points: readonly HistoryPoint[], width: number): string[] {
  const shown = points.slice(-Math.max(1, width - BARS_LABEL.length));
  const values = shown.flatMap(({ p50Ns }) => p50Ns ?? []);
  if (values.length === 0) return [];
  const [min, max] = [Math.min(...values), Math.max(...values)];
  const bar = ({ p50Ns }: HistoryPoint): string => (p50Ns === undefined ? ' ' : (BARS[levelOf(p50Ns, min, max)] ?? ''));
  const bars = `${BARS_LABEL}${shown.map(bar).join('')}`.trimEnd();
  return [bars, `${' '.repeat(BARS_LABEL.length)}${renderLatency(min)} to ${renderLatency(max)}`];
}

function levelOf(value: number, min: number, max: number): number {
  return max === min ? 0 : Math.round(((BARS.length - 1) * (value - min)) / (max - min));
}

function tableLines(points: readonly HistoryPoint[], width: number): string[] {
  const notes = points.map(renderNote);
  const withGap = points.some(({ gapNs }) => gapNs !== undefined) ? [WITH_WORST.toSpliced(-1, 0, 'gap'), WITH_GAP] : [];
  for (const names of [...withGap, WITH_WORST]) {
    const complete = withNotes(rows(names, points), notes, Infinity);
    if (widestOf(complete) <= width) return complete;
  }
  const tables = LAYOUTS.map((names) => rows(names, points));
  return withNotes(tables.find((lines) => widestOf(lines) <= width) ?? tables.at(-1) ?? [], notes, width);
}

function widestOf(lines: readonly string[]): number {
  return Math.max(...lines.map(({ length }) => length));
}

/** Returns the header and the rows of these columns, all of the same length. */
function rows(names: readonly ColumnName[], points: readonly HistoryPoint[]): string[] {
  const columns = names.map((name): Column => COLUMNS[name]);
  const cells = [columns.map(({ title }) => title), ...points.map((point) => columns.map(({ of }) => of(point)))];
  const widths = columns.map((_column, index) => Math.max(...cells.map((row) => row[index]?.length ?? 0)));
  return cells.map((row) => {
    const padded = row.map((cell, index) => {
      return columns[index]?.isNumber ? cell.padStart(widths[index] ?? 0) : cell.padEnd(widths[index] ?? 0);
    });
    return padded.join(BETWEEN);
  });
}

/** Adds the notes as the last column. A note that does not fit is below its row. */
function withNotes([header = '', ...lines]: readonly string[], notes: readonly string[], width: number): string[] {
  const add = (line: string, note: string): string[] => {
    const whole = `${line}${BETWEEN}${note}`;
    return whole.length <= width ? [whole.trimEnd()] : [line.trimEnd(), ...(note === '' ? [] : [`${BETWEEN}${note}`])];
  };
  const title = header.length + BETWEEN.length + NOTE.length <= width ? NOTE : '';
  return [...add(header, title), ...lines.flatMap((line, index) => add(line, notes[index] ?? ''))];
}

/** Returns the code of a failure, and how the run compares with the earlier ones. */
function renderNote({ code, trend, isNewBaseline }: HistoryPoint): string {
  return [code, isNewBaseline ? 'new baseline' : trend].filter((text) => text !== undefined).join(', ');
}

/** Returns "2026-11-27 07:06", in UTC. */
function renderTime(time: string): string {
  const date = new Date(time);
  return Number.isNaN(date.getTime()) ? oneLine(time, 16) : date.toISOString().slice(0, 16).replace('T', ' ');
}

function renderLatency(ns: number | undefined): string {
  return ns === undefined ? '-' : renderNanoseconds(roundToDigits(ns, 3));
}
