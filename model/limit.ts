/** The judgement of a measurement; made after it was recorded, so that its numbers are reported whatever comes of it. */
import { CheckupError } from './errors.ts';
import type { Measurement } from './sample.ts';
import { renderNanoseconds } from './units.ts';

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
