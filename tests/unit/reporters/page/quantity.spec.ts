// SPDX-License-Identifier: Apache-2.0
/** Durations and sizes on the report page. */
import { expect, test } from '@playwright/test';
import {
  renderBytes,
  renderCompared,
  renderDuration,
  renderIn,
  renderTime,
  unitOf,
} from '../../../../reporters/views/page/quantity.ts';

test('values of a column have one unit and three significant digits', () => {
  const unit = unitOf([45_000, 12_000_000]);
  expect([45_000, 3_486_000, 12_000_000, 999_900_000, 0].map((ns) => renderIn(ns, unit))).toEqual([
    '0.0450',
    '3.49',
    '12.0',
    '1000',
    '0.00',
  ]);
});

test('a time has the largest unit that fits', () => {
  expect([0, 950, 1000, 20_700_000, 2e9].map((ns) => renderTime(ns))).toEqual([
    '0 ns',
    '950 ns',
    '1 µs',
    '20.7 ms',
    '2 s',
  ]);
});

test('two times that differ are shown with digits that differ', () => {
  expect(renderCompared(1_000_400, 1_000_000)).toEqual(['1.0004 ms', '1 ms']);
  expect(renderCompared(20_700_000, 1_000_000)).toEqual(['20.7 ms', '1 ms']);
});

test('rounds as the headline does, also where the number in its unit is not exact', () => {
  expect(renderTime(1_005_000)).toBe('1.01 ms');
  expect(renderIn(1_005_000, unitOf([1_005_000]))).toBe('1.01');
});

test('durations and sizes carry into the next unit', () => {
  expect([82, 3049, 59_970, 125_400, 3_720_000].map(renderDuration)).toEqual([
    '82 ms',
    '3 s',
    '1 min 0 s',
    '2 min 5 s',
    '1 h 2 min',
  ]);
  expect([422, 1024, 12_345, 4_000_000].map(renderBytes)).toEqual(['422 B', '1.0 kB', '12 kB', '4.0 MB']);
});
