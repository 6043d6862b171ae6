// SPDX-License-Identifier: Apache-2.0
import { expect, test } from '@playwright/test';
import { viewOf } from '../../../fixtures/charts/view.ts';
import { MS, usual } from './charted-sample.ts';

const sorted = (values: readonly number[]): number[] => [...values].sort((a, b) => a - b);

test('shows all replies, from zero over time and closely in the distribution', () => {
  const { overTime, distribution, beyond } = viewOf(sorted(usual(100)), undefined);
  expect(overTime).toEqual({ low: 0, high: 700_000 });
  expect(distribution).toEqual({ low: 498_000, high: 602_000 });
  expect(beyond).toEqual([]);
});

test('puts a few outliers beyond the scale', () => {
  const { overTime, distribution, beyond } = viewOf(sorted([...usual(200), 3000 * MS, 40 * MS]), undefined);
  expect(beyond).toEqual([40 * MS, 3000 * MS]);
  expect(overTime.high).toBe(700_000);
  expect(distribution.high).toBe(602_000);
});

test('includes outliers in the scale when there are many', () => {
  const slow = Array.from({ length: 5 }, () => 40 * MS);
  const { overTime, distribution, beyond } = viewOf(sorted([...usual(95), ...slow]), undefined);
  expect(beyond).toEqual([]);
  expect(overTime.high).toBeGreaterThanOrEqual(40 * MS);
  expect(distribution.high).toBeGreaterThanOrEqual(40 * MS);
});

test('treats none of three replies as an outlier', () => {
  expect(viewOf([1 * MS, 1 * MS, 90 * MS], undefined).beyond).toEqual([]);
});

test('extends the scale to a near limit, and not to a far one', () => {
  const replies = sorted(usual(100));
  const without = viewOf(replies, undefined);
  expect(viewOf(replies, 50 * MS)).toEqual(without);
  expect(viewOf(replies, 650_000).distribution.high).toBeGreaterThan(650_000);
  expect(viewOf(replies, 1_200_000).overTime.high).toBeGreaterThan(1_200_000);
  expect(viewOf(replies, 450_000).distribution.low).toBeLessThan(450_000);
  expect(viewOf(replies, 100_000).distribution).toEqual(without.distribution);
});

for (const ns of [0, 400, 1000, 1 * MS, 3_000_000 * MS]) {
  test(`puts replies inside the scale when all took ${ns} ns`, () => {
    const { overTime, distribution } = viewOf([ns, ns, ns], undefined);
    expect(overTime.high).toBeGreaterThan(ns);
    expect(distribution.high).toBeGreaterThan(ns);
    expect(distribution.low).toBeGreaterThanOrEqual(0);
    expect(distribution.low).toBeLessThanOrEqual(ns);
  });
}
