/** Renders the findings of a run as the values of its status keys, which are all strings. */
import type { ClaimedConfigMap } from '../../model/events.ts';
import { METRICS, type Unit } from '../../model/metrics.ts';
import { scopeOf } from '../../model/routes.ts';
import { networkKey, resultKey, STATUS_KEYS } from '../../model/status-keys.ts';
import { renderNetwork } from '../../model/parameters.ts';
import { renderTimestamp } from '../../model/units.ts';
import { familiesOf, guestOf, mainMeasurement, type RunRecord } from '../record.ts';
import { worstNetwork, type RunResult } from '../run-result.ts';
import type { Verdict } from '../verdict.ts';

/** Returns whole nanoseconds, seconds, packets and bytes; a decimal for a percentage. */
function statusValue(unit: Unit, value: number): string {
  if (unit === 'percent') return String(value);
  return String(Math.round(unit === 'ms' ? value / 1000 : value));
}

/** Returns the known findings. */
export function renderFindings(record: RunRecord): Record<string, string> {
  const [{ node: sourceNode }, { node: targetNode }] = [guestOf(record, 'source'), guestOf(record, 'target')];
  const findings: Record<string, string> = {};
  if (sourceNode !== undefined) findings[STATUS_KEYS.sourceNode] = sourceNode;
  if (targetNode !== undefined) findings[STATUS_KEYS.targetNode] = targetNode;
  for (const known of record.routes) {
    const scope = scopeOf(known.route, familiesOf(record));
    for (const { statusKey, unit, of } of METRICS) {
      const value = of(known);
      if (statusKey === undefined || value === undefined) continue;
      findings[resultKey(statusKey, scope)] = statusValue(unit, value);
    }
  }
  const measurement = mainMeasurement(record);
  if (measurement !== undefined) {
    findings[STATUS_KEYS.measurementDurationOld] = String(Math.round(measurement.durationMs / 1000));
  }
  return findings;
}

/** Returns the keys of the claim. */
export function renderClaim({ startTimestamp, runId }: ClaimedConfigMap): Record<string, string> {
  return { [STATUS_KEYS.startTimestamp]: startTimestamp, [STATUS_KEYS.runId]: runId };
}

/** Returns the status keys of a run on one network. */
export function renderStatus(record: RunRecord, verdict: Verdict, now: Date): Record<string, string> {
  return {
    [STATUS_KEYS.completionTimestamp]: renderTimestamp(now),
    [STATUS_KEYS.succeeded]: String(verdict.succeeded),
    [STATUS_KEYS.failureReason]: verdict.failureReason,
    ...renderFindings(record),
  };
}

/**
 * Returns the status keys of a run. With several networks the keys without a network hold the worst pair of the worst network, which
 * readers of one network understand.
 */
export function renderRunStatus(result: RunResult, now: Date): Record<string, string> {
  const { networks, verdict } = result;
  if (networks.length === 1) return renderStatus(networks[0].record, verdict, now);
  const names = (some: RunResult['networks'][number][]): string =>
    some.map(({ record: { parameters } }) => (parameters === undefined ? '' : renderNetwork(parameters))).join();
  const own = networks.flatMap(({ record }, index) =>
    Object.entries(renderFindings(record)).flatMap(([key, value]) => {
      const known = networkKey(key, index + 1);
      return known === undefined ? [] : [[known, value] as const];
    }),
  );
  return {
    ...renderStatus(worstNetwork(result).record, verdict, now),
    [STATUS_KEYS.networks]: names([...networks]),
    [STATUS_KEYS.networksFailed]: names(networks.filter((network) => !network.verdict.succeeded)),
    ...Object.fromEntries(own),
  };
}
