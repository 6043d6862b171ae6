/** What the bench tells: one figure a row, with how far it spread over repetitions and the bound it is held to, if there is one. */
import { quantile } from '../../model/statistics.ts';

type Bound = { readonly atMost: number } | { readonly exactly: number };

export interface Figure {
  readonly section: string;
  readonly name: string;
  /** Of several runs the median, unless the note says otherwise. */
  readonly value: number;
  /** "" for a count. */
  readonly unit: string;
  /** Lowest and highest of the runs. */
  readonly spread?: { readonly min: number; readonly max: number; readonly runs: number };
  /** Where the sign is a direction, it is the size that is bounded. */
  readonly bound?: Bound;
  readonly note?: string;
}

type FigureDescription = Omit<Figure, 'value' | 'spread'>;

/** @throws RangeError without any value. */
export function medianFigure(about: FigureDescription, values: readonly number[]): Figure {
  return spreadFigure(about, values, 0.5);
}

/** What is bounded at its worst. @throws RangeError without any value. */
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
