// SPDX-License-Identifier: Apache-2.0
/** Rows of the benchmark: one figure, its spread over repetitions, and its bound, if it has one. */
import { quantile } from '../../model/statistics.ts';

type Bound = { readonly atMost: number } | { readonly exactly: number };

export interface Figure {
  readonly section: string;
  readonly name: string;
  /** Median of the runs; the note names another statistic. */
  readonly value: number;
  /** Unit; "" for a count. */
  readonly unit: string;
  /** Minimum and maximum of the runs. */
  readonly spread?: { readonly min: number; readonly max: number; readonly runs: number };
  /** `atMost` limits the absolute value. */
  readonly bound?: Bound;
  readonly note?: string;
}

type FigureDescription = Omit<Figure, 'value' | 'spread'>;

/** Returns the median as a figure. @throws RangeError without any value. */
export function medianFigure(about: FigureDescription, values: readonly number[]): Figure {
  return spreadFigure(about, values, 0.5);
}

/** Returns the maximum as a figure. @throws RangeError without any value. */
export function worstFigure(about: FigureDescription, values: readonly number[]): Figure {
  return spreadFigure(about, values, 1);
}

function spreadFigure(about: FigureDescription, values: readonly number[], share: number): Figure {
  const sorted = values.toSorted((a, b) => a - b);
  const spread = { min: quantile(sorted, 0), max: quantile(sorted, 1), runs: sorted.length };
  return { ...about, value: quantile(sorted, share), ...(sorted.length > 1 && { spread }) };
}

export function isWithinBound({ value, bound }: Figure): boolean {
  if (bound === undefined) return true;
  return 'atMost' in bound ? Math.abs(value) <= bound.atMost : value === bound.exactly;
}
