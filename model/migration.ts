// SPDX-License-Identifier: Apache-2.0
/**
 * The sample around a live migration: the source VM, which stays, pings the target VM, which migrates. Each row of `MIGRATION_FIGURES` is
 * one figure; views and documentation derive from these rows.
 */
import * as v from 'valibot';
import type { Metric } from './metrics.ts';
import { AMOUNT, described, WHOLE, withNote, type Infer } from './schema.ts';

/** A reply is late if its round trip took longer than this many intervals. */
export const LATE_AFTER_INTERVALS = 10;

/** The interval of the sample, milliseconds, unless `sampleIntervalMilliseconds` is shorter. */
export const MIGRATION_INTERVAL_MS = 20;

const AFTER_FIRST_REQUEST = 'Milliseconds after the first request';

const PHASE = v.object({
  phase: described(v.string(), 'Phase of the VirtualMachineInstanceMigration, such as Scheduling.'),
  atMs: described(AMOUNT, `${AFTER_FIRST_REQUEST}, when it was first read.`),
});

/** Nodes and times of the migration, and the figures of its sample. */
export const MIGRATION = v.object({
  fromNode: v.string(),
  toNode: v.string(),
  /** As ping prints its version. */
  tool: v.string(),
  /** Between two requests, milliseconds. */
  intervalMs: AMOUNT,
  /** Milliseconds after the first request at which the migration was created, and at which phase Succeeded was read. */
  createdAtMs: AMOUNT,
  succeededAtMs: AMOUNT,
  /** The moment at which the console of the target closed, or its VMI was seen on the other node, whichever came first. */
  switchedAtMs: v.exactOptional(AMOUNT),
  /** In their order; a short phase may be missing. */
  phases: v.array(PHASE),
  /** Requests, without those whose reply may still have been on its way when ping was stopped. */
  transmitted: WHOLE,
  /** Requests without a reply. */
  lost: WHOLE,
  /** Replies after more than ten intervals; they are not lost. */
  late: WHOLE,
  /** Nanoseconds. */
  longestGapNs: WHOLE,
  /** Nanoseconds; absent if the moment of the switch is not known. */
  beforeSwitchGapNs: v.exactOptional(WHOLE),
  switchGapNs: v.exactOptional(WHOLE),
});
export type Migration = Infer<typeof MIGRATION>;

/** One figure of a migration: `Metric` says what the members mean. */
export interface MigrationFigure extends Pick<Metric, 'unit' | 'description' | 'note'> {
  readonly statusKey: string;
  readonly prometheus: string;
  readonly label: string;
  /** The member of `migration` in result.json. */
  readonly result: string;
  /** Undefined if the value is not known. */
  readonly of: (migration: Migration) => number | undefined;
}

/** The keys in the ConfigMap follow `status.result.migration.`, the gauges `kubevirt_vm_latency_`. */
export const MIGRATION_FIGURES = [
  {
    statusKey: 'longestGapNanoSec',
    result: 'longestGapNs',
    prometheus: 'migration_longest_gap_seconds',
    label: 'longest gap',
    unit: 'ns',
    description: 'Longest time without a reply around the live migration.',
    of: ({ longestGapNs }) => longestGapNs,
  },
  {
    statusKey: 'beforeSwitchGapNanoSec',
    result: 'beforeSwitchGapNs',
    prometheus: 'migration_before_switch_gap_seconds',
    label: 'before the switch',
    unit: 'ns',
    description: 'Longest time without a reply before the VM runs on the other node.',
    note: 'Absent if the moment of the switch is not known.',
    of: ({ beforeSwitchGapNs }) => beforeSwitchGapNs,
  },
  {
    statusKey: 'switchGapNanoSec',
    result: 'switchGapNs',
    prometheus: 'migration_switch_gap_seconds',
    label: 'at the switch',
    unit: 'ns',
    description: 'Longest time without a reply within 0.5 s of the moment at which the VM runs on the other node.',
    note: 'Absent if the moment of the switch is not known.',
    of: ({ switchGapNs }) => switchGapNs,
  },
  {
    statusKey: 'packetsTransmitted',
    result: 'packetsTransmitted',
    prometheus: 'migration_packets_transmitted',
    label: 'transmitted',
    unit: 'packets',
    description: 'Requests sent around the live migration.',
    of: ({ transmitted }) => transmitted,
  },
  {
    statusKey: 'packetsLost',
    result: 'packetsLost',
    prometheus: 'migration_packets_lost',
    label: 'lost',
    unit: 'packets',
    description: 'Requests around the live migration that were not answered.',
    of: ({ lost }) => lost,
  },
  {
    statusKey: 'packetsLate',
    result: 'packetsLate',
    prometheus: 'migration_packets_late',
    label: 'late',
    unit: 'packets',
    description: 'Requests around the live migration that were answered after more than ten intervals.',
    note: 'They are not lost.',
    of: ({ late }) => late,
  },
  {
    statusKey: 'durationMilliSec',
    result: 'durationMs',
    prometheus: 'migration_duration_seconds',
    label: 'migration took',
    unit: 'ms',
    description: 'From the creation of the live migration until its phase Succeeded was read.',
    of: ({ createdAtMs, succeededAtMs }) => Math.max(0, succeededAtMs - createdAtMs),
  },
] as const satisfies readonly MigrationFigure[];

const FIGURES: Readonly<Record<string, v.GenericSchema<number>>> = Object.fromEntries(
  MIGRATION_FIGURES.map((figure: MigrationFigure) => [figure.result, described(WHOLE, withNote(figure))]),
);

function figure(member: (typeof MIGRATION_FIGURES)[number]['result']): v.GenericSchema<number> {
  const found = FIGURES[member];
  if (found === undefined) throw new RangeError(`no figure of a migration is "${member}"`);
  return found;
}

/** `migration` of result.json. */
export const MIGRATION_RESULT = v.object({
  fromNode: described(v.string(), 'Node from which the target VM was migrated.'),
  toNode: described(v.string(), 'Node to which the target VM was migrated.'),
  tool: described(v.string(), 'Which ping produced the numbers, in its own words.'),
  intervalMs: described(AMOUNT, 'From one request to the next, milliseconds.'),
  longestGapNs: figure('longestGapNs'),
  beforeSwitchGapNs: v.optional(figure('beforeSwitchGapNs')),
  switchGapNs: v.optional(figure('switchGapNs')),
  packetsTransmitted: figure('packetsTransmitted'),
  packetsLost: figure('packetsLost'),
  packetsLate: figure('packetsLate'),
  durationMs: figure('durationMs'),
  createdAtMs: described(AMOUNT, `${AFTER_FIRST_REQUEST}, when the migration was created.`),
  succeededAtMs: described(AMOUNT, `${AFTER_FIRST_REQUEST}, when phase Succeeded was read.`),
  switchedAtMs: v.optional(
    described(
      AMOUNT,
      `${AFTER_FIRST_REQUEST}, when the console of the target closed, or its VMI was seen on the other node.`,
    ),
  ),
  phases: described(v.array(PHASE), 'In their order; a short phase may be missing.'),
});
export type MigrationResult = Infer<typeof MIGRATION_RESULT>;
