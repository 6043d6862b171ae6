// SPDX-License-Identifier: Apache-2.0
/** Compares the measurements with the thresholds. They are recorded before, so that the results contain them in any case. */
import type { Clue, LatencyClue, PingedPath, SlowReplies } from './clues.ts';
import { CheckupError, type ErrorCode } from './errors.ts';
import type { Finding } from './finding.ts';
import type { Latency, LatencyStatistic } from './latency.ts';
import { WARM_UP_BYTES } from './path-mtu.ts';
import type { Reply } from './reply.ts';
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
  /** For a diagnosis, with a limit on the latency. */
  readonly slow?: SlowReplies | undefined;
}

/** Returns whether a value is above its limit; false if either is unknown. */
export function isAbove(actual: number | undefined, limit: number | undefined): boolean {
  return actual !== undefined && limit !== undefined && actual > limit;
}

/** A limit that a sample exceeds. A sample without a reply exceeds every limit. */
type Excess = { readonly what: string } & (
  | { readonly code: 'NoConnectivity' | 'PacketLossExceeded' }
  | { readonly code: 'LatencyExceeded'; readonly latency: Latency; readonly limitNs: number }
);

/** Returns the limits that a sample exceeds; `NoConnectivity` alone if there was no reply. */
export function findExcesses(
  { transmitted, received, latency }: Pick<Measurement, 'transmitted' | 'received' | 'latency'>,
  { maxLatencyNs, latencyStatistic, maxPacketLossPercent }: Limits,
): Excess[] {
  if (latency === undefined) return [{ code: 'NoConnectivity', what: 'no connectivity - 100% packet loss' }];
  const found: Excess[] = [];
  const loss = lossPercent({ transmitted, received });
  if (isAbove(Number(loss), maxPacketLossPercent)) {
    const what = `actual packet loss "${loss}%" is greater than desired "${maxPacketLossPercent}%"`;
    found.push({ code: 'PacketLossExceeded', what });
  }
  const actualNs = latency[`${latencyStatistic}Ns`];
  if (maxLatencyNs !== undefined && actualNs > maxLatencyNs) {
    const actual = `actual ${latencyStatistic} latency "${renderNanoseconds(actualNs)}"`;
    const what = `${actual} is greater than desired "${renderNanoseconds(maxLatencyNs)}"`;
    found.push({ code: 'LatencyExceeded', what, latency, limitNs: maxLatencyNs });
  }
  return found;
}

interface ExcessFinding extends Finding {
  readonly code: ErrorCode;
  readonly clue?: Clue;
}

function findings({ measurement, route, path, slow }: RouteMeasurement, limits: Limits): ExcessFinding[] {
  return findExcesses(measurement, limits).map((excess): ExcessFinding => {
    const { code, what } = excess;
    switch (excess.code) {
      case 'NoConnectivity': {
        const finding = { code, what, seen: renderCounts(measurement) };
        if (path === undefined) return finding;
        return { ...finding, clue: { kind: 'sample-lost', path, payloadBytes: measurement.packetSizeBytes } };
      }
      case 'PacketLossExceeded':
        return { code, what, clue: { kind: 'loss-exceeded', route, path, measurement } };
      case 'LatencyExceeded': {
        const { latency, limitNs } = excess;
        const clue = { kind: 'latency-exceeded', statistic: limits.latencyStatistic, limitNs, latency } as const;
        return { code, what, clue: { ...clue, route, path, slow } };
      }
    }
  });
}

function renderCounts({ transmitted, received, errors, packetSizeBytes }: Measurement): string {
  const sized =
    packetSizeBytes > WARM_UP_BYTES ? `; small ones were answered before, these had ${packetSizeBytes} bytes` : '';
  return `${transmitted} packets transmitted, ${received} received, ${errors} errors${sized}`;
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
  const found = measurements.flatMap((measured) => {
    const where = renderScope(scopeOf(measured.route, families));
    const suffix = where === '' ? '' : ` (${where})`;
    return findings(measured, limits).map((finding): ExcessFinding => {
      const { what, seen } = finding;
      return seen === undefined ? { ...finding, what: what + suffix } : { ...finding, seen: seen + suffix };
    });
  });
  const [first] = found;
  if (first === undefined) return;
  const clues = found.flatMap(({ clue }) => (clue === undefined ? [] : [clue]));
  throw new CheckupError(first.code, found, { clues: withSlowestFirst(clues) });
}

/** Orders the clues about latency by the judged statistic: the diagnosis is that of the slowest route. */
function withSlowestFirst(clues: readonly Clue[]): Clue[] {
  const slow = clues.filter((clue) => clue.kind === 'latency-exceeded');
  const judgedNs = ({ latency, statistic }: LatencyClue): number => latency[`${statistic}Ns`];
  const ordered = slow.toSorted((a, b) => judgedNs(b) - judgedNs(a));
  return clues.map((clue) => (clue.kind === 'latency-exceeded' ? (ordered.shift() ?? clue) : clue));
}

/** Counts the replies above the limit; undefined without a limit. */
export function countSlowReplies(
  replies: readonly Reply[],
  { maxLatencyNs }: Pick<Limits, 'maxLatencyNs'>,
): SlowReplies | undefined {
  if (maxLatencyNs === undefined) return undefined;
  let count = 0;
  let of = 0;
  for (const { rttNs } of replies) {
    if (rttNs === undefined) continue;
    of += 1;
    if (rttNs > maxLatencyNs) count += 1;
  }
  return { count, of };
}
