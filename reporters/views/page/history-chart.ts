// SPDX-License-Identifier: Apache-2.0
/**
 * The runs over time as SVG: a mark for each run at its median latency. Places from left to right are percentages and all other lengths
 * are pixels, so that texts and marks have the same size on a phone. A run that passed is a dot and a failed one a cross, and a run
 * without figures is below the axis.
 */
import { ticks } from 'd3-array';
import type { HistoryPoint } from '../../../model/history/points.ts';
import type { Trend } from '../../../model/history/trend.ts';
import { roundToDigits } from '../../../model/units.ts';
import { html, type Content, type Html } from './html.ts';
import { renderMinute, renderTime, unitOf } from './quantity.ts';

/** Above the highest run are its marks, and the label of a new baseline. */
const TOP = 26;
const BOTTOM = 180;
/** The row of the runs without figures, and of the dates. */
const ROW = 20;
/** Between the lowest run and the axis. */
const PADDING = 16;
/** Of the path, whose places cannot be percentages. */
const WIDTH = 1000;
/** Marks of more runs are smaller. */
const MANY_RUNS = 100;
/** Part of the width that the label of a new baseline needs on a phone. */
const LABEL_SHARE = 0.3;
/** Whole steps of an axis over several magnitudes. */
const STEPS = [1, 2, 5];
/** The resolution of ping; a logarithm needs more than 0. */
const LEAST_NS = 1000;

/** Around 0 0. */
const MARKS = {
  failed: 'M-4-4l8 8m0-8l-8 8',
  slower: 'M0-21l5 8h-10z',
  faster: 'M0 21l5-8h-10z',
  'more loss': 'M0-23l5 5-5 5-5-5z',
} as const;
type Mark = keyof typeof MARKS;

type Baseline = NonNullable<Trend['baseline']>;

export interface Runs {
  /** The oldest first, this run last. */
  readonly points: readonly HistoryPoint[];
  /** What the newest two runs were compared with. */
  readonly usual: { readonly baseline: Baseline; readonly runs: number } | undefined;
}

/** @param id prefix of the ids in the chart @param label describes it for screen readers */
export function renderHistoryChart({ points, usual }: Runs, id: string, label: string): Html {
  const scale = scaleOf(valuesOf(points), usual?.baseline);
  const hasRow = points.some(({ p50Ns }) => p50Ns === undefined);
  const axis = BOTTOM + (hasRow ? ROW : 0);
  const height = axis + ROW;
  const places = points.map((point, index) => ({
    point,
    x: (index + 0.5) / points.length,
    y: point.p50Ns === undefined ? BOTTOM + ROW / 2 : scale.y(point.p50Ns),
  }));
  const [first, last] = [places[0], places.at(-1)];
  const uses = places.flatMap(({ point, x, y }) =>
    marksOf(point).map((mark) => html`<use class="${classOf(mark)}" href="#${id}${classOf(mark)}" ${at(x, y)} />`),
  );
  return html`<svg
    class="runs ${points.length > MANY_RUNS && 'many'}"
    height="${height}"
    role="img"
    aria-label="${label}"
  >
    <defs>
      ${Object.entries(MARKS).map(([mark, path]) => html`<path id="${id}${classOf(mark as Mark)}" d="${path}" />`)}
    </defs>
    ${usual && band(usual, points, scale)}
    ${scale.ticks.map(({ y, text }) => html`<line class="grid" x2="100%" y1="${y}" y2="${y}" /><text x="-8" y="${y + 4}" text-anchor="end">${text}</text>`)}
    <line class="axis" x2="100%" y1="${BOTTOM}" y2="${BOTTOM}" />
    ${hasRow && html`<text x="-8" y="${BOTTOM + ROW / 2 + 4}" text-anchor="end">no figures</text>`}
    ${newBaselines(points)}
    <svg width="100%" height="${height}" viewBox="0 0 ${WIDTH} ${height}" preserveAspectRatio="none">
      <path class="line" d="${linePath(places)}" />
      <path class="passed" d="${dotPath(places)}" />
    </svg>
    ${uses} ${last && html`<circle class="this-run" cx="${percent(last.x)}" cy="${last.y}" r="9" />`}
    ${first && html`<text y="${axis + 16}">${renderMinute(first.point.time)}</text>`}
    ${last && html`<text class="this" x="100%" y="${axis + 16}" text-anchor="end">${renderMinute(last.point.time)}</text>`}
  </svg>`;
}

/** Returns the entries of the legend: what is in the chart. */
export function renderHistoryLegend({ points, usual }: Runs): Html {
  const has = (mark: Mark): boolean => points.some((point) => marksOf(point).includes(mark));
  const entries: Content[] = [
    points.some(({ succeeded }) => succeeded) && entry(html`<path class="passed" d="M0 0h0" />`, 'passed'),
    has('failed') && entry(symbol('failed'), 'failed'),
    entry(html`<circle class="this-run" r="7" />`, 'this run'),
    ...(['slower', 'faster', 'more loss'] as const).map(
      (mark) => has(mark) && entry(symbol(mark, mark === 'faster' ? -17 : 17), `${mark} than usual, twice in a row`),
    ),
    usual &&
      entry(
        html`<path class="band" d="M-9-7h18v14h-18z" /><path class="usual" d="M-9 0h18" />`,
        `usual (${renderTime(usual.baseline.medianNs)}), and the range that counts as unchanged`,
      ),
  ];
  return html`<ul class="legend">
    ${entries}
  </ul>`;
}

function entry(drawn: Html, text: string): Html {
  return html`<li><svg class="runs swatch" viewBox="-10 -10 20 20" aria-hidden="true">${drawn}</svg>${text}</li>`;
}

function symbol(mark: Mark, down = 0): Html {
  return html`<path class="${classOf(mark)}" transform="translate(0 ${down})" d="${MARKS[mark]}" />`;
}

function classOf(mark: Mark): string {
  return mark.replace(' ', '-');
}

function marksOf({ succeeded, trend }: HistoryPoint): Mark[] {
  const change = trend === 'slower' || trend === 'faster' || trend === 'more loss' ? [trend] : [];
  return succeeded ? change : ['failed', ...change];
}

export function valuesOf(points: readonly HistoryPoint[]): number[] {
  return points.flatMap(({ p50Ns }) => p50Ns ?? []);
}

interface Scale {
  readonly y: (ns: number) => number;
  readonly ticks: readonly { readonly y: number; readonly text: string }[];
}

/** Logarithmic: runs beside a spike are still distinct, and the same change in percent has the same height. */
function scaleOf(values: readonly number[], baseline: Baseline | undefined): Scale {
  const shown = baseline === undefined ? values : [...values, ...edgesOf(baseline)];
  const [least, most] = [Math.max(LEAST_NS, Math.min(...shown)), Math.max(LEAST_NS, ...shown)];
  const margin = Math.max(0, 1.3 / (most / least) - 1) / 2;
  const [from, to] = [Math.log(least / (1 + margin)), Math.log(most * (1 + margin))];
  const y = (ns: number): number => {
    const part = (Math.log(Math.max(LEAST_NS, ns)) - from) / (to - from);
    return round(BOTTOM - PADDING - Math.max(-0.1, part) * (BOTTOM - TOP - PADDING));
  };
  const steps = ticksOf(Math.exp(from), Math.exp(to));
  const unit = unitOf([Math.max(...steps)]);
  return { y, ticks: steps.map((ns) => ({ y: y(ns), text: `${roundToDigits(ns, 3) / unit.ns} ${unit.name}` })) };
}

/** A lower edge of 0 would be infinitely far below. */
function edgesOf({ medianNs, lowerNs, upperNs }: Baseline): number[] {
  return [upperNs, Math.max(lowerNs, medianNs / 2)];
}

function ticksOf(from: number, to: number): number[] {
  const magnitudes = Array.from({ length: 12 }, (_, exponent) => STEPS.map((step) => step * 10 ** exponent)).flat();
  const inside = magnitudes.filter((ns) => ns >= from && ns <= to);
  if (inside.length < 3) return ticks(from, to, 3);
  return inside.filter((_, index) => index % Math.ceil(inside.length / 6) === 0);
}

/**
 * The band is today's: it covers the runs that it is made of, and the newest two, which are compared with it. If runs with
 * other conditions are in between, it begins after its first run.
 */
function band({ baseline, runs }: NonNullable<Runs['usual']>, points: readonly HistoryPoint[], { y }: Scale): Html {
  const measured = points.flatMap(({ p50Ns }, index) => (p50Ns === undefined ? [] : [index]));
  const start = (measured.at(-runs - 2) ?? 0) / points.length;
  const [top, bottom, middle] = [y(baseline.upperNs), Math.min(BOTTOM, y(baseline.lowerNs)), y(baseline.medianNs)];
  return html`<rect
      class="band"
      x="${percent(start)}"
      width="${percent(1 - start)}"
      y="${top}"
      height="${round(Math.max(0, bottom - top))}"
    />
    <line class="usual" x1="${percent(start)}" x2="100%" y1="${middle}" y2="${middle}" />`;
}

/** A line between two runs. The newest ones have a label, unless the next label is too close. */
function newBaselines(points: readonly HistoryPoint[]): Content {
  const places = points.flatMap(({ isNewBaseline }, index) => (isNewBaseline ? [index / points.length] : []));
  let free = 1 + LABEL_SHARE;
  return places.reverse().map((x) => {
    const isLabelled = free - x >= LABEL_SHARE;
    if (isLabelled) free = x;
    const isRight = x > 1 - LABEL_SHARE;
    return html`<line class="new-baseline" x1="${percent(x)}" x2="${percent(x)}" y1="4" y2="${BOTTOM}" />${
        isLabelled &&
        html`<text x="${percent(x)}" y="12" dx="${isRight ? -5 : 5}" text-anchor="${isRight ? 'end' : 'start'}"
          >new baseline</text
        >`
      }`;
  });
}

interface Place {
  readonly point: HistoryPoint;
  /** Part of the width. */
  readonly x: number;
  /** Pixels. */
  readonly y: number;
}

/** Connects the runs that have figures; not with those before a new baseline. */
function linePath(places: readonly Place[]): string {
  const measured = places.filter(({ point }) => point.p50Ns !== undefined);
  return measured
    .map(({ point, x, y }, index) => `${index === 0 || point.isNewBaseline ? 'M' : 'L'}${round(x * WIDTH)} ${y}`)
    .join('');
}

function dotPath(places: readonly Place[]): string {
  const passed = places.filter(({ point }) => point.succeeded);
  return passed.map(({ x, y }) => `M${round(x * WIDTH)} ${y}h0`).join('');
}

function at(x: number, y: number): Html {
  return html`x="${percent(x)}" y="${y}"`;
}

function percent(part: number): string {
  return `${round(100 * part)}%`;
}

function round(value: number): number {
  return Number(value.toFixed(2));
}
