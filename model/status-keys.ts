/** The output keys of the ConfigMap, spelled here and nowhere else. All values are strings. */
import type { Scope } from './routes.ts';

const RESULT = 'status.result.';

export const STATUS_KEYS = {
  /** Identifies the claim: two runs may have the same start. */
  runId: 'status.runId',
  startTimestamp: 'status.startTimestamp',
  completionTimestamp: 'status.completionTimestamp',
  succeeded: 'status.succeeded',
  failureReason: 'status.failureReason',
  sourceNode: `${RESULT}sourceNode`,
  targetNode: `${RESULT}targetNode`,
  /** The older spelling, still read. */
  measurementDurationOld: 'status.results.measurementDurationSec',
} as const;

/** What is reported of each route. */
export const ROUTE_METRICS = [
  'minLatencyNanoSec',
  'avgLatencyNanoSec',
  'maxLatencyNanoSec',
  'stdDevLatencyNanoSec',
  'p50LatencyNanoSec',
  'p90LatencyNanoSec',
  'p99LatencyNanoSec',
  'p999LatencyNanoSec',
  'jitterNanoSec',
  'packetsTransmitted',
  'packetsReceived',
  'packetsDuplicated',
  'packetErrors',
  'packetLossPercent',
  'longestGapNanoSec',
  'coldStartLatencyNanoSec',
  'measurementDurationSec',
  'interfaceMtuBytes',
  'largestUnfragmentedPayloadBytes',
  'pathMtuBytes',
] as const;

export type RouteMetric = (typeof ROUTE_METRICS)[number];

/** Of the first route `status.result.<metric>`; of another one with what sets it apart: `status.result.ipv6.<metric>`. */
export function resultKey(metric: RouteMetric, scope: readonly Scope[] = []): string {
  return RESULT + [...scope, metric].join('.');
}

const KNOWN: ReadonlySet<string> = new Set(Object.values(STATUS_KEYS));

/** Whether a key is a run's answer, of this version or another: those go when another run begins. */
export function isAnswer(key: string): boolean {
  return KNOWN.has(key) || /^status\.results?\./.test(key);
}
