// SPDX-License-Identifier: Apache-2.0
import { expect, test } from '@playwright/test';
import type { MeshPair } from '../../../../model/mesh/pair.ts';
import { sortWorstFirst, summarizePairs } from '../../../../model/mesh/summary.ts';
import { sampleLatency } from '../../sample-latency.ts';
import { meshPairs, nodeNames, NO_REPLY, passedIn, UNMEASURED } from './mesh-pairs.ts';

const SLOW: Partial<MeshPair> = { ...passedIn(9), state: 'failed', reason: 'slow' };

test('counts pairs by state, and packets of the rounds and of the retest', () => {
  const [, first, ...others] = meshPairs(nodeNames(4), (a, b) => {
    if (b === 'w4') return UNMEASURED;
    return a === 'w1' && b === 'w2' ? NO_REPLY : undefined;
  });
  const [lost] = meshPairs(['w1', 'w2'], () => NO_REPLY);
  if (first === undefined || lost === undefined) throw new Error('pairs');
  const contended: MeshPair = {
    ...first,
    ...passedIn(2),
    state: 'contended',
    retest: passedIn(1).sample ?? { transmitted: 0, received: 0 },
  };
  expect(
    summarizePairs(
      [{ ...lost, retest: { transmitted: 5, received: 1, latency: sampleLatency([4e6]) } }, contended, ...others],
      'p90',
    ),
  ).toEqual({
    pairsMeasured: 3,
    pairsFailed: 1,
    pairsContended: 1,
    medianLatencyNs: 1e6,
    p95PairLatencyNs: 3.7e6,
    packetsTransmitted: 25,
    packetsReceived: 16,
  });
});

test('the median over pairs is that of their medians, the 95th percentile that of the judged statistic', () => {
  const pairs = meshPairs(nodeNames(3), (a, b) => {
    const ms = Number(b.slice(1)) + Number(a.slice(1)) - 2;
    return { state: 'passed', sample: { transmitted: 2, received: 2, latency: sampleLatency([ms * 1e6, ms * 3e6]) } };
  });
  // Medians 2, 4 and 6 ms; longest times 3, 6 and 9 ms.
  expect(summarizePairs(pairs, 'max')).toMatchObject({ medianLatencyNs: 4e6, p95PairLatencyNs: 8.7e6 });
});

test('without a reply there are counts only', () => {
  expect(
    Object.keys(
      summarizePairs(
        meshPairs(nodeNames(3), () => NO_REPLY),
        'p90',
      ),
    ),
  ).toEqual(['pairsMeasured', 'pairsFailed', 'pairsContended', 'packetsTransmitted', 'packetsReceived']);
});

test('worse is failed before slow, no reply before a slow reply, then the judged statistic', () => {
  const pairs = meshPairs(nodeNames(4), (a, b) => {
    const facts = {
      'w1 w2': passedIn(3),
      'w1 w3': SLOW,
      'w1 w4': NO_REPLY,
      'w2 w3': UNMEASURED,
      'w2 w4': passedIn(20),
    };
    return facts[`${a} ${b}` as keyof typeof facts] as typeof NO_REPLY | undefined;
  });
  expect(sortWorstFirst(pairs, 'p90').map(({ from, to }) => `${from} ${to}`)).toEqual([
    'w1 w4',
    'w1 w3',
    'w2 w4',
    'w1 w2',
    'w3 w4',
  ]);
});
