import { expect, test } from '@playwright/test';
import * as v from 'valibot';
import { MESH_RESULT } from '../../../../model/mesh/mesh-result.ts';
import { countedSample, judgedNs, MESH_PAIR } from '../../../../model/mesh/pair.ts';
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

test('the retest counts, if there is one', () => {
  const [sample, retest] = [1e6, 2e6].map((ns) => ({ transmitted: 5, received: 5, latency: sampleLatency([ns]) }));
  if (sample === undefined || retest === undefined) throw new Error('two samples');
  expect(judgedNs(countedSample({ sample, retest }), 'p90')).toBe(2e6);
  expect(judgedNs(countedSample({ sample }), 'p90')).toBe(1e6);
  expect(judgedNs(countedSample({ sample: { transmitted: 5, received: 0 } }), 'p90')).toBeUndefined();
});
