// SPDX-License-Identifier: Apache-2.0
/** Compares the measurements of result.json with its thresholds. */
import type { LatencyStatistic } from '../../../model/latency.ts';
import { isAbove } from '../../../model/limit.ts';
import type { ResultDocument } from '../../../model/result-document.ts';

export type RouteResult = ResultDocument['routes'][number];

export interface Thresholds {
  readonly statistic: LatencyStatistic;
  readonly latencyNs: number | undefined;
  readonly lossPercent: number | undefined;
}

export function thresholdsOf({ parameters }: ResultDocument): Thresholds {
  return {
    statistic: parameters?.latencyStatistic ?? 'max',
    latencyNs: parameters?.maxLatencyNs,
    lossPercent: parameters?.maxPacketLossPercent,
  };
}

/** Returns the value of the statistic that is compared with the threshold, in ns. */
export function comparedNs({ measurement }: RouteResult, { statistic }: Thresholds): number | undefined {
  return measurement?.latency?.[`${statistic}Ns`];
}

export function isTooSlow(route: RouteResult, thresholds: Thresholds): boolean {
  return isAbove(comparedNs(route, thresholds), thresholds.latencyNs);
}

/** A total loss is always too much. */
export function isTooLossy({ measurement }: RouteResult, { lossPercent }: Thresholds): boolean {
  const actual = measurement?.packets.lossPercent;
  return actual === 100 || isAbove(actual, lossPercent);
}
