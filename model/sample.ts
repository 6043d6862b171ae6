// SPDX-License-Identifier: Apache-2.0
/** The results of one run of ping. statistics.ts computes the figures from its lines. */
import * as v from 'valibot';
import { LATENCY_SCHEMA } from './latency.ts';
import { AMOUNT, WHOLE, type Infer } from './schema.ts';

/** Packet counts are ping's own: its summary decides what was received, and how often. */
const PING_SAMPLE = v.object({
  transmitted: WHOLE,
  /** Requests with a reply; duplicates and corrupted replies do not count. */
  received: WHOLE,
  duplicates: WHOLE,
  /** ICMP errors in response: "+N errors". */
  errors: WHOLE,
  /** Replies with a bad checksum: "+N corrupted". */
  corrupted: WHOLE,
  /** Absent if there was no reply. */
  latency: v.exactOptional(LATENCY_SCHEMA),
  /** The longest time without a reply, from the first request to the last. */
  longestGapNs: WHOLE,
  /** Milliseconds from the first packet to the last, as ping reports it; BusyBox does not. */
  timeMs: v.exactOptional(AMOUNT),
});
export type PingSample = Infer<typeof PING_SAMPLE>;

/** A sample as the checkup reports it. */
export const MEASUREMENT = v.object({
  ...PING_SAMPLE.entries,
  /** The guest's ping, as it prints its version: "ping from iputils 20221126". */
  tool: v.string(),
  intervalMs: AMOUNT,
  /** Data in each request, without headers: ping's -s. */
  packetSizeBytes: WHOLE,
  /** Milliseconds actually measured. */
  durationMs: AMOUNT,
});
export type Measurement = Infer<typeof MEASUREMENT>;

/** Returns the packet loss as a percentage with at most three decimals: 1 of 3 → "33.333". */
export function lossPercent(sample: Pick<PingSample, 'transmitted' | 'received'>): string {
  if (sample.transmitted === 0) return '0';
  const lost = Math.max(0, sample.transmitted - sample.received);
  return String(Number(((lost * 100) / sample.transmitted).toFixed(3)));
}
