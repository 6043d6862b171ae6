// SPDX-License-Identifier: Apache-2.0
/**
 * Figures of the accuracy: the reported delay compared with the reference, which the switch measured on the frames of the sample. The
 * time of the guests and their emulation is unknown. It is estimated as the median of reported - reference in runs without delay or
 * loss, and subtracted.
 */
import { quantile } from '../../model/statistics.ts';
import { STATISTICS, type Times } from './echo-sample.ts';
import { medianFigure, type Figure } from './figure.ts';

const BOUND = { share: 0.05, atLeastMs: 0.5 };
const section = 'accuracy';

/** One run on a network with configured delay and loss. */
export interface Case {
  readonly delayMs: number;
  readonly lossPercent: number;
  readonly reported: Times;
  readonly reference: Times;
  readonly lost: number;
  readonly dropped: number;
  /** Milliseconds by which each frame was delayed. */
  readonly heldMs: readonly number[];
}

/** Returns the figures of all cases and of the baseline runs. */
export function accuracyFigures(cases: readonly Case[], baselines: readonly Case[]): Figure[] {
  const delaysMs = [...new Set(cases.map(({ delayMs }) => delayMs))];
  return [
    ...STATISTICS.map((name) => baselineFigure(name, baselines)),
    ...cases.flatMap((one) => [...STATISTICS.map((name) => errorFigure(name, one, baselines)), lossFigure(one)]),
    ...delaysMs.map((delayMs) => switchFigure(delayMs, cases)),
  ];
}

export function title({ delayMs, lossPercent }: Pick<Case, 'delayMs' | 'lossPercent'>): string {
  return `${delayMs} ms each way, ${lossPercent} % lost`;
}

type Statistic = (typeof STATISTICS)[number];

/** Returns the time of the guests: reported - reference. */
function baselineErrorsOf(name: Statistic, baselines: readonly Case[]): number[] {
  return baselines.map(({ reported, reference }) => reported[name] - reference[name]);
}

function baselineFigure(name: Statistic, baselines: readonly Case[]): Figure {
  const note = 'guests and their emulation: reported - reference of runs without delay or loss';
  return medianFigure({ section, name: `baseline, ${name}`, unit: 'ms', note }, baselineErrorsOf(name, baselines));
}

function errorFigure(name: Statistic, one: Case, baselines: readonly Case[]): Figure {
  const errors = baselineErrorsOf(name, baselines);
  const baseline = quantile(
    errors.toSorted((a, b) => a - b),
    0.5,
  );
  const [reported, reference] = [one.reported[name], one.reference[name]];
  const note = `reported ${reported.toFixed(3)} - reference ${reference.toFixed(3)} - baseline ${baseline.toFixed(3)}`;
  const atMost = Math.max(BOUND.share * reference, BOUND.atLeastMs);
  return {
    section,
    name: `${title(one)}: error of ${name}`,
    unit: 'ms',
    value: reported - reference - baseline,
    note,
    ...(name !== 'p99' && { bound: { atMost } }),
  };
}

function lossFigure(one: Case): Figure {
  const note = 'packets reported lost; the bound is the frames dropped';
  return { section, name: `${title(one)}: lost`, unit: '', value: one.lost, note, bound: { exactly: one.dropped } };
}

function switchFigure(delayMs: number, cases: readonly Case[]): Figure {
  const held = cases.filter((one) => one.delayMs === delayMs).flatMap((one) => one.heldMs);
  const late = held.map((ms) => ms - delayMs).toSorted((a, b) => a - b);
  const note = `p50 of ${late.length} frames, added - configured; max ${quantile(late, 1).toFixed(3)} ms`;
  return { section, name: `the switch's own error at ${delayMs} ms`, unit: 'ms', value: quantile(late, 0.5), note };
}
