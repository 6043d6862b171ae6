/**
 * What one run of ping measured. Latencies are round-trip times in whole nanoseconds, from ping's summary; packet counts
 * are ping's own. Latencies are absent when no packet came back.
 */
export interface PingSample {
  readonly transmitted: number;
  readonly received: number;
  readonly duplicates: number;
  readonly errors: number;
  readonly latency?: Latency;
  /** Milliseconds from the first packet to the last, as ping reports it; absent where ping does not (BusyBox). */
  readonly timeMs?: number;
}

export interface Latency {
  readonly minNs: number;
  readonly avgNs: number;
  readonly maxNs: number;
  /** Population standard deviation; BusyBox ping does not report it. */
  readonly stdDevNs?: number;
}

/** A measurement as the checkup reports it. */
export interface Measurement extends PingSample {
  /** Milliseconds actually measured. */
  readonly durationMs: number;
  readonly intervalMs: number;
  /** Which ping in the guest produced the numbers, in its own words: "ping from iputils 20221126". */
  readonly tool: string;
}

/** Lost packets as a percentage with at most three decimals: 1 of 3 → "33.333". */
export function lossPercent(sample: Pick<PingSample, 'transmitted' | 'received'>): string {
  if (sample.transmitted === 0) return '0';
  const lost = Math.max(0, sample.transmitted - sample.received);
  return String(Number(((lost * 100) / sample.transmitted).toFixed(3)));
}
