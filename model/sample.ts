import type { Latency } from './latency.ts';

/**
 * What one run of ping measured. Packet counts are ping's own; its summary decides what was received, and how often. How
 * the rest comes about from its lines is in statistics.ts.
 */
export interface PingSample {
  readonly transmitted: number;
  /** Requests that were answered: neither a second reply nor a corrupted one counts. */
  readonly received: number;
  readonly duplicates: number;
  /** ICMP errors that came back: "+N errors". */
  readonly errors: number;
  /** Replies with a bad checksum: "+N corrupted". */
  readonly corrupted: number;
  /** Absent when nothing came back. */
  readonly latency?: Latency;
  /** The longest time without a reply, from the first request to the last; whole nanoseconds. */
  readonly longestGapNs: number;
  /** Milliseconds from the first packet to the last, as ping reports it; absent where ping does not (BusyBox). */
  readonly timeMs?: number;
}

/** A measurement as the checkup reports it. */
export interface Measurement extends PingSample {
  /** Which ping in the guest produced the numbers, in its own words: "ping from iputils 20221126". */
  readonly tool: string;
  readonly intervalMs: number;
  /** Data in each request, without headers: ping's -s. */
  readonly packetSizeBytes: number;
  /** Milliseconds actually measured. */
  readonly durationMs: number;
}

/** Lost packets as a percentage with at most three decimals: 1 of 3 → "33.333". */
export function lossPercent(sample: Pick<PingSample, 'transmitted' | 'received'>): string {
  if (sample.transmitted === 0) return '0';
  const lost = Math.max(0, sample.transmitted - sample.received);
  return String(Number(((lost * 100) / sample.transmitted).toFixed(3)));
}
