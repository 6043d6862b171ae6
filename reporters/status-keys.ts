/** The output keys of the ConfigMap, spelled here and nowhere else. All values are strings. */
import { renderTimestamp } from '../model/units.ts';
import type { RunRecord } from './record.ts';
import type { Verdict } from './verdict.ts';

export const STATUS_KEYS = {
  completionTimestamp: 'status.completionTimestamp',
  succeeded: 'status.succeeded',
  failureReason: 'status.failureReason',
  minLatency: 'status.result.minLatencyNanoSec',
  avgLatency: 'status.result.avgLatencyNanoSec',
  maxLatency: 'status.result.maxLatencyNanoSec',
  measurementDuration: 'status.result.measurementDurationSec',
  /** The older spelling, still read. */
  measurementDurationOld: 'status.results.measurementDurationSec',
  sourceNode: 'status.result.sourceNode',
  targetNode: 'status.result.targetNode',
} as const;

export function renderStatus(record: RunRecord, verdict: Verdict, now: Date): Record<string, string> {
  const { measurement, sourceNode, targetNode } = record;
  const status: Record<string, string> = {
    [STATUS_KEYS.completionTimestamp]: renderTimestamp(now),
    [STATUS_KEYS.succeeded]: String(verdict.succeeded),
    [STATUS_KEYS.failureReason]: verdict.failureReason,
  };
  if (sourceNode !== undefined) status[STATUS_KEYS.sourceNode] = sourceNode;
  if (targetNode !== undefined) status[STATUS_KEYS.targetNode] = targetNode;
  if (measurement !== undefined) {
    const seconds = String(Math.round(measurement.durationMs / 1000));
    status[STATUS_KEYS.measurementDuration] = seconds;
    status[STATUS_KEYS.measurementDurationOld] = seconds;
  }
  if (measurement?.latency !== undefined) {
    status[STATUS_KEYS.minLatency] = String(Math.round(measurement.latency.minNs));
    status[STATUS_KEYS.avgLatency] = String(Math.round(measurement.latency.avgNs));
    status[STATUS_KEYS.maxLatency] = String(Math.round(measurement.latency.maxNs));
  }
  return status;
}
