// SPDX-License-Identifier: Apache-2.0
import { expect, test } from '@playwright/test';
import type { Limits } from '../../../../model/limit.ts';
import { judgeRetest, judgeSample, unmeasuredPair, withoutRetest } from '../../../../model/mesh/judge-pair.ts';
import type { PairSample } from '../../../../model/mesh/pair.ts';
import { sampleLatency } from '../../sample-latency.ts';

const PAIR = { from: 'w1', to: 'w2', family: 'ipv4', round: 3 } as const;
const LIMITS: Limits = { maxLatencyNs: 2e6, latencyStatistic: 'p90', maxPacketLossPercent: 10 };
const LOST: PairSample = { transmitted: 50, received: 0 };
const NO_REPLY = 'no connectivity - 100% packet loss';
const SLOW = 'actual p90 latency "3ms" is greater than desired "2ms"';

function sample(ms: number, received = 50): PairSample {
  return { transmitted: 50, received, latency: sampleLatency([ms * 1e6]) };
}

test('a pair within the limits passes', () => {
  expect(judgeSample(PAIR, sample(2, 45), LIMITS)).toEqual({ ...PAIR, state: 'passed', sample: sample(2, 45) });
});

for (const [what, measured, reason] of [
  ['no reply came', LOST, NO_REPLY],
  ['the judged statistic exceeds the threshold', sample(3), SLOW],
  ['the loss exceeds the threshold', sample(2, 44), 'actual packet loss "12%" is greater than desired "10%"'],
  ['both exceed', sample(3, 44), `actual packet loss "12%" is greater than desired "10%", ${SLOW}`],
] as const) {
  test(`a pair fails if ${what}`, () => {
    expect(judgeSample(PAIR, measured, LIMITS)).toEqual({ ...PAIR, state: 'failed', reason, sample: measured });
  });
}

for (const [what, parallel, alone, verdict] of [
  ['fails twice: failed, with the second reason', LOST, sample(3), { state: 'failed', reason: SLOW }],
  ['has no reply, then passes: passed', LOST, sample(1), { state: 'passed', reason: `not in the retest: ${NO_REPLY}` }],
  [
    'is slow, then below 70 %: contended',
    sample(3),
    sample(1.9),
    { state: 'contended', reason: `not in the retest: ${SLOW}` },
  ],
  ['passes, then is below 70 %: contended', sample(2), sample(1.39), { state: 'contended' }],
  ['passes, then is at 70 %: passed', sample(2), sample(1.4), { state: 'passed' }],
  ['passes, then fails: passed', sample(2), LOST, { state: 'passed', reason: `only in the retest: ${NO_REPLY}` }],
] as const) {
  test(`a pair that ${what}`, () => {
    const judged = judgeRetest(judgeSample(PAIR, parallel, LIMITS), alone, LIMITS);
    expect(judged).toEqual({ ...PAIR, ...verdict, sample: parallel, retest: alone });
  });
}

test('a failed pair that is not retested stays failed and is marked', () => {
  const failed = judgeSample(PAIR, LOST, LIMITS);
  expect(withoutRetest(failed)).toEqual({ ...failed, notRetested: true });
  const passed = judgeSample(PAIR, sample(1), LIMITS);
  expect(withoutRetest(passed)).toEqual(passed);
});

test('a pair without a sample is unmeasured, with the reason', () => {
  expect(unmeasuredPair(PAIR, 'the VM failed')).toEqual({ ...PAIR, state: 'unmeasured', reason: 'the VM failed' });
});

test('a pair whose round had no other pair is not contended', () => {
  const judged = judgeRetest(judgeSample(PAIR, sample(2), LIMITS), sample(1), LIMITS, true);
  expect(judged.state).toBe('passed');
});
