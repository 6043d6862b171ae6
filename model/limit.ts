/** Compares the measurements with the thresholds. They are recorded before, so that the results contain them in any case. */
import type { Clue, PingedPath } from './clues.ts';
import { CheckupError, type ErrorCode } from './errors.ts';
import type { Finding } from './finding.ts';
import type { LatencyStatistic } from './latency.ts';
import { WARM_UP_BYTES } from './path-mtu.ts';
import { renderScope, scopeOf, type Route } from './routes.ts';
import { lossPercent, type Measurement } from './sample.ts';
import { renderNanoseconds } from './units.ts';
import type { IpFamily } from './ip-family.ts';

export interface Limits {
  /** No limit if undefined. */
  readonly maxLatencyNs?: number | undefined;
  /** The statistic of the sample that is compared with the threshold. */
  readonly latencyStatistic: LatencyStatistic;
  /** Percent, 0 to 100; no limit if undefined. */
  readonly maxPacketLossPercent?: number | undefined;
}

export interface RouteMeasurement {
  readonly route: Route;
  readonly measurement: Measurement;
  /** The path of the measurement, for a diagnosis. */
  readonly path?: PingedPath;
}

interface Excess extends Finding {
  readonly code: ErrorCode;
}

function findings(
  measurement: Measurement,
  { maxLatencyNs, latencyStatistic, maxPacketLossPercent }: Limits,
): Excess[] {
  const { latency, transmitted, received, errors, packetSizeBytes } = measurement;
  if (latency === undefined) {
    const sized =
      packetSizeBytes > WARM_UP_BYTES ? `; small ones were answered before, these had ${packetSizeBytes} bytes` : '';
    const counts = `${transmitted} packets transmitted, ${received} received, ${errors} errors${sized}`;
    return [{ code: 'NoConnectivity', what: 'no connectivity - 100% packet loss', seen: counts }];
  }
  const found: Excess[] = [];
  const loss = lossPercent(measurement);
  if (maxPacketLossPercent !== undefined && Number(loss) > maxPacketLossPercent) {
    const what = `actual packet loss "${loss}%" is greater than desired "${maxPacketLossPercent}%"`;
    found.push({ code: 'PacketLossExceeded', what });
  }
  const actualNs = latency[`${latencyStatistic}Ns`];
  if (maxLatencyNs !== undefined && actualNs > maxLatencyNs) {
    const actual = `actual ${latencyStatistic} latency "${renderNanoseconds(actualNs)}"`;
    const what = `${actual} is greater than desired "${renderNanoseconds(maxLatencyNs)}"`;
    found.push({ code: 'LatencyExceeded', what });
  }
  return found;
}

/**
 * Reports all findings on all routes in one error with the code of the first finding.
 * @param families in the order of the parameter; findings of the first one have no prefix.
 * @throws CheckupError NoConnectivity if there was no reply, PacketLossExceeded, LatencyExceeded.
 */
export function requireWithin(
  measurements: readonly RouteMeasurement[],
  limits: Limits,
  families: readonly IpFamily[],
): void {
  const found = measurements.flatMap(({ route, measurement }) => {
    const where = renderScope(scopeOf(route, families));
    const suffix = where === '' ? '' : ` (${where})`;
    return findings(measurement, limits).map(({ code, what, seen }): Excess => {
      return seen === undefined ? { code, what: what + suffix } : { code, what, seen: seen + suffix };
    });
  });
  const [first] = found;
  if (first === undefined) return;
  throw new CheckupError(first.code, found, { clues: measurements.flatMap(lossClues) });
}

function lossClues({ path, measurement }: RouteMeasurement): Clue[] {
  if (path === undefined || measurement.latency !== undefined) return [];
  return [{ kind: 'sample-lost', path, payloadBytes: measurement.packetSizeBytes }];
}
