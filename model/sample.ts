/** What one run of ping measured. How the figures are computed from its lines is in statistics.ts. */
import * as v from 'valibot';
import { LATENCY_SCHEMA } from './latency.ts';
import { AMOUNT, WHOLE, type Infer } from './schema.ts';

/** Packet counts are ping's own: its summary decides what was received, and how often. */
const PING_SAMPLE = v.object({
  transmitted: WHOLE,
  /** Requests that were answered: neither a second reply nor a corrupted one counts. */
  received: WHOLE,
  duplicates: WHOLE,
  /** ICMP errors that came back: "+N errors". */
  errors: WHOLE,
  /** Replies with a bad checksum: "+N corrupted". */
  corrupted: WHOLE,
  /** Absent if nothing came back. */
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
  /** The ping that measured, in its own words: "ping from iputils 20221126". */
  tool: v.string(),
  intervalMs: AMOUNT,
  /** Data in each request, without headers: ping's -s. */
  packetSizeBytes: WHOLE,
  /** Milliseconds actually measured. */
  durationMs: AMOUNT,
});
export type Measurement = Infer<typeof MEASUREMENT>;

/** Lost packets as a percentage with at most three decimals: 1 of 3 → "33.333". */
export function lossPercent(sample: Pick<PingSample, 'transmitted' | 'received'>): string {
  if (sample.transmitted === 0) return '0';
  const lost = Math.max(0, sample.transmitted - sample.received);
  return String(Number(((lost * 100) / sample.transmitted).toFixed(3)));
}
