// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { expect, test } from '@playwright/test';
import fc from 'fast-check';
import { columnsOf, requestsPerColumn } from '../../../fixtures/charts/columns.ts';
import { holds } from '../property.ts';
import { chartedSample } from './charted-sample.ts';

test('draws up to 1,500 requests in a column each, and more in at most 430 columns', () => {
  expect(requestsPerColumn(1500)).toBe(1);
  expect(requestsPerColumn(1501)).toBe(4);
  expect(requestsPerColumn(100_000)).toBe(233);
  expect(columnsOf([], 100_000)).toHaveLength(430);
  // A guest can report any count.
  expect(columnsOf([], 40_000_000)).toHaveLength(430);
});

test('a column has the minimum, the median, the maximum and the loss of its requests', () => {
  const roundTrips = Array.from({ length: 1600 }, (_, index) => index * 1000);
  const { replies } = chartedSample(roundTrips.map((rtt, index) => (index === 5 ? undefined : rtt)));
  const [first, second] = columnsOf(replies, 1600);
  expect(first).toEqual({ first: 0, size: 4, lost: 0, rtt: { low: 0, middle: 1500, high: 3000 } });
  expect(second).toEqual({ first: 4, size: 4, lost: 1, rtt: { low: 4000, middle: 6000, high: 7000 } });
});

test('thinning preserves the extremes and the counts', () => {
  const roundTrip = fc.oneof(fc.integer({ min: 0, max: 10_000_000 }), fc.constant(undefined));
  const runs = fc.array(fc.tuple(roundTrip, fc.integer({ min: 1, max: 400 })), { minLength: 1, maxLength: 12 });
  holds([runs], (parts) => {
    const all = parts.flatMap(([rtt, count]) => Array.from({ length: count }, () => rtt));
    const { replies } = chartedSample(all);
    const columns = columnsOf(replies, all.length);
    const sum = (key: 'size' | 'lost'): number => columns.reduce((total, column) => total + column[key], 0);
    assert.equal(sum('size'), all.length);
    assert.equal(sum('lost'), all.filter((rtt) => rtt === undefined).length);
    const known = all.filter((rtt) => rtt !== undefined);
    const drawn = columns.flatMap(({ rtt }) => rtt ?? []);
    assert.equal(Math.max(...drawn.map(({ high }) => high)), Math.max(...known));
    assert.equal(Math.min(...drawn.map(({ low }) => low)), Math.min(...known));
  });
});
