// SPDX-License-Identifier: Apache-2.0
/** The figures of a mesh over all of its pairs. */
import type { LatencyStatistic } from '../latency.ts';
import { quantile } from '../statistics.ts';
import type { MeshResult } from './mesh-result.ts';
import { countedSample, isFailed, isMeasured, judgedNs, type MeshPair } from './pair.ts';

type Figures = Pick<
  MeshResult,
  | 'pairsMeasured'
  | 'pairsFailed'
  | 'pairsContended'
  | 'medianLatencyNs'
  | 'p95PairLatencyNs'
  | 'packetsTransmitted'
  | 'packetsReceived'
>;

/** Returns counts and figures. Packets are those of the rounds and of the retest. */
export function summarizePairs(pairs: readonly MeshPair[], statistic: LatencyStatistic): Figures {
  const medianLatencyNs = quantileOver(pairs, 'p50', 0.5);
  const p95PairLatencyNs = quantileOver(pairs, statistic, 0.95);
  const figures = { pairsMeasured: 0, pairsFailed: 0, pairsContended: 0, packetsTransmitted: 0, packetsReceived: 0 };
  for (const pair of pairs) {
    if (isMeasured(pair)) figures.pairsMeasured += 1;
    if (isFailed(pair)) figures.pairsFailed += 1;
    if (pair.state === 'contended') figures.pairsContended += 1;
    for (const sample of [pair.sample, pair.retest]) {
      figures.packetsTransmitted += sample?.transmitted ?? 0;
      figures.packetsReceived += sample?.received ?? 0;
    }
  }
  return {
    ...figures,
    ...(medianLatencyNs !== undefined && { medianLatencyNs }),
    ...(p95PairLatencyNs !== undefined && { p95PairLatencyNs }),
  };
}

/** Returns a quantile over the pairs with a reply, whole nanoseconds; undefined without any. */
function quantileOver(pairs: readonly MeshPair[], statistic: LatencyStatistic, p: number): number | undefined {
  const values = pairs.flatMap((pair) => judgedNs(countedSample(pair), statistic) ?? []).sort((a, b) => a - b);
  return values.length === 0 ? undefined : Math.round(quantile(values, p));
}

/**
 * Returns the measured pairs from the worst to the best: failed ones first, and of these the ones without a reply; then by the
 * judged statistic, the highest first.
 */
export function sortWorstFirst(pairs: readonly MeshPair[], statistic: LatencyStatistic): MeshPair[] {
  const ranked = pairs.filter(isMeasured).map((pair) => {
    return { pair, failed: Number(isFailed(pair)), ns: judgedNs(countedSample(pair), statistic) ?? Number.MAX_VALUE };
  });
  return ranked.sort((a, b) => b.failed - a.failed || b.ns - a.ns).map(({ pair }) => pair);
}
