/** What is known of a run as the values of its status keys: strings, all of them. */
import { pathMtuBytes } from '../../model/path-mtu.ts';
import { scopeOf } from '../../model/routes.ts';
import { lossPercent } from '../../model/sample.ts';
import { resultKey, STATUS_KEYS, type RouteMetric } from '../../model/status-keys.ts';
import { renderTimestamp } from '../../model/units.ts';
import { mainMeasurement, type RouteRecord, type RunRecord } from '../record.ts';
import type { Verdict } from '../verdict.ts';

type Values = Partial<Record<RouteMetric, number | string | undefined>>;

function routeValues({ route, firstReplyNs, pathMtu, measurement }: RouteRecord): Values {
  const latency = measurement?.latency;
  return {
    minLatencyNanoSec: latency?.minNs,
    avgLatencyNanoSec: latency?.avgNs,
    maxLatencyNanoSec: latency?.maxNs,
    stdDevLatencyNanoSec: latency?.stdDevNs,
    p50LatencyNanoSec: latency?.p50Ns,
    p90LatencyNanoSec: latency?.p90Ns,
    p99LatencyNanoSec: latency?.p99Ns,
    p999LatencyNanoSec: latency?.p999Ns,
    jitterNanoSec: latency?.jitterNs,
    coldStartLatencyNanoSec: firstReplyNs,
    ...(measurement && {
      packetsTransmitted: measurement.transmitted,
      packetsReceived: measurement.received,
      packetsDuplicated: measurement.duplicates,
      packetErrors: measurement.errors + measurement.corrupted,
      packetLossPercent: lossPercent(measurement),
      longestGapNanoSec: measurement.longestGapNs,
      measurementDurationSec: measurement.durationMs / 1000,
    }),
    ...(pathMtu && {
      interfaceMtuBytes: pathMtu.interfaceMtuBytes,
      largestUnfragmentedPayloadBytes: pathMtu.largestPayloadBytes,
      pathMtuBytes: pathMtuBytes(route.family, pathMtu),
    }),
  };
}

/** What was found out, as far as it is known. */
export function renderFindings(record: RunRecord): Record<string, string> {
  const { sourceNode, targetNode, routes, ipFamilies } = record;
  const findings: Record<string, string> = {};
  if (sourceNode !== undefined) findings[STATUS_KEYS.sourceNode] = sourceNode;
  if (targetNode !== undefined) findings[STATUS_KEYS.targetNode] = targetNode;
  for (const known of routes) {
    const scope = scopeOf(known.route, ipFamilies);
    for (const [metric, value] of Object.entries(routeValues(known)) as [RouteMetric, number | string | undefined][]) {
      if (value === undefined) continue;
      findings[resultKey(metric, scope)] = String(typeof value === 'number' ? Math.round(value) : value);
    }
  }
  const measurement = mainMeasurement(record);
  if (measurement !== undefined) {
    findings[STATUS_KEYS.measurementDurationOld] = String(Math.round(measurement.durationMs / 1000));
  }
  return findings;
}

export function renderStatus(record: RunRecord, verdict: Verdict, now: Date): Record<string, string> {
  return {
    [STATUS_KEYS.completionTimestamp]: renderTimestamp(now),
    [STATUS_KEYS.succeeded]: String(verdict.succeeded),
    [STATUS_KEYS.failureReason]: verdict.failureReason,
    ...renderFindings(record),
  };
}
