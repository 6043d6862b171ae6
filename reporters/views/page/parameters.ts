// SPDX-License-Identifier: Apache-2.0
/** The parameters of the run: those that differ from their default first. */
import {
  camelCaseKey,
  defaultValue,
  effectiveRows,
  renderNetwork,
  resolveValue,
  topologyOf,
  type ParameterRow,
} from '../../../model/parameters.ts';
import type { ResultDocument } from '../../../model/result-document.ts';
import { renderMilliseconds } from '../../../model/units.ts';
import { renderFold, renderTable, type Cell } from './fold.ts';
import { html, type Content } from './html.ts';

/** Returns "" if the input was wrong. */
export function renderParameters({ parameters }: ResultDocument): Content {
  if (parameters === undefined) return '';
  const values: Readonly<Record<string, unknown>> = parameters;
  const topology = topologyOf(parameters);
  const rows = effectiveRows(topology).map(({ name, member, row }) => {
    const [value, usual] = [shown(row, values[member]), shown(row, resolveValue(row, defaultValue(row, topology)))];
    return { key: camelCaseKey(name), value, usual, changed: value !== usual };
  });
  const changed = rows.filter((row) => row.changed);
  const ordered = [...changed, ...rows.filter((row) => !row.changed)];
  const cells = ordered.map((row): Cell[] => [
    { content: html`<code>${row.key}</code>` },
    { content: row.changed ? html`<b>${row.value}</b>` : row.value },
    { content: row.usual },
  ]);
  const required: Cell[][] = [
    [{ content: 'network' }, { content: html`<b>${renderNetwork(parameters)}</b>` }, { content: 'required' }],
    [
      { content: html`<code>spec.timeout</code>` },
      { content: renderMilliseconds(parameters.timeoutMs) },
      { content: 'required' },
    ],
  ];
  const columns = [{ title: 'Parameter' }, { title: 'Value' }, { title: 'Default' }];
  const note = changed.length === 0 ? 'all defaults' : `${changed.length} changed`;
  return renderFold('Parameters', note, renderTable('Parameters', columns, [...required, ...cells]));
}

function shown({ type, absent = 'not set' }: ParameterRow, value: unknown): string {
  const text = value === undefined ? '' : type.render(value);
  return text === '' ? absent : text;
}
