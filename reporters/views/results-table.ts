// SPDX-License-Identifier: Apache-2.0
/** Renders the results as rows for readers: the cluster, the measurements of each route, and the thresholds. */
import type { LatencyStatistic } from '../../model/latency.ts';
import { renderMap, renderWorstPairs } from '../../model/mesh/map.ts';
import type { NodeReason } from '../../model/mesh/mesh-result.ts';
import type { MeshPair } from '../../model/mesh/pair.ts';
import { METRICS, type Metric, type RouteRecord, type Unit } from '../../model/metrics.ts';
import { MIGRATION_FIGURES, type MigrationFigure } from '../../model/migration.ts';
import { renderNetwork } from '../../model/parameters.ts';
import { DIRECTIONS, renderRoute } from '../../model/routes.ts';
import { renderNanoseconds, renderRounded } from '../../model/units.ts';
import { meshView, type MeshView } from '../mesh-view.ts';
import { guestOf, type RunRecord } from '../record.ts';

type Row = readonly [label: string, value: string];
const LABEL_WIDTH = 16;
/** Width of a terminal. */
const COLUMNS = 80;

function known(rows: readonly (readonly [label: string, value: string | undefined])[]): Row[] {
  return rows.flatMap(([label, value]) => (value === undefined ? [] : [[label, value] as const]));
}

/** Returns the network and the nodes, and the addresses. */
export function runRows(record: RunRecord): Row[] {
  const { parameters, network } = record;
  const [source, target] = [guestOf(record, 'source'), guestOf(record, 'target')];
  const common = known([
    ['network', parameters && renderNetwork(parameters)],
    ['binding', network && `${network.binding}: ${network.reason}`],
  ]);
  if (record.mesh !== undefined) return common;
  return known([
    ...common,
    ['source node', source.node],
    ['target node', target.node],
    ['source address', source.addresses.join(', ') || undefined],
    ['target address', target.addresses.join(', ') || undefined],
  ]);
}

function renderValue(unit: Unit, value: number): string {
  switch (unit) {
    case 'ns':
      return renderRounded(value);
    case 'ms':
      return `${(value / 1000).toFixed(1)}s`;
    case 'packets':
      return String(value);
    case 'percent':
      return `${value}%`;
    case 'bytes':
      return `${value} bytes`;
  }
}

/** Returns the rows of these groups, group by group. */
function metricRows(record: RouteRecord, ...groups: readonly Metric['group'][]): Row[] {
  return groups.flatMap((group) =>
    METRICS.flatMap((metric): Row[] => {
      const value = metric.of(record);
      if (metric.group !== group || metric.label === undefined || value === undefined) return [];
      return value === 0 && metric.hiddenWhenZero ? [] : [[metric.label, renderValue(metric.unit, value)]];
    }),
  );
}

/** Returns the rows of a run with one route: counts on one line, and details. */
function routeRows(record: RouteRecord): Row[] {
  const { measurement, pathMtu } = record;
  const details: Readonly<Record<string, string | undefined>> = {
    measured:
      measurement && `, every ${measurement.intervalMs}ms, ${measurement.packetSizeBytes} bytes, ${measurement.tool}`,
    'cold start': ' to the first reply',
    'path MTU':
      pathMtu &&
      `: largest payload ${pathMtu.largestPayloadBytes} bytes, the interface's MTU is ${pathMtu.interfaceMtuBytes}`,
  };
  const counts = metricRows(record, 'packets').map(([label, count]) => `${count} ${label}`);
  const others = metricRows(record, 'loss', 'latency', 'variation', 'sample', 'cold start', 'path MTU');
  return [
    ...(counts.length === 0 ? [] : [['packets', counts.join(', ')] as const]),
    ...others.map(([label, value]): Row => [label, value + (details[label] ?? '')]),
  ];
}

/** Returns the rows of one of several routes: values that are short enough for a column. */
function routeCells(
  record: RouteRecord,
  groups: readonly Metric['group'][] = ['packets', 'loss', 'latency', 'variation', 'sample'],
): Row[] {
  const { measurement } = record;
  const settings: Row[] = measurement
    ? [
        ['interval', `${measurement.intervalMs}ms`],
        ['packet size', `${measurement.packetSizeBytes} bytes`],
      ]
    : [];
  return [...metricRows(record, ...groups), ...settings, ...metricRows(record, 'cold start', 'path MTU', 'MTU probe')];
}

/** Returns the nodes, times and packets of a live migration. */
function migrationRows({ migration }: RunRecord): Row[] {
  if (migration === undefined) return [];
  const figures = (unit: Unit, render: (label: string, value: string) => string): string[] =>
    MIGRATION_FIGURES.filter((figure: MigrationFigure) => figure.unit === unit).flatMap(({ label, of }) => {
      const value = of(migration);
      return value === undefined ? [] : [render(label, renderValue(unit, value))];
    });
  const { fromNode, toNode, intervalMs } = migration;
  return [
    ['live migration', [`${fromNode} → ${toNode}`, ...figures('ms', (label, value) => `${label} ${value}`)].join(', ')],
    ['migration gaps', figures('ns', (label, value) => `${label} ${value}`).join(', ')],
    [
      'migration sample',
      [...figures('packets', (label, value) => `${value} ${label}`), `every ${intervalMs}ms`].join(', '),
    ],
  ];
}

function limitRows({ parameters, routes, migration }: RunRecord): Row[] {
  if (!routes.some(({ measurement }) => measurement !== undefined)) return [];
  if (parameters === undefined) return [['limit on max', 'no limit']];
  const { latencyStatistic, maxLatencyNs, maxPacketLossPercent, maxMigrationGapNs } = parameters;
  const maxGapNs = migration && maxMigrationGapNs;
  return known([
    [`limit on ${latencyStatistic}`, maxLatencyNs === undefined ? 'no limit' : renderNanoseconds(maxLatencyNs)],
    ['limit on loss', maxPacketLossPercent === undefined ? undefined : `${maxPacketLossPercent}%`],
    ['limit on gap', maxGapNs === undefined ? undefined : renderNanoseconds(maxGapNs)],
  ]);
}

/** Returns how the run compares with earlier ones. */
function trendRows({ trend }: RunRecord): Row[] {
  if (trend === undefined) return [];
  const { text, baseline, baselineRuns } = trend;
  const usual =
    baseline &&
    `${renderRounded(baseline.medianNs)} (${baselineRuns} runs); slower if two runs in a row are above ${renderRounded(baseline.upperNs)}`;
  return known([
    ['trend', text],
    ['usual p50', usual],
  ]);
}

/** Nodes of a mesh whose matrix is printed. */
const MOST_IN_MATRIX = 16;

/** Returns the figures of a mesh. */
function meshRows({ result }: MeshView): Row[] {
  const { nodes, zones, leftOut, notMeasured, statistic } = result;
  const zoneCount = new Set(Object.values(zones)).size;
  const reasons = (some: readonly NodeReason[]): string | undefined =>
    some.length === 0 ? undefined : some.map(({ node, reason }) => `${node} (${reason})`).join(', ');
  const counts = [
    `${result.pairsMeasured} of ${result.pairsPlanned} measured`,
    ...(result.pairsFailed > 0 ? [`${result.pairsFailed} failed`] : []),
    ...(result.pairsContended > 0 ? [`${result.pairsContended} contended`] : []),
  ];
  const { medianLatencyNs, p95PairLatencyNs } = result;
  const figure = (ns: number | undefined): string | undefined => (ns === undefined ? undefined : renderRounded(ns));
  return known([
    ['nodes', `${nodes.length}${zoneCount > 0 ? ` in ${zoneCount} zones` : ''}`],
    ['left out', reasons(leftOut)],
    ['not measured', reasons(notMeasured)],
    ['rounds', `${result.roundsMeasured} of ${result.roundsPlanned}`],
    ['pairs', counts.join(', ')],
    ['packets', `${result.packetsTransmitted} transmitted, ${result.packetsReceived} received`],
    ['median of pairs', figure(medianLatencyNs)],
    [
      `${statistic} of 95% of pairs`,
      p95PairLatencyNs === undefined ? undefined : `≤ ${renderRounded(p95PairLatencyNs)}`,
    ],
    ...result.suspects.map(({ summary }) => ['suspect', summary] as const),
  ]);
}

/** Returns the worst pairs and, of a small mesh, the matrix. */
function meshLines({ result, pairs }: MeshView): string[] {
  const { nodes, statistic } = result;
  const worst = renderWorstPairs(pairs, statistic).map((line) => `    ${line}`);
  return [
    ...(worst.length === 0 ? [] : ['  worst pairs', ...worst]),
    ...(nodes.length <= MOST_IN_MATRIX && worst.length > 0 ? matrixLines(nodes, pairs, statistic) : []),
  ];
}

function matrixLines(nodes: readonly string[], pairs: readonly MeshPair[], statistic: LatencyStatistic): string[] {
  const width = Math.max(...nodes.map(({ length }) => length));
  const rows = renderMap(nodes, pairs, statistic).map((row, index) => {
    return `    ${(nodes[index] ?? '').padEnd(width)}  ${row.replaceAll(/./g, '$& ').trimEnd()}`;
  });
  return [`  matrix of ${statistic}: 0 is 10µs, each step +39%, z is 1s; x failed, - not measured`, ...rows];
}

/** Returns the figures, loss and latency first; those of several routes are side by side in the order of the routes. */
export function figureRows(record: RunRecord): Row[] {
  const { routes } = record;
  const mesh = meshView(record);
  if (mesh !== undefined) return [...meshRows(mesh), ...limitRows(record), ...trendRows(record)];
  const cells = routes.map(
    (route) => new Map(routeCells(route, ['loss', 'latency', 'variation', 'packets', 'sample'])),
  );
  const beside = (values: readonly (string | undefined)[]): string => values.map((value) => value ?? '-').join(' | ');
  return [
    ...(routes.length > 1 ? [['routes', beside(routes.map(({ route }) => renderRoute(route)))] as const] : []),
    ...labelsOf(cells).map((label): Row => [label, beside(cells.map((own) => own.get(label)))]),
    ...migrationRows(record),
    ...limitRows(record),
    ...trendRows(record),
  ];
}

/** Returns the labels in the order of the first route that has them. */
function labelsOf(cells: readonly ReadonlyMap<string, string>[]): string[] {
  return [...new Set(cells.flatMap((own) => [...own.keys()]))];
}

/** Renders the results. Several routes are the columns of a table, or of a table for each direction if it would be too wide. */
export function renderResults(record: RunRecord): string {
  const [route, ...others] = record.routes;
  const render = (rows: readonly Row[]): string[] => {
    const width = Math.max(LABEL_WIDTH, ...rows.map(([label]) => label.length));
    return rows.map(([label, value]) => `  ${label.padEnd(width)} ${value}`);
  };
  const mesh = meshView(record);
  if (mesh !== undefined) {
    const rows = [...runRows(record), ...meshRows(mesh), ...limitRows(record), ...trendRows(record)];
    return ['Results', ...render(rows), ...meshLines(mesh)].join('\n');
  }
  const middle = route === undefined ? [] : others.length === 0 ? render(routeRows(route)) : tableLines(record.routes);
  const last = [...migrationRows(record), ...limitRows(record), ...trendRows(record)];
  const lines = [...render(runRows(record)), ...middle, ...render(last)];
  return lines.length === 0 ? '' : ['Results', ...lines].join('\n');
}

function tableLines(routes: readonly RouteRecord[]): string[] {
  const tools = [...new Set(routes.flatMap(({ measurement }) => measurement?.tool ?? []))];
  const together = table(routes);
  const isWide = together.some(({ length }) => length > COLUMNS);
  const tables = isWide
    ? DIRECTIONS.map((one) => table(routes.filter(({ route }) => route.direction === one)))
    : [together];
  return [
    ...tables.flatMap((lines) => (lines.length === 0 ? [] : ['', ...lines])),
    '',
    ...tools.map((tool) => `  ${'measured with'.padEnd(LABEL_WIDTH)} ${tool}`),
  ];
}

function table(routes: readonly RouteRecord[]): string[] {
  if (routes.length === 0) return [];
  const columns = routes.map((route) => {
    const cells = new Map(routeCells(route));
    const head = renderRoute(route.route).split(', ');
    return { head, cells, width: Math.max(...[...head, ...cells.values()].map(({ length }) => length)) };
  });
  const line = (label: string, values: readonly string[]): string => {
    const cells = columns.map(({ width }, index) => (values[index] ?? '').padEnd(width));
    return `  ${label.padEnd(LABEL_WIDTH)} ${cells.join('  ')}`.trimEnd();
  };
  const heads = [0, 1].map((part) => columns.map(({ head }) => head[part] ?? ''));
  const labels = labelsOf(columns.map(({ cells }) => cells));
  return [
    ...heads.map((head) => line('', head)),
    ...labels.map((label) =>
      line(
        label,
        columns.map(({ cells }) => cells.get(label) ?? '-'),
      ),
    ),
  ];
}
