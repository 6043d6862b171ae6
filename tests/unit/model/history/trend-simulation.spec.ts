// SPDX-License-Identifier: Apache-2.0
/** The rule over random series. `npm run bench -- trend` prints its figures for more of them. */
import { expect, test } from '@playwright/test';
import { quantile } from '../../../../model/statistics.ts';
import {
  byTwiceTheLastRun,
  countFalseAlarms,
  findChanges,
  findLastReports,
} from '../../../../scripts/bench/simulated-series.ts';

/** At most this many of 1,000 runs report a change that is none, and at least this share of changes is found within 15 runs. */
for (const [series, falseAlarms, foundOf50Percent, foundOf100Percent] of [
  ['quiet', 0.3, 0.99, 1],
  ['diurnal', 5, 0.5, 0.97],
  ['noisy', 2.5, 0.55, 0.97],
  ['spikes', 1, 0.97, 0.99],
] as const) {
  test(`of runs that are ${series}, at most ${falseAlarms} in 1,000 report a change that is none`, () => {
    const { judged, slower, faster } = countFalseAlarms(series, 60);
    expect(judged).toBe(60 * 241);
    expect((1000 * (slower + faster)) / judged).toBeLessThanOrEqual(falseAlarms);
  });

  test(`of runs that are ${series}, most report a lasting change after two runs`, () => {
    for (const [factor, share] of [
      [1.5, foundOf50Percent],
      [2, foundOf100Percent],
    ] as const) {
      const found = findChanges(series, factor, 200).filter((run) => run !== undefined);
      expect(found.length / 200).toBeGreaterThanOrEqual(share);
      expect(
        quantile(
          found.toSorted((a, b) => a - b),
          0.5,
        ),
      ).toBe(2);
    }
  });
}

test('a lasting change is the usual level after four to eleven runs', () => {
  const last = findLastReports('quiet', 1.5, 200);
  expect(Math.min(...last)).toBeGreaterThanOrEqual(4);
  expect(Math.max(...last)).toBeLessThanOrEqual(11);
});

test('"twice the last run" finds few changes of 50 %, and reports spikes', () => {
  expect(findChanges('quiet', 1.5, 200, byTwiceTheLastRun).filter((run) => run !== undefined)).toEqual([]);
  const { judged, slower } = countFalseAlarms('spikes', 20, byTwiceTheLastRun);
  expect((1000 * slower) / judged).toBeGreaterThan(15);
});
