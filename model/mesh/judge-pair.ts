// SPDX-License-Identifier: Apache-2.0
/** Judges the samples of a mesh: the one of the round, and the one of the retest. */
import { findExcesses, type Limits } from '../limit.ts';
import { judgedNs, type MeshPair, type PairSample } from './pair.ts';

/** A pair whose latency alone is below this share of its latency in parallel was slowed by the other pairs of the round. */
const CONTENDED_BELOW = 0.7;

type MeasuredPair = Pick<MeshPair, 'from' | 'to' | 'family' | 'round'>;

/** Returns why the sample fails: each limit that it exceeds, or no reply. Undefined if it passes. */
function failureOf(sample: PairSample, limits: Limits): string | undefined {
  const excesses = findExcesses(sample, limits).map(({ what }) => what);
  return excesses.length === 0 ? undefined : excesses.join(', ');
}

/** Returns the pair with the verdict on its sample in parallel. */
export function judgeSample(pair: MeasuredPair, sample: PairSample, limits: Limits): MeshPair {
  const { from, to, family, round } = pair;
  const reason = failureOf(sample, limits);
  const verdict = reason === undefined ? { state: 'passed' as const } : { state: 'failed' as const, reason };
  return { from, to, family, round, ...verdict, sample };
}

/** @param reason one line: why there is no sample. */
export function unmeasuredPair({ from, to, family, round }: MeasuredPair, reason: string): MeshPair {
  return { from, to, family, round, state: 'unmeasured', reason };
}

/**
 * Returns the pair with the verdict on both samples. It fails if both fail. If one passes, the pair passes and `reason` is why the other
 * one failed. A passed pair is contended if the judged statistic alone is below 70 % of that in parallel.
 * @param pair with the verdict on its sample in parallel
 * @param wasAlone whether its round had no other pair: then nothing slowed it
 */
export function judgeRetest(
  { reason: first, ...pair }: MeshPair,
  retest: PairSample,
  limits: Limits,
  wasAlone = false,
): MeshPair {
  const second = failureOf(retest, limits);
  if (pair.state === 'failed' && second !== undefined) return { ...pair, retest, reason: second };
  if (second !== undefined) return { ...pair, retest, reason: `only in the retest: ${second}` };
  const state = !wasAlone && isContended(pair.sample, retest, limits) ? 'contended' : 'passed';
  return { ...pair, state, retest, ...(first !== undefined && { reason: `not in the retest: ${first}` }) };
}

function isContended(
  parallel: PairSample | undefined,
  alone: PairSample,
  { latencyStatistic }: Pick<Limits, 'latencyStatistic'>,
): boolean {
  const [parallelNs, aloneNs] = [parallel, alone].map((sample) => judgedNs(sample, latencyStatistic));
  return parallelNs !== undefined && aloneNs !== undefined && aloneNs < CONTENDED_BELOW * parallelNs;
}

/** Marks a failed pair that is not measured again. It counts as failed. */
export function withoutRetest(pair: MeshPair): MeshPair {
  return pair.state === 'failed' ? { ...pair, notRetested: true } : pair;
}
