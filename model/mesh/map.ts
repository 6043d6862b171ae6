// SPDX-License-Identifier: Apache-2.0
/** A mesh as text: the map, and lines for pairs. */
import type { LatencyStatistic } from '../latency.ts';
import { lossPercent } from '../sample.ts';
import { renderFamily } from '../routes.ts';
import { renderRounded } from '../units.ts';
import { countedSample, isFailed, isMeasured, judgedNs, type MeshPair } from './pair.ts';
import { sortWorstFirst } from './summary.ts';

const SELF = '.';
const FAILED = 'x';
const NOT_MEASURED = '-';
/** Without "x". */
const LEVELS = '0123456789abcdefghijklmnopqrstuvwyz';
/** From "0" to "z": 10 µs to 1 s. */
const FROM_NS = 1e4;
const DECADES = 5;

const MOST_WORST = 5;
const MOST_FAILED = 50;

/** Returns the character of a latency: each of the 35 levels is 39 % above the one before. */
function levelOf(ns: number): string {
  const share = Math.log10(Math.max(ns, FROM_NS) / FROM_NS) / DECADES;
  return LEVELS.charAt(Math.min(LEVELS.length - 1, Math.floor(share * LEVELS.length)));
}

/**
 * Returns one line per node, with one character per node: `.` itself, `x` failed, `-` not measured, `0` to `9`, `a` to `z` without `x`
 * the judged statistic on a logarithmic scale from 10 µs to 1 s. Rows ping columns. If only the other direction was measured, its result is shown
 * in both places. Of several IP families, the worse result is shown.
 * @param nodes the order of rows and columns
 */
export function renderMap(nodes: readonly string[], pairs: readonly MeshPair[], statistic: LatencyStatistic): string[] {
  const places = new Map(nodes.map((node, index) => [node, index]));
  const cells = nodes.map(() => Array<string>(nodes.length).fill(NOT_MEASURED));
  for (const pair of pairs) {
    const row = cells[places.get(pair.from) ?? -1];
    const column = places.get(pair.to);
    if (row === undefined || column === undefined || !isMeasured(pair)) continue;
    const ns = judgedNs(countedSample(pair), statistic);
    row[column] = worse(row[column], isFailed(pair) || ns === undefined ? FAILED : levelOf(ns));
  }
  return cells.map((row, from) => {
    return row.map((cell, to) => (from === to ? SELF : cell === NOT_MEASURED ? cells[to]?.[from] : cell)).join('');
  });
}

const ORDER = NOT_MEASURED + LEVELS + FAILED;

function worse(one = NOT_MEASURED, other: string): string {
  return ORDER.indexOf(one) > ORDER.indexOf(other) ? one : other;
}

/** Returns one line for each of the worst measured pairs, at most five. */
export function renderWorstPairs(pairs: readonly MeshPair[], statistic: LatencyStatistic): string[] {
  const worst = sortWorstFirst(pairs, statistic).slice(0, MOST_WORST);
  return worst.map((pair) => renderPair(pair, statistic, hasSeveralFamilies(pairs)));
}

/** Returns one line for each failed pair, at most 50, and one for the number of the others. */
export function renderFailedPairs(pairs: readonly MeshPair[], statistic: LatencyStatistic): string[] {
  const failed = sortWorstFirst(pairs.filter(isFailed), statistic);
  const lines = failed.slice(0, MOST_FAILED).map((pair) => renderPair(pair, statistic, hasSeveralFamilies(pairs)));
  return failed.length > MOST_FAILED ? [...lines, `and ${failed.length - MOST_FAILED} more`] : lines;
}

function hasSeveralFamilies(pairs: readonly MeshPair[]): boolean {
  return pairs.some(({ family }) => family !== pairs[0]?.family);
}

/**
 * "w1 → w7: p90 1.2ms, loss 0%", "w1 → w7 (IPv6): contended, p90 1.2ms, 3.1ms in parallel, loss 0%",
 * "w1 → w7: failed, p90 61.2ms, loss 2%, not retested", "w1 → w7: failed, no reply",
 * "w1 → w7: unmeasured, the VM failed".
 */
export function renderPair(pair: MeshPair, statistic: LatencyStatistic, withFamily = false): string {
  const { from, to, family, state, reason, sample, retest, notRetested } = pair;
  const counted = countedSample(pair);
  const ns = judgedNs(counted, statistic);
  const parallelNs = judgedNs(sample, statistic);
  const isContended = state === 'contended' && retest !== undefined && parallelNs !== undefined;
  const parts = [
    ...(state === 'passed' ? [] : [state]),
    ...(ns === undefined
      ? [isMeasured(pair) ? 'no reply' : (reason ?? 'no reason')]
      : [`${statistic} ${renderRounded(ns)}`]),
    ...(isContended ? [`${renderRounded(parallelNs)} in parallel`] : []),
    ...(counted === undefined || ns === undefined ? [] : [`loss ${lossPercent(counted)}%`]),
    ...(notRetested ? ['not retested'] : []),
  ];
  return `${from} → ${to}${withFamily ? ` (${renderFamily(family)})` : ''}: ${parts.join(', ')}`;
}
