// SPDX-License-Identifier: Apache-2.0
/** Renders the figures as a table, for a terminal and as Markdown. */
import { textTable } from '../text-table.ts';
import { isWithinBound, type Figure } from './figure.ts';

const COLUMNS = ['section', 'figure', 'value', 'spread', 'bound', 'note'] as const;
/** Digits after the decimal point; default: none. */
const DIGITS: Readonly<Record<string, number>> = { s: 2, ms: 3, MiB: 0, kB: 1, '%': 1, 'of 1000': 1, '': 0 };

function renderValue(value: number, unit: string): string {
  return `${value.toFixed(DIGITS[unit] ?? 0)} ${unit}`.trim();
}

function renderBound(figure: Figure): string {
  const { bound, unit } = figure;
  if (bound === undefined) return '';
  const limit = 'atMost' in bound ? `≤ ${renderValue(bound.atMost, unit)}` : `= ${renderValue(bound.exactly, unit)}`;
  return isWithinBound(figure) ? limit : `${limit} FAILED`;
}

function cells(figure: Figure): string[] {
  const { section, name, value, unit, spread, note = '' } = figure;
  const range = spread === undefined ? '' : `${renderValue(spread.min, unit)} … ${renderValue(spread.max, unit)}`;
  const runs = spread === undefined ? '' : ` (${spread.runs})`;
  return [section, name, renderValue(value, unit), range + runs, renderBound(figure), note];
}

/** Renders the figures for a terminal. */
export function renderTable(figures: readonly Figure[]): string {
  return textTable([COLUMNS, ...figures.map(cells)]);
}

export function renderMarkdown(figures: readonly Figure[]): string {
  const line = (row: readonly string[]): string => `| ${row.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(COLUMNS), line(COLUMNS.map(() => '---')), ...figures.map((figure) => line(cells(figure)))].join('\n');
}
