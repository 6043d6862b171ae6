// SPDX-License-Identifier: Apache-2.0
import { expect, test } from '@playwright/test';
import {
  longestGap,
  mean,
  meanSuccessiveDifference,
  populationStandardDeviation,
  quantile,
  type Arrival,
} from '../../../model/statistics.ts';

// R: quantile(c(1, 2, 4, 8, 16), p), type 7.
for (const [p, value] of [
  [0, 1],
  [0.1, 1.4],
  [0.5, 4],
  [0.9, 12.8],
  [0.99, 15.68],
  [1, 16],
] as const) {
  test(`the ${p} quantile of 1, 2, 4, 8, 16 is ${value}`, () => {
    expect(quantile([1, 2, 4, 8, 16], p)).toBeCloseTo(value, 12);
  });
}

test('between two values the median is half way', () => {
  expect(quantile([10, 20], 0.5)).toBe(15);
});

test('every quantile of one value is that value', () => {
  expect([0, 0.5, 0.999, 1].map((p) => quantile([7], p))).toEqual([7, 7, 7, 7]);
});

test('an empty sample and a share outside of 0 to 1 are refused', () => {
  expect(() => quantile([], 0.5)).toThrow('an empty sample has no quantiles');
  expect(() => mean([])).toThrow('an empty sample has no mean');
  for (const p of [-0.1, 1.1, Number.NaN]) expect(() => quantile([1], p)).toThrow(/from 0 to 1, saw/);
});

test('the standard deviation is divided by n, not by n - 1', () => {
  // Mean 5, squares 9+1+1+1+0+0+4+16 = 32, 32 / 8 = 4.
  expect(populationStandardDeviation([2, 4, 4, 4, 5, 5, 7, 9])).toBe(2);
  expect(populationStandardDeviation([3])).toBe(0);
});

test('jitter compares replies to consecutive requests, in any order of arrival', () => {
  // |4 - 1| and |2 - 4|; 5 has no 4 before it.
  const replies = [
    { sequence: 3, rtt: 2 },
    { sequence: 1, rtt: 1 },
    { sequence: 2, rtt: 4 },
    { sequence: 5, rtt: 90 },
  ];
  expect(meanSuccessiveDifference(replies)).toBe(2.5);
});

test('there is no jitter without replies to two consecutive requests', () => {
  expect(meanSuccessiveDifference([])).toBeUndefined();
  const alternate = [1, 3, 5].map((sequence) => ({ sequence, rtt: sequence }));
  expect(meanSuccessiveDifference(alternate)).toBeUndefined();
});

const HUNDRED = { transmitted: 10, interval: 100 };
const replies = (sequences: number[], rtt = 2): Arrival[] => sequences.map((sequence) => ({ sequence, rtt }));
const stamped = (...pairs: [sequence: number, stamp: number][]): Arrival[] =>
  pairs.map(([sequence, stamp]) => ({ sequence, rtt: 2, stamp }));
const ALL = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10];

for (const [what, arrivals, schedule, gap] of [
  ['every reply: one interval', replies(ALL), HUNDRED, 100],
  ['no reply: all of it', [], HUNDRED, 1000],
  ['one request, one reply: its RTT', replies([1]), { transmitted: 1, interval: 100 }, 2],
  ['loss at the start: to the first reply', replies(ALL.slice(4)), HUNDRED, 402],
  ['loss in the middle', replies([1, 2, 7, 8, 9, 10]), HUNDRED, 500],
  ['loss at the end: from the last reply to the last request', replies(ALL.slice(0, 4)), HUNDRED, 598],
  [
    'a reply that grows late',
    [
      { sequence: 1, rtt: 1 },
      { sequence: 2, rtt: 81 },
    ],
    { transmitted: 2, interval: 100 },
    180,
  ],
  ['a last reply later than the last request', replies([1], 950), HUNDRED, 950],
  [
    'a reply overtaken by the next',
    [
      { sequence: 2, rtt: 2 },
      { sequence: 1, rtt: 150 },
    ],
    { transmitted: 2, interval: 100 },
    102,
  ],
  ['a guest that stood still: by its stamps', stamped([1, 2], [2, 702]), { transmitted: 2, interval: 100 }, 700],
  ['a clock set back: by sequence numbers', stamped([1, 5000], [2, 102]), { transmitted: 2, interval: 100 }, 100],
  [
    'a clock set forward by more than the sample took: by sequence numbers',
    stamped([1, 2], [2, 90_102]),
    { transmitted: 2, interval: 100, elapsed: 102 },
    100,
  ],
  [
    'a stamp that is missing: by sequence numbers',
    [...stamped([1, 2]), ...replies([3])],
    { transmitted: 3, interval: 100 },
    200,
  ],
] as const) {
  test(`longest gap, ${what}`, () => {
    expect(longestGap(arrivals, schedule)).toBe(gap);
  });
}
