// SPDX-License-Identifier: Apache-2.0
/** How many pairs of a mesh may fail. */
import * as v from 'valibot';
import { AMOUNT, type Infer } from './schema.ts';

export const FAILED_PAIRS_LIMIT = v.object({ value: AMOUNT, unit: v.picklist(['pairs', 'percent']) });

export type FailedPairsLimit = Infer<typeof FAILED_PAIRS_LIMIT>;

/** Returns whether more pairs failed than the limit allows. @param measured the number of pairs with a verdict */
export function exceedsFailedPairs({ value, unit }: FailedPairsLimit, failed: number, measured: number): boolean {
  return unit === 'percent' ? failed * 100 > value * measured : failed > value;
}
