// SPDX-License-Identifier: Apache-2.0
/** Events of a run, written by hand. */
import type { Diagnosis } from '../../../model/diagnosis.ts';
import { cellOf } from '../../../model/cells.ts';
import type { CheckupEvent } from '../../../model/events.ts';
import type { IpFamily } from '../../../model/ip-family.ts';
import { defaultValue, resultRows, type ResolvedParameters } from '../../../model/parameters.ts';
import type { Migration } from '../../../model/migration.ts';
import type { Direction } from '../../../model/routes.ts';
import type { Measurement } from '../../../model/sample.ts';

export const MEASUREMENT: Measurement = {
  tool: 'ping from iputils 20221126',
  transmitted: 1200,
  received: 1199,
  duplicates: 2,
  errors: 3,
  corrupted: 4,
  longestGapNs: 200_123_456,
  durationMs: 119_930,
  intervalMs: 100,
  packetSizeBytes: 56,
  latency: {
    minNs: 1000,
    avgNs: 2000,
    maxNs: 3000,
    stdDevNs: 501,
    p50Ns: 1900,
    p90Ns: 2500,
    p95Ns: 2750,
    p99Ns: 2990,
    p999Ns: 2999,
    jitterNs: 77,
  },
};

export const DIAGNOSIS: Diagnosis = {
  id: 'no-uplink' as const,
  summary: 'the nodes are not connected',
  meaning: 'Frames do not leave the node.',
  evidence: ['replies on one node'],
  next: ['look at the uplink', 'apply:\nkind: Role'],
};

/** Defaults. */
export const PARAMETERS = {
  ...Object.fromEntries(
    resultRows().flatMap(({ member, required, row }) => (required ? [[member, defaultValue(row)]] : [])),
  ),
  network: { namespace: 'ns', name: 'blue' },
  timeoutMs: 300_000,
} as unknown as ResolvedParameters;

export function input(...ipFamilies: IpFamily[]): CheckupEvent {
  return { type: 'input', parameters: { ...PARAMETERS, ipFamilies } };
}

export function latency(family: IpFamily, direction: Direction, change: Partial<Measurement> = {}): CheckupEvent {
  return { type: 'latency', cell: cellOf({ family, direction }), measurement: { ...MEASUREMENT, ...change } };
}

/** With fractions, as they are measured. */
export const MIGRATION: Migration = {
  fromNode: 'node-2',
  toNode: 'node-3',
  tool: 'ping from iputils 20221126',
  intervalMs: 20,
  createdAtMs: 3010.4,
  succeededAtMs: 6530.6,
  switchedAtMs: 5890.25,
  phases: [
    { phase: 'Pending', atMs: 3020.3 },
    { phase: 'Scheduling', atMs: 3270 },
    { phase: 'Running', atMs: 5560 },
    { phase: 'Succeeded', atMs: 6530.6 },
  ],
  transmitted: 574,
  lost: 52,
  late: 14,
  longestGapNs: 2_440_123_456,
  beforeSwitchGapNs: 2_440_123_456,
  switchGapNs: 214_000_000,
};

export function migrated(change: Partial<Migration> = {}): CheckupEvent {
  return { type: 'live-migration', migration: { ...MIGRATION, ...change } };
}
