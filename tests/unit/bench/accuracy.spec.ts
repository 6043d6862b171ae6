// SPDX-License-Identifier: Apache-2.0
/** The arithmetic of what is reference of a sample, and of what a checkup reported of it. */
import { expect, test } from '@playwright/test';
import type { Crossing, EchoExchange, Fate } from '../../../lab/network.ts';
import { addedMs, dropped, heldMs, sampleOf, timesOf } from '../../../scripts/bench/echo-sample.ts';
import { isWithinBound, type Figure } from '../../../scripts/bench/figure.ts';
import { latencyMs, packetsLost } from '../../../scripts/bench/reported.ts';
import { accuracyFigures, type Case } from '../../../scripts/bench/accuracy-figures.ts';

function held(ms: number): Crossing {
  return { arrivedNs: 5_000_000n, leftNs: 5_000_000n + BigInt(Math.round(ms * 1e6)), fate: 'delivered' };
}

function stopped(fate: Fate): Crossing {
  return { arrivedNs: 1n, fate };
}

function exchange(id: number, request: Crossing, reply?: Crossing): EchoExchange {
  const addresses = { source: '198.18.0.1', destination: '198.18.0.2' };
  return { network: 'latency/blue', ...addresses, id, sequence: 1, request, ...(reply && { reply }) };
}

test('the sample is the ping with the most requests', () => {
  const warmUp = [exchange(7, stopped('lost')), exchange(7, held(1), held(1))];
  const sample = [exchange(9, held(2), held(2)), exchange(9, held(2), held(2)), exchange(9, held(2))];
  expect(sampleOf([...warmUp, ...sample])).toEqual(sample);
  expect(sampleOf([])).toEqual([]);
});

test('addedMs sums both directions of answered exchanges; heldMs lists each delivered frame', () => {
  const sample = [
    exchange(1, held(1), held(2.5)),
    exchange(1, held(4), stopped('lost')),
    exchange(1, stopped('lost')),
    exchange(1, held(8)),
  ];
  expect(addedMs(sample)).toEqual([3.5]);
  expect(heldMs(sample)).toEqual([1, 2.5, 4, 8]);
});

test('counts dropped requests and replies whatever the cause', () => {
  const sample = [
    exchange(1, held(1), held(1)),
    exchange(1, held(1), stopped('lost')),
    exchange(1, stopped('cut')),
    exchange(1, stopped('tooLong')),
    exchange(1, held(1)),
  ];
  expect(dropped(sample)).toBe(3);
});

test('computes average and percentiles of a sample, and refuses an empty one', () => {
  expect(timesOf([9, 1, 2])).toEqual({ avg: 4, p50: 2, p99: 8.86 });
  expect(() => timesOf([])).toThrow(RangeError);
});

test('reads latencies in nanoseconds and loss as transmitted minus received', () => {
  const answer = {
    'status.result.avgLatencyNanoSec': '1250000',
    'status.result.packetsTransmitted': '500',
    'status.result.packetsReceived': '493',
  };
  expect(latencyMs(answer, 'avg')).toBe(1.25);
  expect(packetsLost(answer)).toBe(7);
  expect(() => latencyMs(answer, 'p50')).toThrow('status.result.p50LatencyNanoSec, saw no such key');
  expect(() => latencyMs({ 'status.result.p50LatencyNanoSec': '' }, 'p50')).toThrow('expected a whole number');
});

function caseOf(about: Partial<Case>): Case {
  const reference = { avg: 0, p50: 0, p99: 0 };
  const reported = { avg: 2, p50: 2, p99: 3 };
  return { delayMs: 0, lossPercent: 0, reported, reference, lost: 0, dropped: 0, heldMs: [0], ...about };
}

function figureOf(one: Partial<Case>, name: string, baselines = [caseOf({})]): Figure {
  const figure = accuracyFigures([caseOf(one)], baselines).find((candidate) => candidate.name.endsWith(name));
  if (figure === undefined) throw new Error(`no figure ${name}`);
  return figure;
}

for (const { reportedMs, errorMs, within } of [
  { reportedMs: 41.9, errorMs: -0.1, within: true },
  { reportedMs: 43.9, errorMs: 1.9, within: true },
  { reportedMs: 40.05, errorMs: -1.95, within: true },
  { reportedMs: 44.1, errorMs: 2.1, within: false },
  { reportedMs: 39.9, errorMs: -2.1, within: false },
]) {
  test(`${reportedMs} ms is ${within ? 'within' : 'outside'} the bound for a reference 40 ms`, () => {
    const all = { avg: reportedMs, p50: reportedMs, p99: reportedMs };
    const reference = { avg: 40, p50: 40, p99: 40 };
    for (const name of ['error of avg', 'error of p50']) {
      const figure = figureOf({ delayMs: 20, reported: all, reference }, name);
      expect(figure.value).toBeCloseTo(errorMs, 9);
      expect(isWithinBound(figure)).toBe(within);
    }
    expect(figureOf({ reported: all, reference }, 'error of p99').bound).toBeUndefined();
  });
}

test('allows an error of half a millisecond at a short delay, and no more', () => {
  const reference = { avg: 2, p50: 2, p99: 2 };
  expect(isWithinBound(figureOf({ reference, reported: { avg: 4.49, p50: 4, p99: 5 } }, 'error of avg'))).toBe(true);
  expect(isWithinBound(figureOf({ reference, reported: { avg: 4.51, p50: 4, p99: 5 } }, 'error of avg'))).toBe(false);
});

test('the baseline is the median of reported minus reference over its runs', () => {
  const rests = [1, 9, 2.5].map((ms) =>
    caseOf({ reported: { avg: ms + 0.5, p50: 2, p99: 3 }, reference: { avg: 0.5, p50: 0, p99: 0 } }),
  );
  expect(figureOf({}, 'baseline, avg', rests)).toMatchObject({ value: 2.5, spread: { min: 1, max: 9, runs: 3 } });
  expect(figureOf({ reported: { avg: 3, p50: 2, p99: 3 } }, 'error of avg', rests).value).toBeCloseTo(0.5, 9);
});

test('requires the reported loss to equal the dropped frames', () => {
  expect(isWithinBound(figureOf({ lost: 5, dropped: 5 }, 'lost'))).toBe(true);
  expect(isWithinBound(figureOf({ lost: 5, dropped: 6 }, ': lost'))).toBe(false);
});

test("the switch's own error is the held time minus the configured delay, over all cases of one delay", () => {
  const cases = [
    caseOf({ delayMs: 5, heldMs: [5.1, 5.2] }),
    caseOf({ delayMs: 5, heldMs: [5.9] }),
    caseOf({ delayMs: 1, heldMs: [9] }),
  ];
  const [five] = accuracyFigures(cases, [caseOf({})]).filter(({ name }) => name === "the switch's own error at 5 ms");
  expect(five?.value).toBeCloseTo(0.2, 9);
  expect(five?.note).toContain('of 3 frames, added - configured; max 0.900 ms');
});
