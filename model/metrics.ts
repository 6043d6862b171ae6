// SPDX-License-Identifier: Apache-2.0
/** The metrics of one route, one row each. Every view and every table in the documentation derives from these rows. */
import { LATENCY, LATENCY_MEMBERS, type Latency } from './latency.ts';
import { pathMtuBytes, type PathMtu } from './path-mtu.ts';
import type { Route } from './routes.ts';
import { lossPercent, type Measurement } from './sample.ts';

/** The findings about one route so far. */
export interface RouteRecord {
  readonly route: Route;
  /** Nanoseconds from the first request to the first reply. */
  readonly firstReplyNs?: number;
  readonly pathMtu?: PathMtu;
  readonly measurement?: Measurement;
}

/** Nanoseconds, milliseconds, a number of packets, percent, bytes. */
export type Unit = 'ns' | 'ms' | 'packets' | 'percent' | 'bytes';

/** The objects in an element of `routes` of `result.json`; "" is the element itself. */
export type ResultObject = '' | 'measurement' | 'packets' | 'latency' | 'pathMtu';

/** A view omits the rows that have no name for it. */
export interface Metric {
  /** The key in the ConfigMap, after `status.result.` and the scope of the route. */
  readonly statusKey?: string;
  /** The place in an element of `routes` of `result.json`: the object and its member. */
  readonly result?: readonly [object: ResultObject, member: string];
  /** The name of the gauge, after `kubevirt_vm_latency_`, in Prometheus' base units. */
  readonly prometheus?: string;
  /** The label on the terminal, in the HTML report and in Allure. */
  readonly label?: string;
  /** Reports list all rows of a group together. */
  readonly group: 'packets' | 'loss' | 'latency' | 'variation' | 'sample' | 'cold start' | 'path MTU' | 'MTU probe';
  /** Reports for people omit the value if it is 0. */
  readonly hiddenWhenZero?: true;
  readonly unit: Unit;
  /** One sentence, for the documentation and as the HELP text of the gauge. */
  readonly description: string;
  /** The HELP text if the gauge has another unit. */
  readonly help?: string;
  /** Follows the description in the documentation only. */
  readonly note?: string;
  /** Undefined if the value is not known. */
  readonly of: (record: RouteRecord) => number | undefined;
}

const OTHER_METRICS = [
  {
    statusKey: 'longestGapNanoSec',
    result: ['measurement', 'longestGapNs'],
    prometheus: 'longest_gap_seconds',
    label: 'longest gap',
    group: 'sample',
    unit: 'ns',
    description: 'Longest time without a reply.',
    of: ({ measurement }) => measurement?.longestGapNs,
  },
  {
    statusKey: 'coldStartLatencyNanoSec',
    result: ['', 'coldStartNs'],
    prometheus: 'cold_start_seconds',
    label: 'cold start',
    group: 'cold start',
    unit: 'ns',
    description: 'From the first request to the first reply, before the measurement.',
    note: 'Absent in the direction target to source, and if console output was disturbed.',
    of: ({ firstReplyNs }) => firstReplyNs,
  },
  {
    statusKey: 'measurementDurationSec',
    prometheus: 'measurement_duration_seconds',
    label: 'measured',
    group: 'sample',
    unit: 'ms',
    description: 'How long the measurement took.',
    note: 'The number of requests times the mean interval between two of them.',
    of: ({ measurement }) => measurement?.durationMs,
  },
  {
    statusKey: 'packetsTransmitted',
    result: ['packets', 'transmitted'],
    prometheus: 'packets_transmitted',
    label: 'transmitted',
    group: 'packets',
    unit: 'packets',
    description: 'Requests sent.',
    of: ({ measurement }) => measurement?.transmitted,
  },
  {
    statusKey: 'packetsReceived',
    result: ['packets', 'received'],
    prometheus: 'packets_received',
    label: 'received',
    group: 'packets',
    unit: 'packets',
    description: 'Requests answered.',
    of: ({ measurement }) => measurement?.received,
  },
  {
    statusKey: 'packetsDuplicated',
    result: ['packets', 'duplicates'],
    prometheus: 'packets_duplicated',
    label: 'duplicates',
    group: 'packets',
    hiddenWhenZero: true,
    unit: 'packets',
    description: 'Second and later replies to the same request.',
    of: ({ measurement }) => measurement?.duplicates,
  },
  {
    result: ['packets', 'errors'],
    label: 'errors',
    group: 'packets',
    hiddenWhenZero: true,
    unit: 'packets',
    description: 'ICMP errors that came back.',
    of: ({ measurement }) => measurement?.errors,
  },
  {
    result: ['packets', 'corrupted'],
    label: 'corrupted',
    group: 'packets',
    hiddenWhenZero: true,
    unit: 'packets',
    description: 'Replies with a bad checksum.',
    of: ({ measurement }) => measurement?.corrupted,
  },
  {
    statusKey: 'packetErrors',
    prometheus: 'packet_errors',
    group: 'packets',
    unit: 'packets',
    description: 'ICMP errors that came back, and replies with a bad checksum.',
    of: ({ measurement }) => measurement && measurement.errors + measurement.corrupted,
  },
  {
    statusKey: 'packetLossPercent',
    result: ['packets', 'lossPercent'],
    prometheus: 'packet_loss_ratio',
    label: 'packet loss',
    group: 'loss',
    unit: 'percent',
    description: 'Requests that were not answered, percent, with at most three decimals.',
    help: 'Fraction of the requests that were not answered, 0 to 1.',
    of: ({ measurement }) => measurement && Number(lossPercent(measurement)),
  },
  {
    statusKey: 'interfaceMtuBytes',
    result: ['pathMtu', 'interfaceMtuBytes'],
    prometheus: 'interface_mtu_bytes',
    label: 'interface MTU',
    group: 'MTU probe',
    unit: 'bytes',
    description: "MTU of the source's interface.",
    note: 'With `probeMtu`.',
    of: ({ pathMtu }) => pathMtu?.interfaceMtuBytes,
  },
  {
    statusKey: 'largestUnfragmentedPayloadBytes',
    result: ['pathMtu', 'largestPayloadBytes'],
    prometheus: 'largest_payload_bytes',
    label: 'largest payload',
    group: 'MTU probe',
    unit: 'bytes',
    description: 'Largest ICMP payload that was answered with fragmentation forbidden.',
    note: 'With `probeMtu`.',
    of: ({ pathMtu }) => pathMtu?.largestPayloadBytes,
  },
  {
    statusKey: 'pathMtuBytes',
    result: ['pathMtu', 'pathMtuBytes'],
    prometheus: 'path_mtu_bytes',
    label: 'path MTU',
    group: 'path MTU',
    unit: 'bytes',
    description: 'MTU of the path.',
    note: 'With `probeMtu`: the largest payload plus its headers, 28 bytes in IPv4, 48 in IPv6. A smaller value than `interfaceMtuBytes` also causes a warning.',
    of: ({ route, pathMtu }) => pathMtu && pathMtuBytes(route.family, pathMtu),
  },
] as const satisfies readonly Metric[];

export const METRICS: readonly Metric[] = [
  ...LATENCY_MEMBERS.map((member): Metric => ({
    ...LATENCY[member],
    unit: 'ns',
    result: ['latency', member],
    of: ({ measurement }) => measurement?.latency?.[member],
  })),
  ...OTHER_METRICS,
];

type MemberOf<O extends ResultObject> = Extract<
  (typeof OTHER_METRICS)[number],
  { result: readonly [O, string] }
>['result'][1];

/** The metrics of one object of a route in `result.json`; those of the route itself may be unknown. */
export type ResultMetrics<O extends ResultObject> = O extends 'latency'
  ? Latency
  : O extends ''
    ? Partial<Record<MemberOf<O>, number>>
    : Record<MemberOf<O>, number>;
