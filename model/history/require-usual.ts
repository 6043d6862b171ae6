// SPDX-License-Identifier: Apache-2.0
/** Judges the trend of a network. It is reported before, so that the results contain it in any case. */
import { CheckupError } from '../errors.ts';
import type { Trend } from './trend.ts';

/** What happens if a network is slower, loses more packets or has longer migration gaps than in earlier runs. */
export const TREND_MODES = ['off', 'warn', 'fail'] as const;
export type TrendMode = (typeof TREND_MODES)[number];

/** Whether the network is slower, loses more packets or has longer migration gaps than in earlier runs. */
export function isRegressed({ state }: Pick<Trend, 'state'>): boolean {
  return state === 'slower' || state === 'more loss' || state === 'longer migration gap';
}

/** @throws CheckupError LatencyRegressed with the mode `fail`. */
export function requireUsual(trend: Trend | undefined, mode: TrendMode): void {
  if (mode !== 'fail' || trend === undefined || !isRegressed(trend)) return;
  throw new CheckupError('LatencyRegressed', trend.text);
}
