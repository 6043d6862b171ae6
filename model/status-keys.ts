// SPDX-License-Identifier: Apache-2.0
/** The output keys of the ConfigMap; metrics.ts lists those of a route. All values are strings. */
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
  /** How the measurement compares with earlier runs. */
  trend: `${RESULT}trend`,
  /** With several networks: "namespace/name" of each, separated by commas, in the order of the input. */
  networks: `${RESULT}networks`,
  networksFailed: `${RESULT}networksFailed`,
  /** The older spelling, which is still accepted. */
  measurementDurationOld: 'status.results.measurementDurationSec',
} as const;

/** Keys that outlive a run: a claim does not clear them. */
export const HISTORY_KEYS = {
  /** The first round of the next mesh, from 1. */
  nextRound: 'history.nextRound',
  /** The earlier runs, the newest last: one line of JSON for each. */
  runs: 'history.runs',
} as const;

/**
 * Returns `status.result.<key>` for the first route, and with the scope of another one: `status.result.ipv6.<key>`.
 * @param key the `statusKey` of a metric
 */
export function resultKey(key: string, scope: readonly Scope[] = []): string {
  return RESULT + [...scope, key].join('.');
}

/** @param key the `statusKey` of a figure of a live migration, or a node */
export function migrationKey(key: string): string {
  return `${RESULT}migration.${key}`;
}

/** Returns the key of one of several networks: `status.result.network2.maxLatencyNanoSec`; undefined for a key in the older spelling. */
export function networkKey(key: string, position: number): string | undefined {
  return key.startsWith(RESULT) ? `${RESULT}network${position}.${key.slice(RESULT.length)}` : undefined;
}

const KNOWN: ReadonlySet<string> = new Set(Object.values(STATUS_KEYS));

/** Returns whether a key is a result of a run, of this version or another. These keys are removed when the next run begins. */
export function isResultKey(key: string): boolean {
  return KNOWN.has(key) || /^status\.results?\./.test(key);
}
