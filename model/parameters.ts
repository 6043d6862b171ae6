/** The input of a run in plain numbers and lists, as the worker tells it. */
import type { ObjectRef } from './events.ts';

export interface PlainParameters {
  readonly network: ObjectRef;
  /** Absent: any. */
  readonly sourceNode?: string;
  readonly targetNode?: string;
  readonly sampleDurationMs: number;
  readonly sampleIntervalMs: number;
  readonly packetSizeBytes: number;
  /** Absent: no limit. */
  readonly maxLatencyNs?: number;
  readonly latencyStatistic: string;
  /** Absent: no limit. */
  readonly maxPacketLossPercent?: number;
  /** The first is that of the plain output keys. */
  readonly ipFamilies: readonly string[];
  readonly addressing: string;
  /** With their prefix lengths; empty where the checkup chose. */
  readonly sourceAddresses: readonly string[];
  readonly targetAddresses: readonly string[];
  readonly bidirectional: boolean;
  readonly probeMtu: boolean;
  readonly skipTeardown: string;
  readonly timeoutMs: number;
}
