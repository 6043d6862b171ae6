// SPDX-License-Identifier: Apache-2.0
/**
 * The statistics of the round-trip times of one sample, one row each. The type of a measurement, the decoder of events and every
 * view of the results derive from these rows; `fixtures/ping/parse-ping.ts` computes the values.
 */
import * as v from 'valibot';
import { described, WHOLE, withNote } from './schema.ts';

export interface LatencyRow {
  /** The key in the ConfigMap, after `status.result.`. */
  readonly statusKey: string;
  /** The name of the gauge, after `kubevirt_vm_latency_`; its values are seconds. */
  readonly prometheus: string;
  /** The label on the terminal, in the HTML report and in Allure. */
  readonly label: string;
  /** Reports list all rows of a group together. */
  readonly group: 'latency' | 'variation';
  /** One sentence, for the documentation and as the HELP text of the gauge. */
  readonly description: string;
  /** Follows the description in the documentation only. */
  readonly note?: string;
  /** Whether the parameter `latencyStatistic` accepts it: `p50` for `p50Ns`. An optional statistic cannot be a threshold. */
  readonly threshold?: true;
  /** Whether a sample with replies can be without it. */
  readonly optional?: true;
}

/** By member of `latency` in an event and in `result.json`; whole nanoseconds. */
export const LATENCY = {
  minNs: {
    statusKey: 'minLatencyNanoSec',
    prometheus: 'round_trip_min_seconds',
    label: 'latency min',
    group: 'latency',
    description: 'Shortest round-trip time.',
  },
  avgNs: {
    statusKey: 'avgLatencyNanoSec',
    prometheus: 'round_trip_avg_seconds',
    label: 'latency avg',
    group: 'latency',
    description: 'Mean round-trip time.',
    threshold: true,
  },
  maxNs: {
    statusKey: 'maxLatencyNanoSec',
    prometheus: 'round_trip_max_seconds',
    label: 'latency max',
    group: 'latency',
    description: 'Longest round-trip time.',
    threshold: true,
  },
  stdDevNs: {
    statusKey: 'stdDevLatencyNanoSec',
    prometheus: 'round_trip_stddev_seconds',
    label: 'latency std dev',
    group: 'variation',
    description: 'Standard deviation of the round-trip times.',
    note: 'Of the population: divided by n.',
  },
  p50Ns: {
    statusKey: 'p50LatencyNanoSec',
    prometheus: 'round_trip_p50_seconds',
    label: 'latency p50',
    group: 'latency',
    description: 'Median of the round-trip times.',
    threshold: true,
  },
  p90Ns: {
    statusKey: 'p90LatencyNanoSec',
    prometheus: 'round_trip_p90_seconds',
    label: 'latency p90',
    group: 'latency',
    description: '90th percentile of the round-trip times.',
    threshold: true,
  },
  p95Ns: {
    statusKey: 'p95LatencyNanoSec',
    prometheus: 'round_trip_p95_seconds',
    label: 'latency p95',
    group: 'latency',
    description: '95th percentile of the round-trip times.',
    threshold: true,
  },
  p99Ns: {
    statusKey: 'p99LatencyNanoSec',
    prometheus: 'round_trip_p99_seconds',
    label: 'latency p99',
    group: 'latency',
    description: '99th percentile of the round-trip times.',
    threshold: true,
  },
  p999Ns: {
    statusKey: 'p999LatencyNanoSec',
    prometheus: 'round_trip_p999_seconds',
    label: 'latency p99.9',
    group: 'latency',
    description: '99.9th percentile of the round-trip times.',
    note: 'With 1,000 replies or more.',
    optional: true,
  },
  jitterNs: {
    statusKey: 'jitterNanoSec',
    prometheus: 'jitter_seconds',
    label: 'jitter',
    group: 'variation',
    description: 'Mean difference of the round-trip times of two consecutive requests.',
    note: 'Only requests with replies count. Absent if no two consecutive requests have replies.',
    optional: true,
  },
} as const satisfies Readonly<Record<`${string}Ns`, LatencyRow>>;

export type LatencyMember = keyof typeof LATENCY;

/** The members in whose row the property is true. */
type Having<Property extends 'optional' | 'threshold'> = {
  [M in LatencyMember]: (typeof LATENCY)[M] extends Readonly<Record<Property, true>> ? M : never;
}[LatencyMember];

/** Whole nanoseconds. Minimum, average and maximum are exact to the microsecond, as ping's summary is. */
export type Latency = Readonly<
  Record<Exclude<LatencyMember, Having<'optional'>>, number> & Partial<Record<Having<'optional'>, number>>
>;

export const LATENCY_MEMBERS = Object.keys(LATENCY) as LatencyMember[];

function memberSchema(member: LatencyMember): v.GenericSchema {
  const row: LatencyRow = LATENCY[member];
  const schema = described(WHOLE, withNote(row));
  return row.optional ? v.exactOptional(schema) : schema;
}

export const LATENCY_SCHEMA = described(
  v.object(Object.fromEntries(LATENCY_MEMBERS.map((member) => [member, memberSchema(member)]))),
  'Round-trip times, nanoseconds. Absent if no reply came.',
) as unknown as v.GenericSchema<Latency>;

/** The values that `latencyStatistic` accepts. */
export type LatencyStatistic = Having<'threshold'> extends `${infer Statistic}Ns` ? Statistic : never;

const DEFAULT_STATISTIC = 'max' satisfies LatencyStatistic;

/** The default first. */
export const LATENCY_STATISTICS: readonly LatencyStatistic[] = [
  DEFAULT_STATISTIC,
  ...LATENCY_MEMBERS.filter((member) => 'threshold' in LATENCY[member])
    .map((member) => member.replace(/Ns$/, '') as LatencyStatistic)
    .filter((statistic) => statistic !== DEFAULT_STATISTIC),
];
