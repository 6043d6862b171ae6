// SPDX-License-Identifier: Apache-2.0
/** How often the trend reports a change that is none, and how many changes it finds, and when. Simulated: without a lab. */
import { medianFigure, type Figure } from './figure.ts';
import {
  byTwiceTheLastRun,
  countFalseAlarms,
  findChanges,
  findLastReports,
  FOUND_WITHIN,
  SERIES,
  type Series,
} from './simulated-series.ts';

const section = 'trend';
/** Series of 250 runs each, and series with a change. */
const REPETITIONS = { withoutChange: 400, withChange: 1000 };

/** The first estimate, before the rule was implemented: false alarms of 1,000 runs. */
const ESTIMATED: Readonly<Record<Series, number>> = { quiet: 0.3, diurnal: 3.6, noisy: 0, spikes: 0.8 };
/** False alarms of 1,000 runs. */
const AT_MOST: Readonly<Record<Series, number>> = { quiet: 0.3, diurnal: 5, noisy: 2, spikes: 1 };
/** Percent of the changes that are not found: of +50 %, and of +100 %. */
const MISSED_AT_MOST: Readonly<Record<Series, readonly [number, number]>> = {
  quiet: [1, 0],
  diurnal: [45, 3],
  noisy: [45, 3],
  spikes: [3, 1],
};

export function trend(): Figure[] {
  return [
    ...SERIES.map(falseAlarms),
    ...SERIES.flatMap((series) => [missed(series, 50), missed(series, 100)]),
    ...SERIES.flatMap((series) => [delay(series, 50), delay(series, 100)]),
    ...SERIES.map(missedByTwiceTheLastRun),
    medianFigure(
      { section, name: 'quiet, +50 %: last run that reports it', unit: '' },
      findLastReports('quiet', 1.5, REPETITIONS.withChange),
    ),
  ];
}

function falseAlarms(series: Series): Figure {
  const { judged, slower, faster, onsets } = countFalseAlarms(series, REPETITIONS.withoutChange);
  const share = (count: number): number => (1000 * count) / judged;
  const counts = `slower ${share(slower).toFixed(1)}, faster ${share(faster).toFixed(1)}, onsets ${share(onsets).toFixed(1)}`;
  return {
    section,
    name: `${series}: runs with a false alarm`,
    value: share(slower + faster),
    unit: 'of 1000',
    bound: { atMost: AT_MOST[series] },
    note: `${counts}; first estimate ${ESTIMATED[series]}`,
  };
}

function missed(series: Series, percent: 50 | 100): Figure {
  const found = findChanges(series, 1 + percent / 100, REPETITIONS.withChange);
  return {
    section,
    name: `${series}, +${percent} %: not found within ${FOUND_WITHIN} runs`,
    value: missedPercent(found),
    unit: '%',
    bound: { atMost: MISSED_AT_MOST[series][percent === 50 ? 0 : 1] },
    note: `first estimate ${series === 'noisy' && percent === 50 ? 45 : '0 to 3'}`,
  };
}

function delay(series: Series, percent: 50 | 100): Figure {
  const found = findChanges(series, 1 + percent / 100, REPETITIONS.withChange);
  return medianFigure(
    { section, name: `${series}, +${percent} %: runs until it is found`, unit: '', bound: { atMost: 3 } },
    found.filter((run) => run !== undefined),
  );
}

function missedByTwiceTheLastRun(series: Series): Figure {
  const alarms = countFalseAlarms(series, REPETITIONS.withoutChange, byTwiceTheLastRun);
  return {
    section,
    name: `${series}, +50 %: not found by "twice the last run"`,
    value: missedPercent(findChanges(series, 1.5, REPETITIONS.withChange, byTwiceTheLastRun)),
    unit: '%',
    note: `false alarms ${((1000 * alarms.slower) / alarms.judged).toFixed(1)} of 1000`,
  };
}

function missedPercent(found: readonly (number | undefined)[]): number {
  return (100 * found.filter((run) => run === undefined).length) / found.length;
}
