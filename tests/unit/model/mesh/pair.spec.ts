// SPDX-License-Identifier: Apache-2.0
import { expect, test } from '@playwright/test';
import * as v from 'valibot';
import { MESH_RESULT } from '../../../../model/mesh/mesh-result.ts';
import { countedSample, judgedNs, MESH_PAIR, type PairSample } from '../../../../model/mesh/pair.ts';
import { anyValue } from '../../any-value.ts';
import { holds } from '../../property.ts';
import { sampleLatency } from '../../sample-latency.ts';

test('any pair survives JSON', () => {
  holds([anyValue(MESH_PAIR)], (pair) => {
    expect(v.parse(MESH_PAIR, JSON.parse(JSON.stringify(pair)))).toEqual(pair);
  });
});

test('a result of a mesh survives JSON', () => {
  holds([anyValue(MESH_RESULT)], (result) => {
    expect(v.parse(MESH_RESULT, JSON.parse(JSON.stringify(result)))).toEqual(result);
  });
});

const FAST: PairSample = { transmitted: 5, received: 5, latency: sampleLatency([1e6]) };
const SLOW: PairSample = { transmitted: 5, received: 5, latency: sampleLatency([2e6]) };
const LOSSY: PairSample = { transmitted: 5, received: 4, latency: sampleLatency([5e5]) };
const LOST: PairSample = { transmitted: 5, received: 0 };

for (const [what, pair, counted] of [
  ['the only sample', { sample: SLOW }, SLOW],
  ['the faster one', { sample: SLOW, retest: FAST }, FAST],
  ['the faster one, also if it is the first', { sample: FAST, retest: SLOW }, FAST],
  ['the one with fewer lost packets', { sample: LOSSY, retest: SLOW }, SLOW],
  ['one with replies', { sample: LOST, retest: LOSSY }, LOSSY],
  ['the first of two without a reply', { sample: LOST, retest: { ...LOST } }, LOST],
  ['none', {}, undefined],
] as const) {
  test(`the numbers of a pair are those of ${what}`, () => {
    expect(countedSample(pair)).toBe(counted);
  });
}

test('a sample without a reply has no judged statistic', () => {
  expect(judgedNs(SLOW, 'p90')).toBe(2e6);
  expect(judgedNs(LOST, 'p90')).toBeUndefined();
});
