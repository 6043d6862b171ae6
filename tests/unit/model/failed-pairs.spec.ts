// SPDX-License-Identifier: Apache-2.0
import { expect, test } from '@playwright/test';
import { exceedsFailedPairs, type FailedPairsLimit } from '../../../model/failed-pairs.ts';

for (const [value, unit, failed, measured, exceeds] of [
  [0, 'pairs', 0, 10, false],
  [0, 'pairs', 1, 10, true],
  [3, 'pairs', 3, 10, false],
  [3, 'pairs', 4, 10, true],
  [0, 'percent', 1, 4950, true],
  [2, 'percent', 99, 4950, false],
  [2, 'percent', 100, 4950, true],
  [0.1, 'percent', 1, 1000, false],
  [100, 'percent', 10, 10, false],
] as const satisfies [number, FailedPairsLimit['unit'], number, number, boolean][]) {
  test(`${failed} failed of ${measured} pairs ${exceeds ? 'exceed' : 'do not exceed'} a limit of ${value} ${unit}`, () => {
    expect(exceedsFailedPairs({ value, unit }, failed, measured)).toBe(exceeds);
  });
}
