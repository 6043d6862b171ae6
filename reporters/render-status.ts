/** What is known of a run as the values of its status keys: strings, all of them. */
import { STATUS_KEYS } from '../model/status-keys.ts';
import { renderTimestamp } from '../model/units.ts';
import type { RunRecord } from './record.ts';
import type { Verdict } from './verdict.ts';

/** What was found out, as far as it is known. */
export function renderFindings(record: RunRecord): Record<string, string> {
  const { measurement, sourceNode, targetNode } = record;
  const findings: Record<string, string> = {};
  if (sourceNode !== undefined) findings[STATUS_KEYS.sourceNode] = sourceNode;
  if (targetNode !== undefined) findings[STATUS_KEYS.targetNode] = targetNode;
  if (measurement !== undefined) {
    const seconds = String(Math.round(measurement.durationMs / 1000));
    findings[STATUS_KEYS.measurementDuration] = seconds;
    findings[STATUS_KEYS.measurementDurationOld] = seconds;
  }
  if (measurement?.latency !== undefined) {
    findings[STATUS_KEYS.minLatency] = String(Math.round(measurement.latency.minNs));
    findings[STATUS_KEYS.avgLatency] = String(Math.round(measurement.latency.avgNs));
    findings[STATUS_KEYS.maxLatency] = String(Math.round(measurement.latency.maxNs));
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
