// SPDX-License-Identifier: Apache-2.0
/** Random series of runs on one network, and what the trend reports of them. */
import { seededRandom } from '../../fixtures/topology/prng.ts';
import { judgeTrend, type TrendPoint, type TrendState } from '../../model/history/trend.ts';

export const SERIES = ['quiet', 'diurnal', 'noisy', 'spikes'] as const;
export type Series = (typeof SERIES)[number];

/** Their logarithms have a normal distribution, independent of the other runs. `noise` is its standard deviation. */
const NOISE: Readonly<Record<Series, number>> = { quiet: 0.06, diurnal: 0.06, noisy: 0.15, spikes: 0.06 };
const LEVEL_NS = 1_000_000;
/** Load over a day of hourly runs. */
const DAY = { runs: 24, amplitude: 0.15 };
const SPIKE = { share: 0.02, factor: 3 };
/** The defaults of the parameters: the newest runs are kept, and a smaller change is no change. */
const HISTORY_RUNS = 50;
const LIMITS = { minChangePercent: 20 };

interface Change {
  /** Runs before the change. */
  readonly before: number;
  readonly factor: number;
}

function simulateRuns(series: Series, count: number, seed: string, change?: Change): TrendPoint[] {
  const random = seededRandom(seed);
  const start = random() * DAY.runs;
  return Array.from({ length: count }, (_, run) => {
    const noise = Math.exp(NOISE[series] * standardNormal(random));
    const spike = series === 'spikes' && random() < SPIKE.share ? SPIKE.factor : 1;
    const load = series === 'diurnal' ? 1 + DAY.amplitude * Math.sin((2 * Math.PI * (start + run)) / DAY.runs) : 1;
    const factor = change !== undefined && run >= change.before ? change.factor : 1;
    return { p50Ns: Math.round(LEVEL_NS * noise * spike * load * factor), sent: 50, lost: 0 };
  });
}

/** A number with the standard normal distribution: Box and Muller, Annals of Mathematical Statistics 29 (1958). */
function standardNormal(random: () => number): number {
  const radius = Math.sqrt(-2 * Math.log(1 - random()));
  return radius * Math.cos(2 * Math.PI * random());
}

type Judge = (points: readonly TrendPoint[]) => TrendState;

const byTrend: Judge = (points) => judgeTrend(points, LIMITS).state;

/** A simpler rule, for comparison. */
export const byTwiceTheLastRun: Judge = (points) => {
  const [previous, current] = points.slice(-2);
  return previous !== undefined && current !== undefined && current.p50Ns > 2 * previous.p50Ns ? 'slower' : 'unchanged';
};

/** Returns the state that each run reports. */
function judgeRuns(runs: readonly TrendPoint[], judge: Judge): TrendState[] {
  return runs.map((_, index) => judge(runs.slice(Math.max(0, index + 1 - HISTORY_RUNS), index + 1)));
}

export interface FalseAlarms {
  /** Runs that were judged. */
  readonly judged: number;
  readonly slower: number;
  readonly faster: number;
  /** Changes from `unchanged` to another state. */
  readonly onsets: number;
}

/** Counts the alarms in series of 250 runs that do not change. */
export function countFalseAlarms(series: Series, repetitions: number, judge: Judge = byTrend): FalseAlarms {
  const states = Array.from({ length: repetitions }, (_, index) =>
    judgeRuns(simulateRuns(series, 250, `${series} ${index}`), judge).filter((state) => state !== 'not enough history'),
  );
  const count = (wanted: TrendState): number => states.flat().filter((state) => state === wanted).length;
  const onsets = states.flatMap((one) =>
    one.filter((state, run) => state !== 'unchanged' && state !== (one[run - 1] ?? 'unchanged')),
  );
  return { judged: states.flat().length, slower: count('slower'), faster: count('faster'), onsets: onsets.length };
}

/** Runs before a change: the baseline has all of its runs. */
const BEFORE = 40;
/** A change is found if one of that many runs reports it. */
export const FOUND_WITHIN = 15;

/**
 * Returns for each series the run, from 1 after a lasting change, that reports it first; undefined if it is not found.
 * @param factor of the latency
 */
export function findChanges(
  series: Series,
  factor: number,
  repetitions: number,
  judge: Judge = byTrend,
): (number | undefined)[] {
  return Array.from({ length: repetitions }, (_, index) => {
    const states = statesAfterChange(series, factor, { seed: index, runs: FOUND_WITHIN, judge });
    const found = states.indexOf('slower');
    return found === -1 ? undefined : found + 1;
  });
}

/** Returns for each series the last run, from 1 after a lasting change, that reports it: afterwards the new level is the usual one. */
export function findLastReports(series: Series, factor: number, repetitions: number): number[] {
  return Array.from({ length: repetitions }, (_, index) => {
    const states = statesAfterChange(series, factor, { seed: index, runs: BEFORE, judge: byTrend });
    return states.lastIndexOf('slower') + 1;
  });
}

function statesAfterChange(
  series: Series,
  factor: number,
  { seed, runs, judge }: { readonly seed: number; readonly runs: number; readonly judge: Judge },
): TrendState[] {
  const change = { before: BEFORE, factor };
  const simulated = simulateRuns(series, BEFORE + runs, `${series} ${factor} ${seed}`, change);
  return judgeRuns(simulated, judge).slice(BEFORE);
}
