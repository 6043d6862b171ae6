// SPDX-License-Identifier: Apache-2.0
/**
 * The catalogue of parameters: one row each. Names in every place, parsing, defaults, messages, views and documentation derive from it;
 * `npm run fix` writes the generated parts of docs/ and manifests/.
 */
import * as v from 'valibot';
import { TREND_MODES } from './history/require-usual.ts';
import { LATENCY_STATISTICS } from './latency.ts';
import { OBJECT_REF, renderRef, type ObjectRef } from './object-ref.ts';
import {
  ADDRESS_LIST,
  BOOLEAN,
  FAILED_PAIRS,
  FAMILY_LIST,
  IMAGE,
  LATENCY_LIMIT,
  NAMESPACE,
  NETWORK_LIST,
  NODE,
  NODE_LIST,
  OBJECT,
  oneOf,
  PERCENTAGE,
  PUSH_URL,
  SECRET,
  SELECTOR,
  wholeBytes,
  wholeCount,
  wholeMilliseconds,
  wholeSeconds,
  type LimitType,
  type ParameterType,
} from './parameter-types.ts';

import { AMOUNT, described } from './schema.ts';
import { quoted } from './text.ts';
import { renderMilliseconds } from './units.ts';

export const GROUPS = [
  'Network',
  'Placement',
  'Mesh',
  'Live migration',
  'Sampling',
  'Limits',
  'Addresses',
  'History',
  'VMs and results',
] as const;

export interface ParameterRow {
  readonly type: ParameterType<unknown>;
  /** Member of `ResolvedParameters`, with the unit of the parsed value. None: the value is not part of the results. */
  readonly member?: string;
  readonly group: (typeof GROUPS)[number];
  readonly required?: true;
  /** For a required parameter: the one that may be given instead. */
  readonly instead?: string;
  /** The topology in which the parameter has an effect. Default: in both. */
  readonly onlyIn?: Topology;
  /** As a user writes it. */
  readonly default?: string;
  /** As a user writes it. Default: as in a pair. */
  readonly meshDefault?: string;
  /** Description of the default, if its value would not explain it. */
  readonly absent?: string;
  /** One sentence; code is in backticks. */
  readonly description: string;
  /** As a user writes it. Default: the default. */
  readonly example?: string;
  /** Reports show the value always, instead of only when it differs from the default. */
  readonly alwaysShown?: true;
}

/** What a run measures on a network: two VMs, or every pair of nodes. */
const TOPOLOGIES = ['pair', 'mesh'] as const;
export type Topology = (typeof TOPOLOGIES)[number];

/** Node.js timers hold 24 days. */
export const MAX_SAMPLE_SECONDS = 2_000_000;

export const PARAMETERS = {
  networkAttachmentDefinitionNamespace: {
    type: NAMESPACE,
    group: 'Network',
    required: true,
    instead: 'networkAttachmentDefinitions',
    description: 'Namespace of the NetworkAttachmentDefinition.',
    example: 'latency',
  },
  networkAttachmentDefinitionName: {
    type: OBJECT,
    group: 'Network',
    required: true,
    instead: 'networkAttachmentDefinitions',
    description: 'Name of the NetworkAttachmentDefinition.',
    example: 'blue',
  },
  networkAttachmentDefinitions: {
    type: NETWORK_LIST,
    group: 'Network',
    absent: 'the one network of the two keys above',
    description:
      'NetworkAttachmentDefinitions to measure one after another, instead of the two keys above. A name without namespace is in `networkAttachmentDefinitionNamespace`, by default in the namespace of the VMs.',
    example: 'latency/blue, latency/red',
  },
  sourceNode: {
    type: NODE,
    member: 'sourceNode',
    group: 'Placement',
    onlyIn: 'pair',
    absent: 'any',
    description: 'Node on which the source VM starts. By default, not the node of the target VM.',
    example: 'node-1',
    alwaysShown: true,
  },
  targetNode: {
    type: NODE,
    member: 'targetNode',
    group: 'Placement',
    onlyIn: 'pair',
    absent: 'any',
    description: 'Node on which the target VM starts. By default, not the node of the source VM.',
    example: 'node-2',
    alwaysShown: true,
  },
  topology: {
    type: oneOf(TOPOLOGIES),
    member: 'topology',
    group: 'Mesh',
    onlyIn: 'mesh',
    default: 'pair',
    description: 'Whether to measure between two VMs (`pair`) or between every two nodes, with a VM on each (`mesh`).',
  },
  nodes: {
    type: NODE_LIST,
    member: 'nodes',
    group: 'Mesh',
    onlyIn: 'mesh',
    absent: 'every node that can run a VM',
    description: 'Nodes of the mesh.',
    example: 'node-1, node-2, node-3',
  },
  nodeSelector: {
    type: SELECTOR,
    member: 'nodeSelector',
    group: 'Mesh',
    onlyIn: 'mesh',
    absent: 'every node that can run a VM',
    description: 'Label selector of the nodes of the mesh, instead of `nodes`.',
    example: 'topology.kubernetes.io/zone in (a, b),!node-role.kubernetes.io/control-plane',
  },
  maxVms: {
    type: wholeCount('VMs', 2, 1000),
    member: 'maxVms',
    group: 'Mesh',
    onlyIn: 'mesh',
    default: '100',
    description: 'The most VMs that a mesh may start at once: one for each node.',
  },
  roundsPerRun: {
    type: wholeCount('rounds', 0, 1000),
    member: 'roundsPerRun',
    group: 'Mesh',
    onlyIn: 'mesh',
    default: '0',
    absent: 'all',
    description:
      'Rounds of a run. In a round, each node is in one pair. The next run with the same ConfigMap continues with the following round.',
    example: '10',
  },
  retestWorstPairs: {
    type: wholeCount('pairs', 0, 1000),
    member: 'retestWorstPairs',
    group: 'Mesh',
    onlyIn: 'mesh',
    default: '5',
    description:
      'How many of the slowest pairs are measured again after the rounds. Failed pairs are always measured again.',
  },
  maxFailedPairs: {
    type: FAILED_PAIRS,
    member: 'maxFailedPairs',
    group: 'Mesh',
    onlyIn: 'mesh',
    default: '0',
    description: 'Threshold: the checkup fails if more pairs failed.',
    example: '2%',
  },
  liveMigration: {
    type: BOOLEAN,
    member: 'liveMigration',
    group: 'Live migration',
    onlyIn: 'pair',
    default: 'false',
    description:
      'Whether to live-migrate the target VM after the latency sample, and to measure how long the source VM gets no reply from it.',
    example: 'true',
  },
  maxMigrationGapMilliseconds: {
    type: LATENCY_LIMIT,
    member: 'maxMigrationGapNs',
    group: 'Live migration',
    onlyIn: 'pair',
    default: '0',
    absent: 'no limit',
    description:
      'Threshold: the checkup fails if the longest time without a reply around the live migration is greater.',
    example: '3000',
  },
  sampleDurationSeconds: {
    type: wholeSeconds(1, MAX_SAMPLE_SECONDS),
    member: 'sampleDurationMs',
    group: 'Sampling',
    default: '5',
    description: 'Duration of each sample.',
    alwaysShown: true,
  },
  sampleIntervalMilliseconds: {
    type: wholeMilliseconds(1, 60_000),
    member: 'sampleIntervalMs',
    group: 'Sampling',
    default: '100',
    description:
      'Interval between pings, at most the sample duration. In samples of more than 10,000 s the default is longer, so that they have at most 100,000 pings.',
  },
  packetSizeBytes: {
    // A smaller payload cannot contain ping's timestamp, and ping prints no round-trip time.
    type: wholeBytes('ICMP payload', 16, 65_507),
    member: 'packetSizeBytes',
    group: 'Sampling',
    default: '56',
    description: 'ICMP payload of each ping.',
  },
  maxDesiredLatencyMilliseconds: {
    type: LATENCY_LIMIT,
    member: 'maxLatencyNs',
    group: 'Limits',
    default: '0',
    absent: 'no limit',
    description: 'Threshold: the checkup fails if the latency statistic is greater.',
    alwaysShown: true,
  },
  latencyStatistic: {
    type: oneOf(LATENCY_STATISTICS),
    member: 'latencyStatistic',
    group: 'Limits',
    default: 'max',
    meshDefault: 'p90',
    description: 'Statistic that is compared with `maxDesiredLatencyMilliseconds`: maximum, average or a percentile.',
  },
  maxPacketLossPercent: {
    type: PERCENTAGE,
    member: 'maxPacketLossPercent',
    group: 'Limits',
    absent: 'no limit',
    description:
      'Threshold: the checkup fails if the packet loss is greater. 0 allows no loss. A loss of all packets is always a failure.',
    example: '1',
  },
  ipFamilies: {
    type: FAMILY_LIST,
    member: 'ipFamilies',
    group: 'Addresses',
    default: 'ipv4',
    description:
      'IP families to ping over, with one sample each. The output keys without a family contain the result of the first family.',
  },
  addressing: {
    type: oneOf(['static', 'dhcp']),
    member: 'addressing',
    group: 'Addresses',
    default: 'static',
    description: 'Whether the checkup (`static`) or the network (`dhcp`) assigns the addresses of the VMs.',
  },
  sourceAddress: {
    type: ADDRESS_LIST,
    member: 'sourceAddresses',
    group: 'Addresses',
    onlyIn: 'pair',
    default: '',
    absent: 'random',
    description: 'Address of the source VM with its prefix length, for networks that pass only certain addresses.',
    example: '10.1.0.5/24',
  },
  targetAddress: {
    type: ADDRESS_LIST,
    member: 'targetAddresses',
    group: 'Addresses',
    onlyIn: 'pair',
    default: '',
    absent: 'random',
    description: 'Address of the target VM with its prefix length, in the same network as `sourceAddress`.',
    example: '10.1.0.6/24',
  },
  bidirectional: {
    type: BOOLEAN,
    member: 'bidirectional',
    group: 'Sampling',
    default: 'false',
    description: 'Whether the target VM also pings the source VM, in a sample of its own.',
  },
  probeMtu: {
    type: BOOLEAN,
    member: 'probeMtu',
    group: 'Sampling',
    default: 'false',
    description: 'Whether to find the largest packet that passes the network without fragmentation.',
  },
  trend: {
    type: oneOf(TREND_MODES),
    member: 'trend',
    group: 'History',
    default: 'warn',
    description:
      'Whether a run warns or fails if it is slower or loses more packets than the earlier runs in its ConfigMap; `off`: no comparison.',
  },
  trendMinChangePercent: {
    type: wholeCount('percent', 1, 1000),
    member: 'trendMinChangePercent',
    group: 'History',
    default: '20',
    description: 'The smallest change of the median latency that counts as slower or faster, percent.',
  },
  historyRuns: {
    type: wholeCount('runs', 0, 500),
    member: 'historyRuns',
    group: 'History',
    default: '50',
    description:
      'How many runs `history.runs` of the ConfigMap contains, up to 256 KiB. With 0, the key is not written, and there is no trend.',
  },
  metricsPushUrl: {
    type: PUSH_URL,
    member: 'metricsPushUrl',
    group: 'History',
    absent: 'no push',
    description: 'URL of a Pushgateway, to which each run sends the metrics of its networks.',
    example: 'http://pushgateway.monitoring.svc:9091',
  },
  vmContainerDiskImage: {
    type: IMAGE,
    group: 'VMs and results',
    absent: "KubeVirt's Alpine test image of the cluster's release",
    description: 'Disk image of the VMs, for clusters that cannot reach quay.io.',
    example: 'registry.example/alpine-with-test-tooling-container-disk:v1.7.0',
  },
  vmContainerDiskImagePullSecret: {
    type: SECRET,
    group: 'VMs and results',
    absent: 'none',
    description:
      'Secret of type `kubernetes.io/dockerconfigjson` in the namespace of the VMs, with the credentials for their disk image.',
    example: 'registry-credentials',
  },
  skipTeardown: {
    type: oneOf(['never', 'onfailure', 'always']),
    member: 'skipTeardown',
    group: 'VMs and results',
    default: 'never',
    description: 'When the VMs are retained for debugging; the results show how to reach and delete them.',
  },
  overwriteResults: {
    type: BOOLEAN,
    group: 'VMs and results',
    default: 'false',
    description: 'Whether the ConfigMap of a completed or abandoned run may be used again.',
  },
} as const satisfies Readonly<Record<string, ParameterRow>>;

type Rows = typeof PARAMETERS;
export type ParameterName = keyof Rows;
/** A parsed value. */
export type ParameterValue<N extends ParameterName> = Rows[N]['type'] extends ParameterType<infer T> ? T : never;

type WithDefault = {
  [N in ParameterName]: Rows[N] extends { default: string; type: infer T } ? (T extends LimitType ? never : N) : never;
}[ParameterName];
type MeshOnly = { [N in ParameterName]: Rows[N] extends { onlyIn: 'mesh' } ? N : never }[ParameterName];
type AlwaysResolved = Exclude<WithDefault, MeshOnly>;
type Member<N extends ParameterName> = Rows[N] extends { member: infer M extends string } ? M : never;

/**
 * The parameters of a run after parsing, with defaults; numbers have their unit in their name. Absent: no value applies. The parameters
 * of a mesh, such as `topology`, are absent in a pair.
 */
export type ResolvedParameters = {
  readonly [N in AlwaysResolved as Member<N>]: ParameterValue<N>;
} & {
  readonly [N in Exclude<ParameterName, AlwaysResolved> as Member<N>]?: ParameterValue<N> | undefined;
} & {
  /** The network, or the first of several. In the results of one network among several: that network. */
  readonly network: ObjectRef;
  /** In the order of the input; in the results only if there are several. */
  readonly networks?: readonly ObjectRef[] | undefined;
  /** `spec.timeout`: bounds the stages of all networks up to their last measurement together. */
  readonly timeoutMs: number;
};

/** The parameters of a mesh that have a default, whatever the topology. */
export type MeshDefaults = {
  readonly [N in Extract<MeshOnly, WithDefault> as Member<N>]: ParameterValue<N>;
};

export const PARAMETER_NAMES = Object.keys(PARAMETERS) as ParameterName[];

/** Returns the row in its general type. */
export function parameterRow(name: ParameterName): ParameterRow {
  return PARAMETERS[name];
}

export function isParameterName(name: string): name is ParameterName {
  return Object.hasOwn(PARAMETERS, name);
}

/** Returns a value as a message shows it, without a password that it may contain. @param name parameter or environment variable. */
export function quotedValue(name: string, value: string): string {
  const parameter = PARAMETER_NAMES.find((one) => one === name || environmentName(one) === name);
  const redacted = parameter === undefined ? undefined : parameterRow(parameter).type.redacted;
  return quoted(redacted?.(value) ?? value);
}

/** Returns the data of a ConfigMap for a file or a terminal, without a password that a value may contain. */
export function redactedData(data: Readonly<Record<string, string>>): Record<string, string> {
  const shown = { ...data };
  for (const name of PARAMETER_NAMES) {
    const { redacted } = parameterRow(name).type;
    if (redacted === undefined) continue;
    for (const key of [camelCaseKey(name), snakeCaseKey(name)]) {
      if (shown[key] !== undefined) shown[key] = redacted(shown[key]);
    }
  }
  return shown;
}

export function snakeCase(parameter: string): string {
  return parameter.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

export function environmentName(parameter: string): string {
  return snakeCase(parameter).toUpperCase();
}

const PARAM_PREFIX = 'spec.param.';

export function camelCaseKey(parameter: string): string {
  return PARAM_PREFIX + parameter;
}

export function snakeCaseKey(parameter: string): string {
  return PARAM_PREFIX + snakeCase(parameter);
}

/** Returns the value that stands for a parsed one in the results: `undefined` for "no limit". */
export function resolveValue({ type }: ParameterRow, parsed: unknown): unknown {
  return 'noLimit' in type && parsed === type.noLimit ? undefined : parsed;
}

/** Returns the default as a user writes it; `undefined` if there is none. */
export function defaultText(row: ParameterRow, topology: Topology): string | undefined {
  return topology === 'mesh' ? (row.meshDefault ?? row.default) : row.default;
}

/** Returns the parsed default; `undefined` if there is none. */
export function defaultValue(row: ParameterRow, topology: Topology = 'pair'): unknown {
  const text = defaultText(row, topology);
  return text === undefined ? undefined : row.type.parse(text);
}

interface ResultRow {
  readonly name: ParameterName;
  readonly member: string;
  /** Whether the member is always present. */
  readonly required: boolean;
  readonly row: ParameterRow;
}

/** Returns the parameters that are part of the results. */
export function resultRows(): ResultRow[] {
  return PARAMETER_NAMES.flatMap((name) => {
    const row = parameterRow(name);
    if (row.member === undefined) return [];
    const required = row.onlyIn !== 'mesh' && resolveValue(row, defaultValue(row)) !== undefined;
    return [{ name, member: row.member, required, row }];
  });
}

/** Returns the topology of resolved parameters, which results name only for a mesh. */
export function topologyOf({ topology = 'pair' }: Pick<ResolvedParameters, 'topology'>): Topology {
  return topology;
}

/** Returns the parameters that have an effect in a topology. */
export function effectiveRows(topology: Topology): ResultRow[] {
  return resultRows().filter(({ row: { onlyIn = topology } }) => onlyIn === topology);
}

function memberSchema({ required, row }: ResultRow): v.GenericSchema {
  const { type, description, absent = 'not set', onlyIn } = row;
  if (required) return described(type.schema, description);
  const without = onlyIn !== 'mesh' ? absent : row.default === undefined ? `not a mesh, or ${absent}` : 'not a mesh';
  return v.exactOptional(described(type.schema, `${description} Absent: ${without}.`));
}

/** Resolved parameters in the `input` event and in result.json. */
export const RESOLVED_PARAMETERS = described(
  v.object({
    network: described(OBJECT_REF, 'The NetworkAttachmentDefinition; the first of several.'),
    networks: v.exactOptional(
      described(
        v.array(OBJECT_REF),
        'The NetworkAttachmentDefinitions, in the order of the input. Absent: one network.',
      ),
    ),
    ...Object.fromEntries(resultRows().map((row) => [row.member, memberSchema(row)])),
    timeoutMs: described(AMOUNT, 'spec.timeout, milliseconds.'),
  }),
  'The input as it was understood. Absent if it was wrong.',
) as unknown as v.GenericSchema<ResolvedParameters>;

/**
 * Returns the resolved parameters without anything else that the object holds, and without absent ones: those of a mesh are absent in a
 * pair, and so is a list of one network.
 */
export function pickResolved(input: ResolvedParameters): ResolvedParameters {
  const values: Readonly<Record<string, unknown>> = input;
  const isMesh = topologyOf(input) === 'mesh';
  const rows = resultRows().filter(({ row }) => isMesh || row.onlyIn !== 'mesh');
  const networks = (input.networks?.length ?? 0) > 1 ? ['networks'] : [];
  const members = ['network', ...networks, ...rows.map(({ member }) => member), 'timeoutMs'];
  const present = members.flatMap((member) => (values[member] === undefined ? [] : [[member, values[member]]]));
  return Object.fromEntries(present) as ResolvedParameters;
}

/** "sampleDurationSeconds" → "sampleDuration": the rendered value has its own unit. */
function labelOf(name: ParameterName): string {
  return name.replace(/(?:Seconds|Milliseconds|Bytes|Percent)$/, '');
}

/** "latency/blue" */
export function renderNetwork({ network }: ResolvedParameters): string {
  return renderRef(network);
}

/** Renders the parameters for reports: those that are always shown, and those that differ from their default. */
export function renderParameters(parameters: ResolvedParameters): Record<string, string> {
  const values: Readonly<Record<string, unknown>> = parameters;
  const topology = topologyOf(parameters);
  const rendered = ({ type, absent = '' }: ParameterRow, value: unknown): string =>
    value === undefined ? absent : type.render(value);
  const entries = (always: boolean): [string, string][] =>
    effectiveRows(topology).flatMap(({ name, member, row }): [string, string][] => {
      const shown = rendered(row, values[member]);
      const isDefault = shown === rendered(row, resolveValue(row, defaultValue(row, topology)));
      return always === (row.alwaysShown ?? false) && (always || !isDefault) ? [[labelOf(name), shown]] : [];
    });
  return {
    network: renderNetwork(parameters),
    ...Object.fromEntries(entries(true)),
    timeout: renderMilliseconds(parameters.timeoutMs),
    ...Object.fromEntries(entries(false)),
  };
}
