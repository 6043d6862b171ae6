// SPDX-License-Identifier: Apache-2.0
/** Compares the newest two runs with the comparable runs before them. */
import * as v from 'valibot';
import { described, PERCENT, WHOLE, type Infer } from '../schema.ts';
import { quantile } from '../statistics.ts';
import { renderNanoseconds, roundToDigits } from '../units.ts';

export const TREND_STATE = v.picklist([
  'unchanged',
  'slower',
  'faster',
  'more loss',
  'longer migration gap',
  'not enough history',
]);
export type TrendState = Infer<typeof TREND_STATE>;

const BASELINE = v.object({
  medianNs: described(WHOLE, 'Median over runs of their median latency, nanoseconds.'),
  lowerNs: described(WHOLE, '`faster`: the newest two runs are both below this value. Nanoseconds.'),
  upperNs: described(WHOLE, '`slower`: the newest two runs are both above this value. Nanoseconds.'),
  lossPercent: described(PERCENT, 'Lost packets of all runs of the baseline.'),
});
type Baseline = Infer<typeof BASELINE>;

const GAP_BASELINE = v.object({
  runs: described(WHOLE, 'Comparable runs with a live migration before the newest two of them, at most 20.'),
  medianNs: described(WHOLE, 'Median of their longest gaps, nanoseconds.'),
  upperNs: described(WHOLE, '`longer migration gap`: the newest two gaps are both above this value. Nanoseconds.'),
  isLonger: described(v.boolean(), 'Whether the newest two gaps are longer, whatever the state.'),
});

export const TREND = v.object({
  state: described(
    TREND_STATE,
    'Of several changes the first: `slower`, `more loss`, `longer migration gap`, `faster`.',
  ),
  hasMoreLoss: described(v.boolean(), 'Whether the newest two runs lost more packets than usual, whatever the state.'),
  text: described(v.string(), 'One line: the state with its figures.'),
  baselineRuns: described(WHOLE, 'Runs of the baseline: the comparable runs before the newest two, at most 20.'),
  baseline: v.exactOptional(described(BASELINE, 'If the baseline has at least 8 runs.')),
  gapBaseline: v.exactOptional(
    described(GAP_BASELINE, 'Only with liveMigration, if at least 8 comparable runs have a live migration.'),
  ),
  newBaseline: v.exactOptional(
    described(v.string(), 'What differs from earlier runs under other conditions, until there is enough history.'),
  ),
});
export type Trend = Infer<typeof TREND>;

/** What the trend uses of one run on one network. */
export interface TrendPoint {
  readonly p50Ns: number;
  /** Packets. */
  readonly sent: number;
  readonly lost: number;
}

export interface TrendLimits {
  /** A smaller change of the latency is no change. */
  readonly minChangePercent: number;
}

/** The runs that are compared with the baseline: a single spike is no change. */
const NEWEST = 2;
export const BASELINE_RUNS = { min: 8, max: 20 };
/** How many earlier runs a trend needs: those of the smallest baseline, and the previous one. */
export const LEAST_EARLIER_RUNS = BASELINE_RUNS.min + NEWEST - 1;
/** Standard deviations of a normal distribution. */
const DEVIATIONS = 3;
/** The standard deviation of a normal distribution, divided by its median absolute deviation: 1 / Φ⁻¹(3/4). */
const DEVIATION_PER_MAD = 1.4826;
/** A smaller change of the latency is no change, whatever its share. */
const MIN_CHANGE_NS = 50_000;
/** Packets that one run loses at least, and its loss rate as a multiple of the baseline's. */
const MORE_LOSS = { packets: 3, factor: 3 };

/**
 * Judges the last run together with the one before it: both must differ from the baseline.
 * @param points comparable runs, oldest first, this run last
 */
export function judgeTrend(points: readonly TrendPoint[], { minChangePercent }: TrendLimits): Trend {
  const earlier = points.slice(0, -NEWEST).slice(-BASELINE_RUNS.max);
  const baselineRuns = earlier.length;
  const [previous, current] = points.slice(-NEWEST);
  if (baselineRuns < BASELINE_RUNS.min || previous === undefined || current === undefined) {
    const text = `not enough history (${baselineRuns} of ${BASELINE_RUNS.min})`;
    return { state: 'not enough history', hasMoreLoss: false, text, baselineRuns };
  }
  const baseline = baselineOf(earlier, 1 + minChangePercent / 100);
  const newest = [previous, current] as const;
  const changes = findChanges(newest, baseline, lossRate(earlier));
  const state = changes[0]?.state ?? 'unchanged';
  const texts = changes.map((change) => `${change.state}: ${change.figures}`);
  const hasMoreLoss = changes.some((change) => change.state === 'more loss');
  return { state, hasMoreLoss, text: texts.length === 0 ? state : texts.join('; '), baselineRuns, baseline };
}

/**
 * Returns the trend of a run that is not comparable with other earlier runs.
 * @param changes what differs from the earlier runs: "packetSizeBytes was 56 and is 1400"
 */
export function withNewBaseline(trend: Trend, changes: readonly string[]): Trend {
  const newBaseline = changes.join(', ');
  return { ...trend, text: `${trend.text}: new baseline, ${newBaseline}`, newBaseline };
}

function median(values: readonly number[]): number {
  return quantile(
    values.toSorted((a, b) => a - b),
    0.5,
  );
}

/**
 * Adds the comparison of the longest gaps around live migrations, by the rule for `slower`. With too few gaps, the trend stays as it is.
 * @param gapsNs of the comparable runs that have one, the oldest first, this run last
 */
export function withMigrationGap(trend: Trend, gapsNs: readonly number[], { minChangePercent }: TrendLimits): Trend {
  const earlier = gapsNs.slice(0, -NEWEST).slice(-BASELINE_RUNS.max);
  const newest = gapsNs.slice(-NEWEST);
  if (earlier.length < BASELINE_RUNS.min) return trend;
  const range = usualRange(earlier, 1 + minChangePercent / 100);
  const { medianNs, upperNs } = range;
  const isLonger = newest.every((ns) => ns > upperNs);
  const compared: Trend = { ...trend, gapBaseline: { runs: earlier.length, medianNs, upperNs, isLonger } };
  if (!isLonger) return compared;
  const text = `longer migration gap: ${renderChange(newest, medianNs)}`;
  const { state } = trend;
  if (state === 'unchanged' || state === 'not enough history')
    return { ...compared, state: 'longer migration gap', text };
  if (state === 'faster') return { ...compared, state: 'longer migration gap', text: `${text}; ${trend.text}` };
  return { ...compared, text: `${trend.text}; ${text}` };
}

/** Rounds to whole nanoseconds so that a whole number is above or below the exact value exactly if it is so of the rounded one. */
function baselineOf(runs: readonly TrendPoint[], factor: number): Baseline {
  const medians = runs.map(({ p50Ns }) => p50Ns);
  return { ...usualRange(medians, factor), lossPercent: Math.min(100, 100 * lossRate(runs)) };
}

function usualRange(values: readonly number[], factor: number): Omit<Baseline, 'lossPercent'> {
  const centre = median(values);
  const noise = DEVIATIONS * DEVIATION_PER_MAD * median(values.map((ns) => Math.abs(ns - centre)));
  const upper = Math.max(centre + noise, centre * factor, centre + MIN_CHANGE_NS);
  const lower = Math.min(centre - noise, centre / factor, centre - MIN_CHANGE_NS);
  return {
    medianNs: Math.round(centre),
    lowerNs: Math.max(0, Math.ceil(lower)),
    upperNs: Math.floor(upper),
  };
}

function lossRate(runs: readonly TrendPoint[]): number {
  const sent = runs.reduce((sum, run) => sum + run.sent, 0);
  const lost = runs.reduce((sum, run) => sum + run.lost, 0);
  return sent === 0 ? 0 : lost / sent;
}

interface Change {
  readonly state: TrendState;
  readonly figures: string;
}

type Newest = readonly [previous: TrendPoint, current: TrendPoint];

/** Returns the changes, the most important first. */
function findChanges(newest: Newest, baseline: Baseline, usualLossRate: number): Change[] {
  const changes: Change[] = [];
  if (newest.every(({ p50Ns }) => p50Ns > baseline.upperNs)) {
    changes.push({ state: 'slower', figures: renderLatency(newest, baseline) });
  }
  if (newest.every((run) => hasMoreLoss(run, usualLossRate))) {
    changes.push({ state: 'more loss', figures: renderLoss(newest, baseline) });
  }
  if (newest.every(({ p50Ns }) => p50Ns < baseline.lowerNs)) {
    changes.push({ state: 'faster', figures: renderLatency(newest, baseline) });
  }
  return changes;
}

function hasMoreLoss(run: TrendPoint, usualRate: number): boolean {
  return run.lost >= MORE_LOSS.packets && lossRate([run]) > MORE_LOSS.factor * usualRate;
}

function renderLatency(newest: Newest, { medianNs }: Baseline): string {
  const values = newest.map(({ p50Ns }) => p50Ns);
  return `p50 ${renderChange(values, medianNs)}`;
}

/** The change in percent is the smaller one of the two runs. */
function renderChange(newestNs: readonly number[], medianNs: number): string {
  const changes = newestNs.map((ns) => (100 * (ns - medianNs)) / medianNs);
  const smaller = changes.toSorted((a, b) => Math.abs(a) - Math.abs(b))[0] ?? 0;
  const percent = medianNs === 0 ? '' : ` (${smaller < 0 ? '' : '+'}${renderPercent(smaller)}%)`;
  const times = newestNs.map(renderTime).join(' and ');
  return `${times} in the last two runs, usual ${renderTime(medianNs)}${percent}`;
}

function renderLoss([previous, current]: Newest, { lossPercent }: Baseline): string {
  const counts = [previous, current].map(({ lost, sent }) => `${lost} of ${sent}`).join(' and ');
  return `${counts} packets in the last two runs, usual ${renderPercent(lossPercent)}%`;
}

function renderTime(ns: number): string {
  return renderNanoseconds(roundToDigits(ns, 3));
}

/** Two digits, and all digits before the decimal point. */
function renderPercent(percent: number): string {
  return String(Math.abs(percent) < 100 ? roundToDigits(percent, 2) : Math.round(percent));
}
