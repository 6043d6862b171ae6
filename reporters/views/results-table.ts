/** The results as rows for people: what the run met, what each route measured, what it was held against. */
import { pathMtuBytes } from '../../model/path-mtu.ts';
import { renderRoute } from '../../model/routes.ts';
import type { Latency } from '../../model/latency.ts';
import { lossPercent, type Measurement } from '../../model/sample.ts';
import { renderNanoseconds, renderRounded } from '../../model/units.ts';
import type { RouteRecord, RunRecord } from '../record.ts';

type Row = readonly [label: string, value: string];
const LABEL_WIDTH = 16;

function known(rows: readonly (readonly [label: string, value: string | undefined])[]): Row[] {
  return rows.flatMap(([label, value]) => (value === undefined ? [] : [[label, value] as const]));
}

function runRows({ parameters, network, sourceNode, targetNode, addresses }: RunRecord): Row[] {
  return known([
    ['network', parameters['network']],
    ['binding', network && `${network.binding}: ${network.reason}`],
    ['source node', sourceNode],
    ['target node', targetNode],
    ['source address', addresses.source.join(', ') || undefined],
    ['target address', addresses.target.join(', ') || undefined],
  ]);
}

function latencyRows(latency: Latency): Row[] {
  const { stdDevNs, p50Ns, p90Ns, p99Ns, p999Ns, jitterNs } = latency;
  return known([
    ['latency min', renderNanoseconds(latency.minNs)],
    ['latency avg', renderNanoseconds(latency.avgNs)],
    ['latency max', renderNanoseconds(latency.maxNs)],
    ['latency p50', renderRounded(p50Ns)],
    ['latency p90', renderRounded(p90Ns)],
    ['latency p99', renderRounded(p99Ns)],
    ['latency p99.9', p999Ns === undefined ? undefined : renderRounded(p999Ns)],
    ['latency std dev', renderRounded(stdDevNs)],
    ['jitter', jitterNs === undefined ? undefined : renderRounded(jitterNs)],
  ]);
}

/** Duplicates and the like are mentioned where there are any. */
function packetCounts({ transmitted, received, duplicates, errors, corrupted }: Measurement): Row[] {
  const extra = Object.entries({ duplicates, errors, corrupted }).filter(([, count]) => count > 0);
  return [
    ['transmitted', String(transmitted)],
    ['received', String(received)],
    ...extra.map(([what, count]): Row => [what, String(count)]),
  ];
}

function measurementRows(measurement: Measurement): Row[] {
  const { latency, longestGapNs, durationMs, intervalMs, packetSizeBytes, tool } = measurement;
  return [
    [
      'packets',
      packetCounts(measurement)
        .map(([what, count]) => `${count} ${what}`)
        .join(', '),
    ],
    ['packet loss', `${lossPercent(measurement)}%`],
    ...(latency === undefined ? [] : latencyRows(latency)),
    ['longest gap', renderRounded(longestGapNs)],
    ['measured', `${(durationMs / 1000).toFixed(1)}s, every ${intervalMs}ms, ${packetSizeBytes} bytes, ${tool}`],
  ];
}

function routeRows({ route, firstReplyNs, pathMtu, measurement }: RouteRecord): Row[] {
  const rows: Row[] = measurement === undefined ? [] : measurementRows(measurement);
  if (firstReplyNs !== undefined) rows.push(['cold start', `${renderRounded(firstReplyNs)} to the first reply`]);
  if (pathMtu !== undefined) {
    const { interfaceMtuBytes, largestPayloadBytes } = pathMtu;
    const parts = `largest payload ${largestPayloadBytes} bytes, the interface's MTU is ${interfaceMtuBytes}`;
    rows.push(['path MTU', `${pathMtuBytes(route.family, pathMtu)} bytes: ${parts}`]);
  }
  return rows;
}

/** The same, in cells that are narrow enough to stand beside others. */
function routeCells({ route, firstReplyNs, pathMtu, measurement }: RouteRecord): Row[] {
  const cells: Row[] = [];
  if (measurement !== undefined) {
    cells.push(...packetCounts(measurement), ['packet loss', `${lossPercent(measurement)}%`]);
    if (measurement.latency !== undefined) cells.push(...latencyRows(measurement.latency));
    cells.push(
      ['longest gap', renderRounded(measurement.longestGapNs)],
      ['measured', `${(measurement.durationMs / 1000).toFixed(1)}s`],
      ['interval', `${measurement.intervalMs}ms`],
      ['packet size', `${measurement.packetSizeBytes} bytes`],
    );
  }
  const mtu = pathMtu && `${pathMtuBytes(route.family, pathMtu)} bytes`;
  return [
    ...cells,
    ...known([
      ['cold start', firstReplyNs === undefined ? undefined : renderRounded(firstReplyNs)],
      ['path MTU', mtu],
      ['interface MTU', pathMtu && `${pathMtu.interfaceMtuBytes} bytes`],
      ['largest payload', pathMtu && `${pathMtu.largestPayloadBytes} bytes`],
    ]),
  ];
}

function limitRows({ parameters, routes }: RunRecord): Row[] {
  if (!routes.some(({ measurement }) => measurement !== undefined)) return [];
  return known([
    [`limit on ${parameters['latencyStatistic'] ?? 'max'}`, parameters['maxDesiredLatency'] ?? 'no limit'],
    ['limit on loss', parameters['maxPacketLoss']],
  ]);
}

/** Every figure; of several routes side by side, in the order in which they are named. */
export function factRows(record: RunRecord): Row[] {
  const { routes } = record;
  const cells = routes.map((route) => new Map(routeCells(route)));
  const beside = (values: readonly (string | undefined)[]): string => values.map((value) => value ?? '-').join(' | ');
  return [
    ...runRows(record),
    ...(routes.length > 1 ? [['routes', beside(routes.map(({ route }) => renderRoute(route)))] as const] : []),
    ...labelsOf(cells).map((label): Row => [label, beside(cells.map((own) => own.get(label)))]),
    ...limitRows(record),
  ];
}

/** In the order of the first route that has them. */
function labelsOf(cells: readonly ReadonlyMap<string, string>[]): string[] {
  return [...new Set(cells.flatMap((own) => [...own.keys()]))];
}

/** Several routes are the columns of a table. */
export function renderResults(record: RunRecord): string {
  const [route, ...others] = record.routes;
  const render = (rows: readonly Row[]): string[] =>
    rows.map(([label, value]) => `  ${label.padEnd(LABEL_WIDTH)} ${value}`);
  const middle = route === undefined ? [] : others.length === 0 ? render(routeRows(route)) : tableLines(record.routes);
  const lines = [...render(runRows(record)), ...middle, ...render(limitRows(record))];
  return lines.length === 0 ? '' : ['Results', ...lines].join('\n');
}

function tableLines(routes: readonly RouteRecord[]): string[] {
  const columns = routes.map((route) => {
    const cells = new Map(routeCells(route));
    const head = renderRoute(route.route).split(', ');
    return { head, cells, width: Math.max(...[...head, ...cells.values()].map(({ length }) => length)) };
  });
  const labels = labelsOf(columns.map(({ cells }) => cells));
  const line = (label: string, values: readonly string[]): string => {
    const cells = columns.map(({ width }, index) => (values[index] ?? '').padEnd(width));
    return `  ${label.padEnd(LABEL_WIDTH)} ${cells.join('  ')}`.trimEnd();
  };
  const tools = [...new Set(routes.flatMap(({ measurement }) => measurement?.tool ?? []))];
  return [
    '',
    ...[0, 1].map((part) =>
      line(
        '',
        columns.map(({ head }) => head[part] ?? ''),
      ),
    ),
    ...labels.map((label) =>
      line(
        label,
        columns.map(({ cells }) => cells.get(label) ?? '-'),
      ),
    ),
    '',
    ...tools.map((tool) => `  ${'measured with'.padEnd(LABEL_WIDTH)} ${tool}`),
  ];
}
