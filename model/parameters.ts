/** The input of a run in numbers and lists, with the defaults filled in: a part of the `input` event and of result.json. */
import * as v from 'valibot';
import { IP_FAMILIES } from './ip-family.ts';
import { LATENCY_STATISTICS } from './latency.ts';
import { OBJECT_REF } from './object-ref.ts';
import { AMOUNT, WHOLE, type Infer } from './schema.ts';

export const RESOLVED_PARAMETERS = v.object({
  network: OBJECT_REF,
  /** Absent: any node. */
  sourceNode: v.exactOptional(v.string()),
  targetNode: v.exactOptional(v.string()),
  sampleDurationMs: AMOUNT,
  sampleIntervalMs: AMOUNT,
  packetSizeBytes: WHOLE,
  /** Absent: no limit. */
  maxLatencyNs: v.exactOptional(WHOLE),
  latencyStatistic: v.picklist(LATENCY_STATISTICS),
  /** Absent: no limit. */
  maxPacketLossPercent: v.exactOptional(v.pipe(AMOUNT, v.maxValue(100))),
  /** The output keys without a scope are those of the first. */
  ipFamilies: v.pipe(v.array(v.picklist(IP_FAMILIES)), v.nonEmpty()),
  addressing: v.picklist(['static', 'dhcp']),
  /** With their prefix lengths; empty if the checkup chooses them. */
  sourceAddresses: v.array(v.string()),
  targetAddresses: v.array(v.string()),
  bidirectional: v.boolean(),
  probeMtu: v.boolean(),
  skipTeardown: v.picklist(['never', 'onfailure', 'always']),
  timeoutMs: AMOUNT,
});

export type ResolvedParameters = Infer<typeof RESOLVED_PARAMETERS>;
