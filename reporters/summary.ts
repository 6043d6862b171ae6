/** The results as one readable block for stdout, and the last line. */
import { pathMtuBytes } from '../model/path-mtu.ts';
import { renderRoute } from '../model/routes.ts';
import { lossPercent, type Latency, type Measurement } from '../model/sample.ts';
import { renderNanoseconds } from '../model/units.ts';
import { mainMeasurement, type RouteRecord, type RunRecord } from './record.ts';
import type { Verdict } from './verdict.ts';

type Row = readonly [label: string, value: string];

/** To the microsecond, which is what ping resolves. */
function rounded(ns: number): string {
  return renderNanoseconds(Math.round(ns / 1000) * 1000);
}

function runRows({ parameters, network, sourceNode, targetNode, addresses }: RunRecord): Row[] {
  const rows: (readonly [label: string, value: string | undefined])[] = [
    ['network', parameters['network']],
    ['binding', network && `${network.binding}: ${network.reason}`],
    ['source node', sourceNode],
    ['target node', targetNode],
    ['source address', addresses.source.join(', ') || undefined],
    ['target address', addresses.target.join(', ') || undefined],
  ];
  return rows.flatMap(([label, value]) => (value === undefined ? [] : [[label, value] as const]));
}

function latencyRows(latency: Latency): Row[] {
  const { stdDevNs, p50Ns, p90Ns, p99Ns, p999Ns, jitterNs } = latency;
  return [
    ['latency min', renderNanoseconds(latency.minNs)],
    ['latency avg', renderNanoseconds(latency.avgNs)],
    ['latency max', renderNanoseconds(latency.maxNs)],
    ['latency p50', rounded(p50Ns)],
    ['latency p90', rounded(p90Ns)],
    ['latency p99', rounded(p99Ns)],
    ...(p999Ns === undefined ? [] : [['latency p99.9', rounded(p999Ns)] as const]),
    ['latency std dev', rounded(stdDevNs)],
    ...(jitterNs === undefined ? [] : [['jitter', rounded(jitterNs)] as const]),
  ];
}

function measurementRows(measurement: Measurement): Row[] {
  const { transmitted, received, duplicates, errors, corrupted, latency, longestGapNs } = measurement;
  const extra = Object.entries({ duplicates, errors, corrupted }).filter(([, count]) => count > 0);
  const counts = [`${transmitted} transmitted`, `${received} received`, ...extra.map(([what, n]) => `${n} ${what}`)];
  const { durationMs, intervalMs, packetSizeBytes, tool } = measurement;
  return [
    ['packets', counts.join(', ')],
    ['packet loss', `${lossPercent(measurement)}%`],
    ...(latency === undefined ? [] : latencyRows(latency)),
    ['longest gap', rounded(longestGapNs)],
    ['measured', `${(durationMs / 1000).toFixed(1)}s, every ${intervalMs}ms, ${packetSizeBytes} bytes, ${tool}`],
  ];
}

function routeRows({ route, firstReplyNs, pathMtu, measurement }: RouteRecord): Row[] {
  const rows: Row[] = measurement === undefined ? [] : measurementRows(measurement);
  if (firstReplyNs !== undefined) rows.push(['cold start', `${rounded(firstReplyNs)} to the first reply`]);
  if (pathMtu !== undefined) {
    const { interfaceMtuBytes, largestPayloadBytes } = pathMtu;
    const parts = `largest payload ${largestPayloadBytes} bytes, the interface's MTU is ${interfaceMtuBytes}`;
    rows.push(['path MTU', `${pathMtuBytes(route.family, pathMtu)} bytes: ${parts}`]);
  }
  return rows;
}

function limitRows({ parameters, routes }: RunRecord): Row[] {
  if (!routes.some(({ measurement }) => measurement !== undefined)) return [];
  const loss = parameters['maxPacketLoss'];
  return [
    [`limit on ${parameters['latencyStatistic'] ?? 'max'}`, parameters['maxDesiredLatency'] ?? 'no limit'],
    ...(loss === undefined ? [] : [['limit on loss', loss] as const]),
  ];
}

export function renderResults(record: RunRecord): string {
  const render = (rows: readonly Row[]): string[] => rows.map(([label, value]) => `  ${label.padEnd(16)} ${value}`);
  const several = record.routes.length > 1;
  const routes = record.routes.flatMap((known) => [
    ...(several ? [`  ${renderRoute(known.route)}`] : []),
    ...render(routeRows(known)),
  ]);
  const lines = [...render(runRows(record)), ...routes, ...render(limitRows(record))];
  return lines.length === 0 ? '' : ['Results', ...lines].join('\n');
}

export function renderLastLine(record: RunRecord, verdict: Verdict): string {
  const latency = mainMeasurement(record)?.latency;
  if (!verdict.succeeded || latency === undefined)
    return `Kubevirt VM latency checkup failed: ${verdict.failureReason}`;
  const { minNs, avgNs, maxNs } = latency;
  return `Kubevirt VM latency checkup succeeded: min ${renderNanoseconds(minNs)} avg ${renderNanoseconds(avgNs)} max ${renderNanoseconds(maxNs)}`;
}
