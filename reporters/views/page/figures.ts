// SPDX-License-Identifier: Apache-2.0
/** Every figure of every route, with its exact value and its definition. */
import { METRICS, type Unit } from '../../../model/metrics.ts';
import type { ResultDocument } from '../../../model/result-document.ts';
import { renderRoute } from '../../../model/routes.ts';
import { renderNanoseconds } from '../../../model/units.ts';
import { renderFold, renderTable, type Cell } from './fold.ts';
import type { Content } from './html.ts';
import { PAGE } from './scope.ts';
import type { RouteResult } from './thresholds.ts';

/** Returns "" if nothing was measured. */
export function renderFigures({ routes }: ResultDocument, scope = PAGE): Content {
  const rows = METRICS.flatMap(({ result, label, unit, description }) => {
    const values = routes.map((route) => (result === undefined ? undefined : valueAt(route, result)));
    if (label === undefined || values.every((value) => value === undefined)) return [];
    return [[{ content: label }, ...values.map((value) => cell(value, unit)), { content: description }]];
  });
  if (rows.length === 0) return '';
  const several = routes.length > 1;
  const columns = [
    { title: 'Figure' },
    ...routes.map((route) => ({ title: several ? renderRoute(route) : 'Value', number: true as const })),
    { title: 'Meaning' },
  ];
  const tools = [...new Set(routes.flatMap(({ measurement }) => measurement?.tool ?? []))];
  return renderFold('All figures', tools.join(', '), renderTable(`All figures${scope.of}`, columns, rows));
}

/** @param place the object of a route and its member */
function valueAt(route: RouteResult, [object, member]: readonly [object: string, member: string]): number | undefined {
  const { measurement, pathMtu } = route;
  const objects: Readonly<Record<string, unknown>> = {
    '': route,
    measurement,
    packets: measurement?.packets,
    latency: measurement?.latency,
    pathMtu,
  };
  const value = (objects[object] as Readonly<Record<string, unknown>> | undefined)?.[member];
  return typeof value === 'number' ? value : undefined;
}

function cell(value: number | undefined, unit: Unit): Cell {
  return value === undefined ? { content: '–' } : { content: renderValue(value, unit), order: value };
}

function renderValue(value: number, unit: Unit): string {
  switch (unit) {
    case 'ns':
      return renderNanoseconds(value).replace(/(?<=\d)(?=[^\d.])/, ' ');
    case 'ms':
      return `${value} ms`;
    case 'packets':
      return String(value);
    case 'percent':
      return `${value} %`;
    case 'bytes':
      return `${value} bytes`;
  }
}
