/** The judgement of a measurement; made after it was recorded, so that its numbers are reported whatever comes of it. */
import { CheckupError } from './errors.ts';
import type { Measurement } from './sample.ts';
import { renderNanoseconds } from './units.ts';

/** What a limit on the latency may be held against. */
export const LATENCY_STATISTICS = ['max', 'avg', 'p50', 'p90', 'p99'] as const;

export type LatencyStatistic = (typeof LATENCY_STATISTICS)[number];

/** What a measurement must keep; no limit where undefined. */
export interface Limits {
  readonly maxLatencyNs: number | undefined;
  readonly latencyStatistic: LatencyStatistic;
  /** 0 is a limit: no loss at all. */
  readonly maxPacketLossPercent: number | undefined;
}

/** @throws CheckupError NoConnectivity when nothing came back, LatencyExceeded when the maximum is above the limit. */
export function requireWithin(measurement: Measurement, maxLatencyNs: number | undefined): void {
  if (measurement.latency === undefined) {
    throw new CheckupError(
      'NoConnectivity',
      `no connectivity - 100% packet loss: ${measurement.transmitted} packets transmitted, ${measurement.received} received, ${measurement.errors} errors`,
    );
  }
  const { maxNs } = measurement.latency;
  if (maxLatencyNs !== undefined && maxNs > maxLatencyNs) {
    throw new CheckupError(
      'LatencyExceeded',
      `actual max latency "${renderNanoseconds(maxNs)}" is greater than desired "${renderNanoseconds(maxLatencyNs)}"`,
    );
  }
}
