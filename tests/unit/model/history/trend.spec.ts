// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { expect, test } from '@playwright/test';
import fc from 'fast-check';
import { parse } from 'valibot';
import {
  judgeTrend,
  TREND,
  withMigrationGap,
  withNewBaseline,
  type TrendPoint,
  type TrendState,
} from '../../../../model/history/trend.ts';
import { holds } from '../../property.ts';

const MS = 1_000_000;
const DEFAULT = { minChangePercent: 20 };

/** Runs of 50 packets without loss, by their median in milliseconds. */
function runs(...medians: readonly number[]): TrendPoint[] {
  return medians.map((ms) => ({ p50Ns: Math.round(ms * MS), sent: 50, lost: 0 }));
}

function times(count: number, ms: number): number[] {
  return Array.from({ length: count }, () => ms);
}

/** Ten runs without loss, then two that lost packets. */
function withLoss(first: number, second: number, usual = 0): TrendPoint[] {
  const lost = [...times(10, usual), first, second];
  return lost.map((count) => ({ p50Ns: MS, sent: 50, lost: count }));
}

test('twelve runs, the last two 40 % slower', () => {
  const series = runs(...times(10, 1), 1.4, 1.41);
  const texts = series.map((_, index) => judgeTrend(series.slice(0, index + 1), DEFAULT).text);
  expect(texts).toEqual([
    'not enough history (0 of 8)',
    'not enough history (0 of 8)',
    'not enough history (1 of 8)',
    'not enough history (2 of 8)',
    'not enough history (3 of 8)',
    'not enough history (4 of 8)',
    'not enough history (5 of 8)',
    'not enough history (6 of 8)',
    'not enough history (7 of 8)',
    'unchanged',
    'unchanged',
    'slower: p50 1.4ms and 1.41ms in the last two runs, usual 1ms (+40%)',
  ]);
});

test('the baseline has its runs, its median and the values that the newest two runs must pass', () => {
  // Median 1.04; deviations .04 .03 .02 .01 0 0 .01 .02 .03 .04: their median is 0.02, and 3 · 1.4826 · 0.02 is 0.089.
  const noisy = runs(1, 1.01, 1.02, 1.03, 1.04, 1.04, 1.05, 1.06, 1.07, 1.08, 1.3, 1.3);
  const { baselineRuns, baseline, state } = judgeTrend(noisy, DEFAULT);
  expect({ baselineRuns, baseline, state }).toEqual({
    baselineRuns: 10,
    baseline: { medianNs: 1_040_000, lowerNs: 866_667, upperNs: 1_248_000, lossPercent: 0 },
    state: 'slower',
  });
  const { baseline: byNoise } = judgeTrend(noisy, { minChangePercent: 1 });
  expect(byNoise).toEqual({ medianNs: 1_040_000, lowerNs: 951_044, upperNs: 1_128_956, lossPercent: 0 });
});

test('only the twenty runs before the newest two are the baseline', () => {
  const series = runs(...times(30, 9), ...times(20, 1), 1.5, 1.5);
  expect(judgeTrend(series, DEFAULT)).toMatchObject({
    state: 'slower',
    baselineRuns: 20,
    baseline: { medianNs: MS },
  });
  // Eleven of the twenty are as slow as the newest two: the new level is the usual one.
  expect(judgeTrend(runs(...times(9, 1), ...times(13, 1.5)), DEFAULT).text).toBe('unchanged');
});

for (const [what, points, text] of [
  ['all equal', runs(...times(12, 1)), 'unchanged'],
  ['a spike in the newest run', runs(...times(11, 1), 9), 'unchanged'],
  ['a spike in the run before the newest', runs(...times(10, 1), 9, 1), 'unchanged'],
  ['two spikes that are not the newest two runs', runs(...times(8, 1), 9, 9, 1, 1), 'unchanged'],
  ['spikes before and after a usual run', runs(...times(9, 1), 9, 1, 9), 'unchanged'],
  ['recovery in the newest run', runs(...times(10, 1), 1.5, 1.5, 1), 'unchanged'],
  [
    'slower',
    runs(...times(10, 1.01), 1.42, 1.43),
    'slower: p50 1.42ms and 1.43ms in the last two runs, usual 1.01ms (+41%)',
  ],
  [
    'three digits of each time, and the smaller change',
    runs(...times(10, 1.01234), 61.23456, 2.0012),
    'slower: p50 61.2ms and 2ms in the last two runs, usual 1.01ms (+98%)',
  ],
  [
    'more than a hundred times slower',
    runs(...times(10, 0.5), 1200, 1300),
    'slower: p50 1.2s and 1.3s in the last two runs, usual 500µs (+239900%)',
  ],
  [
    'faster',
    runs(...times(10, 1.01), 0.72, 0.71),
    'faster: p50 720µs and 710µs in the last two runs, usual 1.01ms (-29%)',
  ],
  ['20 % slower, not more', runs(...times(10, 1), 1.2, 1.2), 'unchanged'],
  [
    '20 % and a nanosecond slower',
    runs(...times(10, 1), 1.200001, 1.200001),
    'slower: p50 1.2ms and 1.2ms in the last two runs, usual 1ms (+20%)',
  ],
  ['50 % slower, but only 50 µs', runs(...times(10, 0.1), 0.15, 0.15), 'unchanged'],
  [
    '51 % slower, by 51 µs',
    runs(...times(10, 0.1), 0.151, 0.151),
    'slower: p50 151µs and 151µs in the last two runs, usual 100µs (+51%)',
  ],
  ['40 % slower, but as noisy as that', runs(...times(5, 0.8), ...times(5, 1.2), 1.4, 1.4), 'unchanged'],
  [
    'medians of 0 ns before',
    runs(...times(10, 0), 0.1, 0.2),
    'slower: p50 100µs and 200µs in the last two runs, usual 0ns',
  ],
  [
    'medians of 0 ns now',
    runs(...times(10, 1), 0, 0),
    'faster: p50 0ns and 0ns in the last two runs, usual 1ms (-100%)',
  ],
  ['medians of 0 ns before and now', runs(...times(12, 0)), 'unchanged'],
  ['loss without any before', withLoss(4, 5), 'more loss: 4 of 50 and 5 of 50 packets in the last two runs, usual 0%'],
  ['three lost, then two', withLoss(3, 2), 'unchanged'],
  ['loss in one run', withLoss(0, 50), 'unchanged'],
  ['three times the usual loss, not more', withLoss(3, 3, 1), 'unchanged'],
  [
    'more than three times the usual loss',
    withLoss(4, 4, 1),
    'more loss: 4 of 50 and 4 of 50 packets in the last two runs, usual 2%',
  ],
  [
    'one packet in 5000 is the usual loss',
    [
      ...runs(...times(9, 1)).map((run) => ({ ...run, sent: 500 })),
      { p50Ns: MS, sent: 500, lost: 1 },
      ...withLoss(4, 5).slice(-2),
    ],
    'more loss: 4 of 50 and 5 of 50 packets in the last two runs, usual 0.02%',
  ],
  [
    'slower and more loss',
    [...runs(...times(10, 1)), { p50Ns: 2 * MS, sent: 50, lost: 3 }, { p50Ns: 2 * MS, sent: 50, lost: 4 }],
    'slower: p50 2ms and 2ms in the last two runs, usual 1ms (+100%); ' +
      'more loss: 3 of 50 and 4 of 50 packets in the last two runs, usual 0%',
  ],
  [
    'faster and more loss',
    [...runs(...times(10, 1)), { p50Ns: 0.5 * MS, sent: 50, lost: 3 }, { p50Ns: 0.5 * MS, sent: 50, lost: 4 }],
    'more loss: 3 of 50 and 4 of 50 packets in the last two runs, usual 0%; ' +
      'faster: p50 500µs and 500µs in the last two runs, usual 1ms (-50%)',
  ],
  ['runs without packets', runs(...times(12, 1)).map((run) => ({ ...run, sent: 0 })), 'unchanged'],
  ['no run', [], 'not enough history (0 of 8)'],
] as [string, TrendPoint[], string][]) {
  test(`trend: ${what}`, () => {
    expect(judgeTrend(points, DEFAULT).text).toBe(text);
  });
}

test('trendMinChangePercent is the smallest change', () => {
  const slower = (ms: number): TrendPoint[] => runs(...times(10, 10), ms, ms);
  expect(judgeTrend(slower(10.1), { minChangePercent: 1 }).state).toBe('unchanged');
  expect(judgeTrend(slower(10.11), { minChangePercent: 1 }).text).toBe(
    'slower: p50 10.1ms and 10.1ms in the last two runs, usual 10ms (+1.1%)',
  );
  expect(judgeTrend(slower(110), { minChangePercent: 1000 }).state).toBe('unchanged');
  expect(judgeTrend(slower(110.1), { minChangePercent: 1000 }).text).toBe(
    'slower: p50 110ms and 110ms in the last two runs, usual 10ms (+1001%)',
  );
});

test('the first run with its conditions names what differs', () => {
  const first = judgeTrend(runs(1), DEFAULT);
  expect(withNewBaseline(first, ['packetSizeBytes was 56 and is 1400', 'KubeVirt was 1.8 and is 1.9'])).toEqual({
    state: 'not enough history',
    hasMoreLoss: false,
    text: 'not enough history (0 of 8): new baseline, packetSizeBytes was 56 and is 1400, KubeVirt was 1.8 and is 1.9',
    baselineRuns: 0,
    newBaseline: 'packetSizeBytes was 56 and is 1400, KubeVirt was 1.8 and is 1.9',
  });
});

const whole = fc.maxSafeNat();
const percents = fc.integer({ min: 1, max: 1000 });

test('any runs have a trend that its schema accepts, on one line', () => {
  const points = fc.array(fc.record({ p50Ns: whole, sent: whole, lost: whole }), { maxLength: 60 });
  holds([points, percents], (series, minChangePercent) => {
    const trend = judgeTrend(series, { minChangePercent });
    assert.deepEqual(parse(TREND, trend), trend);
    assert.match(trend.text, /^[^\n]+$/);
    assert.doesNotMatch(trend.text, /NaN|Infinity|undefined|e[+-]/);
  });
});

test('one spike in a series that varies by 5 % changes nothing, wherever it is', () => {
  const share = fc.double({ min: 0.95, max: 1.05, noNaN: true });
  const series = fc.array(share, { minLength: 10, maxLength: 40 });
  holds(
    [series, fc.nat(), fc.integer({ min: 2, max: 10_000 }), fc.integer({ min: 1, max: 10 ** 10 })],
    (shares, place, spike, level) => {
      const points = shares.map((one) => ({ p50Ns: Math.round(one * level), sent: 50, lost: 0 }));
      const at = place % points.length;
      points[at] = { p50Ns: level * spike, sent: 50, lost: 50 };
      for (let length = 10; length <= points.length; length += 1)
        assert.equal(judgeTrend(points.slice(0, length), DEFAULT).text, 'unchanged');
    },
  );
});

test('both newest runs three times as slow are slower, and as fast again faster, whatever the level', () => {
  holds([fc.integer({ min: 10 ** 5, max: 10 ** 10 }), fc.integer({ min: 8, max: 30 })], (level, count) => {
    const change = (factor: number): TrendState =>
      judgeTrend(
        [...times(count, 1), factor, factor].map((one) => ({ p50Ns: Math.round(one * level), sent: 50, lost: 0 })),
        DEFAULT,
      ).state;
    assert.equal(change(3), 'slower');
    assert.equal(change(1 / 3), 'faster');
  });
});

test('two longer migration gaps in a row are a change, whatever the latency is', () => {
  const gaps = (...values: number[]): number[] => values.map((s) => s * 1e9);
  const judge = (trend: ReturnType<typeof judgeTrend>, gapsNs: readonly number[]) =>
    withMigrationGap(trend, gapsNs, DEFAULT);
  const usual = judgeTrend(runs(...times(12, 1)), DEFAULT);
  const longer = gaps(...times(8, 0.9), 2.44, 2.5);
  const text = 'longer migration gap: 2.44s and 2.5s in the last two runs, usual 900ms (+171%)';
  const gapBaseline = { runs: 8, medianNs: 9e8, upperNs: 1_080_000_000, isLonger: true };
  expect(judge(usual, longer)).toEqual({ ...usual, state: 'longer migration gap', text, gapBaseline });
  expect(parse(TREND, judge(usual, longer))).toEqual(judge(usual, longer));
  // One longer gap, and too few gaps before.
  const one = judge(usual, gaps(...times(9, 0.9), 2.5));
  expect(one).toEqual({ ...usual, gapBaseline: { ...gapBaseline, runs: 8, isLonger: false } });
  expect(judge(usual, longer.slice(1))).toBe(usual);
  const slower = judgeTrend(runs(...times(10, 1), 2, 2), DEFAULT);
  expect(judge(slower, longer)).toMatchObject({ state: 'slower', text: `${slower.text}; ${text}` });
  const faster = judgeTrend(runs(...times(10, 1), 0.5, 0.5), DEFAULT);
  expect(judge(faster, longer)).toMatchObject({ state: 'longer migration gap', text: `${text}; ${faster.text}` });
});
