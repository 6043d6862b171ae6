/** The input as numbers and lists, from what the `input` event says of it for human eyes. */
import { DEFAULTS } from '../fixtures/input/defaults.ts';
import { parseGoDuration } from '../fixtures/input/go-duration.ts';

const NS_PER_MS = 1_000_000;

export interface PlainParameters {
  readonly network: { readonly namespace: string; readonly name: string };
  /** Absent: any. */
  readonly sourceNode?: string | undefined;
  readonly targetNode?: string | undefined;
  readonly sampleDurationMs?: number | undefined;
  readonly sampleIntervalMs: number | undefined;
  readonly packetSizeBytes: number | undefined;
  /** Absent: no limit. */
  readonly maxLatencyNs?: number | undefined;
  readonly latencyStatistic: string;
  /** Absent: no limit. */
  readonly maxPacketLossPercent?: number | undefined;
  readonly ipFamilies: readonly string[];
  readonly addressing: string;
  /** With their prefix lengths; empty where the checkup chose. */
  readonly sourceAddresses: readonly string[];
  readonly targetAddresses: readonly string[];
  readonly bidirectional: boolean;
  readonly probeMtu: boolean;
  readonly skipTeardown: string;
  readonly timeoutMs?: number | undefined;
}

/** @param told what renderInput made of the input: always the same few, and of the rest what is not as usual. */
export function plainParameters(told: Readonly<Record<string, string>>): PlainParameters | undefined {
  const { network } = told;
  if (network === undefined) return undefined;
  const [namespace = '', name = ''] = network.split('/');
  const limit = durationMs(told['maxDesiredLatency']);
  return {
    network: { namespace, name },
    sourceNode: node(told['sourceNode']),
    targetNode: node(told['targetNode']),
    sampleDurationMs: durationMs(told['sampleDuration']),
    sampleIntervalMs:
      told['sampleInterval'] === undefined ? DEFAULTS.sampleIntervalMs : durationMs(told['sampleInterval']),
    packetSizeBytes:
      told['packetSize'] === undefined ? DEFAULTS.packetSizeBytes : leading(told['packetSize'], ' bytes'),
    maxLatencyNs: limit === undefined ? undefined : Math.round(limit * NS_PER_MS),
    latencyStatistic: told['latencyStatistic'] ?? DEFAULTS.latencyStatistic,
    maxPacketLossPercent: leading(told['maxPacketLoss'], '%'),
    ipFamilies: list(told['ipFamilies']) ?? DEFAULTS.ipFamilies,
    addressing: told['addressing'] ?? DEFAULTS.addressing,
    sourceAddresses: list(told['sourceAddress']) ?? [],
    targetAddresses: list(told['targetAddress']) ?? [],
    bidirectional: told['bidirectional'] === 'true',
    probeMtu: told['probeMtu'] === 'true',
    skipTeardown: told['skipTeardown'] ?? DEFAULTS.skipTeardown,
    timeoutMs: durationMs(told['timeout']),
  };
}

function node(told: string | undefined): string | undefined {
  return told === 'any' ? undefined : told;
}

function durationMs(told: string | undefined): number | undefined {
  return told === undefined ? undefined : parseGoDuration(told);
}

function leading(told: string | undefined, unit: string): number | undefined {
  const number = told?.endsWith(unit) === true ? Number(told.slice(0, -unit.length)) : NaN;
  return Number.isNaN(number) ? undefined : number;
}

function list(told: string | undefined): readonly string[] | undefined {
  return told?.split(', ');
}
