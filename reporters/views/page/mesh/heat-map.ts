// SPDX-License-Identifier: Apache-2.0
/**
 * The heat map of a mesh as SVG: rows ping, columns reply. Each class of cells is one path, because a page with an element for each
 * pair of 100 nodes would be larger than a megabyte. No class is visible by its colour alone: failed cells have a cross, other cells over
 * the threshold an outline, unmeasured cells a hatch.
 */
import type { IpFamily } from '../../../../model/ip-family.ts';
import { isFailed, isMeasured } from '../../../../model/mesh/pair.ts';
import { renderScope } from '../../../../model/routes.ts';
import { html, inlineElement, type Html } from '../html.ts';
import { renderCount, renderTime } from '../quantity.ts';
import { HEAT_MAP_STYLE } from './heat-map-style.ts';
import { cellsOf, positionsOf, SCALE_ENDS, type CellClass, type HeatCells, type HeatMapInput } from './cells.ts';

interface Size {
  /** Nodes, at most. */
  readonly upTo: number;
  /** Width of a cell, pixels. */
  readonly cell: number;
  /** Between zones, in cells. */
  readonly gap: number;
}

const SIZES: readonly [Size, ...Size[]] = [
  { upTo: 8, cell: 44, gap: 0.2 },
  { upTo: 16, cell: 30, gap: 0.25 },
  { upTo: 32, cell: 20, gap: 0.35 },
  { upTo: 60, cell: 13, gap: 0.5 },
  { upTo: Infinity, cell: 8, gap: 1 },
];
const LARGEST_FONT = 13;
/** Smaller cells have a name at every tenth row. */
const NAMED_CELL = 12;
const NAME_EVERY = 10;
const SMALLEST_FONT = 11;
/** Average width of a character in a label, relative to the font. */
const CHARACTER = 0.6;
const LONGEST_NAME = 24;
const ZONE_BAND = 22;
const MARGIN = 6;

export interface LegendEntry {
  readonly kind: CellClass | 'over';
  readonly text: string;
}

export interface HeatMap {
  readonly svg: Html;
  readonly width: number;
  readonly height: number;
  readonly legend: readonly LegendEntry[];
}

/** @param id of the element; unique in its document */
export function renderHeatMap(input: HeatMapInput, family: IpFamily, id: string): HeatMap {
  const { nodes } = input.mesh;
  const { cell, gap } = SIZES.find(({ upTo }) => nodes.length <= upTo) ?? SIZES[0];
  const cells = cellsOf(input, family);
  const at = positionsOf(input.mesh, gap);
  const names = shortNames(nodes);
  const font = Math.max(SMALLEST_FONT, Math.min(LARGEST_FONT, cell));
  const band = zonesOf(input).length > 1 ? ZONE_BAND : 0;
  const labels = Math.ceil(Math.max(...names.map(({ length }) => length), 1) * font * CHARACTER) + 2 * MARGIN;
  const origin = band + labels;
  const extent = (at.at(-1) ?? 0) + 1;
  const width = Math.ceil(origin + extent * cell + MARGIN);
  const svg = html`<svg
    class="heat-map"
    id="${id}"
    viewBox="0 0 ${width} ${width}"
    width="${width}"
    height="${width}"
    role="img"
    aria-label="${describe(cells)}"
    data-nodes="${nodes.join(' ')}"
    data-at="${at.map((position) => number(origin + position * cell)).join(' ')}"
    data-cell="${cell}"
    data-family="${renderScope([family])}"
  >
    <pattern id="${id}-hatch" width="0.4" height="0.4" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
      <path class="hatch" d="M0.2 0v0.4" />
    </pattern>
    <rect class="sheet" width="${width}" height="${width}" />
    ${zoneNames(input, at, { origin, cell, band })} ${nodeNames(input, names, at, { origin, cell, font })}
    <g transform="translate(${origin} ${origin}) scale(${cell})">${paths(cells, at, cell, id)}</g>
  </svg>`;
  return { svg, width, height: width, legend: legendOf(input, cells) };
}

/** Renders the map with its title, result and legend as a file of its own. */
export function renderHeatMapFile(input: HeatMapInput, family: IpFamily, title: string): string {
  const { svg, width, height, legend } = renderHeatMap(input, family, 'map');
  const measured = input.pairs.filter((pair) => pair.family === family && isMeasured(pair));
  const result = `${renderCount(measured.filter(isFailed).length)} of ${renderCount(measured.length)} pairs failed`;
  const [top, line, columns] = [60, 22, 3];
  const fullWidth = Math.max(width, 640);
  const fullHeight = top + height + MARGIN + Math.ceil(legend.length / columns) * line + MARGIN;
  const entries = legend.map(({ kind, text }, index) => {
    const x = 12 + (index % columns) * 205;
    const y = top + height + MARGIN + Math.floor(index / columns) * line;
    return html`<svg x="${x}" y="${y}" width="16" height="16" viewBox="0 0 1 1">${swatch(kind, 'map')}</svg>
      <text class="text" x="${x + 22}" y="${y + 13}" font-size="13">${text}</text>`;
  });
  const file = html`<svg
    xmlns="http://www.w3.org/2000/svg"
    class="heat-map"
    viewBox="0 0 ${fullWidth} ${fullHeight}"
    width="${fullWidth}"
    height="${fullHeight}"
  >
    ${inlineElement('style', HEAT_MAP_STYLE)}
    <rect class="sheet" width="${fullWidth}" height="${fullHeight}" />
    <title>${title}: ${result}</title>
    <text class="text" x="12" y="24" font-size="18" font-weight="600">${title}</text>
    <text class="text" x="12" y="46" font-size="13">
      ${result}. Median round-trip times; row: source, column: target.
    </text>
    <g transform="translate(0 ${top})">${svg}</g>
    ${entries}
  </svg> `;
  return String(file);
}

/** Renders a class of the heat map in a text. @param map the id of the heat map, which has the hatch */
export function renderSwatch(kind: LegendEntry['kind'], map: string): Html {
  return html`<svg class="heat-map swatch" viewBox="0 0 1 1" aria-hidden="true">${swatch(kind, map)}</svg>`;
}

function swatch(kind: LegendEntry['kind'], map: string): Html {
  if (kind === 'over') return html`<path class="over" stroke-width="0.17" d="M.1 .1h.8v.8h-.8z" />`;
  if (kind === 'unmeasured') return html`<rect fill="url(#${map}-hatch)" width="1" height="1" />`;
  return html`<path
      class="${kind}"
      d="M0 .5h1"
    />${kind === 'failed' && html`<path class="cross" stroke-width="0.17" d="${cross(0, 0)}" />`}`;
}

function paths(cells: HeatCells, at: readonly number[], size: number, id: string): Html {
  const extent = (at.at(-1) ?? 0) + 1;
  const width = number(Math.min(4, Math.max(1.2, size * 0.17)) / size);
  const kinds = new Set(cells.flatMap((row) => row.map(({ kind }) => kind)));
  const levels = [...kinds].filter((kind) => kind.startsWith('level-') || kind === 'failed').sort();
  const unmeasured = runs(cells, at, 'unmeasured');
  const marks = (of: (x: number, y: number) => string, where: (cell: HeatCells[number][number]) => boolean): string =>
    cells.map((row, y) => row.map((cell, x) => (where(cell) ? of(at[x] ?? 0, at[y] ?? 0) : '')).join('')).join('');
  const crosses = marks(cross, ({ kind }) => kind === 'failed');
  const outlines = marks(outline, ({ over }) => over);
  const lines = at.map(
    (position) => `M${number(position)} 0v${number(extent)}M0 ${number(position)}h${number(extent)}`,
  );
  const self = at.map((position) => `M${number(position + 0.5)} ${number(position + 0.5)}h0`).join('');
  return html`${levels.map((kind) => html`<path class="${kind}" d="${strokes(runs(cells, at, kind))}" />`)}${
      unmeasured.length > 0 && html`<path class="hatched" fill="url(#${id}-hatch)" d="${boxes(unmeasured)}" />`
    }<path
      class="lines"
      d="${lines.join('')}"
    />${crosses !== '' && html`<path class="cross" stroke-width="${width}" d="${crosses}" />`}${
      outlines !== '' && html`<path class="over" stroke-width="${width}" d="${outlines}" />`
    }<path class="self" d="${self}" />`;
}

interface Run {
  readonly x: number;
  readonly y: number;
  readonly length: number;
}

/** Returns the neighbouring cells of one class in each row, so that the path of a uniform map is short. */
function runs(cells: HeatCells, at: readonly number[], kind: CellClass): Run[] {
  return cells.flatMap((row, index) => {
    const found: Run[] = [];
    const y = at[index] ?? 0;
    for (const [column, cell] of row.entries()) {
      if (cell.kind !== kind) continue;
      const [x, last] = [at[column] ?? 0, found.at(-1)];
      if (last !== undefined && Math.abs(last.x + last.length - x) < 1e-6)
        found[found.length - 1] = { ...last, length: last.length + 1 };
      else found.push({ x, y, length: 1 });
    }
    return found;
  });
}

function strokes(found: readonly Run[]): string {
  return found.map(({ x, y, length }) => `M${number(x)} ${number(y + 0.5)}h${length}`).join('');
}

function boxes(found: readonly Run[]): string {
  return found.map(({ x, y, length }) => `M${number(x)} ${number(y)}h${length}v1h-${length}z`).join('');
}

function cross(x: number, y: number): string {
  return `M${number(x + 0.25)} ${number(y + 0.25)}l.5 .5m0-.5l-.5 .5`;
}

function outline(x: number, y: number): string {
  return `M${number(x + 0.12)} ${number(y + 0.12)}h.76v.76h-.76z`;
}

/** Renders a coordinate in hundredths of a cell. */
function number(value: number): string {
  return String(Number(value.toFixed(2)));
}

interface Place {
  readonly origin: number;
  readonly cell: number;
}

function nodeNames(
  { mesh }: HeatMapInput,
  names: readonly string[],
  at: readonly number[],
  { origin, cell, font }: Place & { readonly font: number },
): Html {
  const suspects = new Set(
    mesh.suspects.filter(({ kind }) => kind === 'node' || kind === 'link').flatMap((suspect) => suspect.names),
  );
  const isSuspect = (index: number): boolean => suspects.has(mesh.nodes[index] ?? '');
  const isNear = (index: number): boolean => [-2, -1, 1, 2].some((distance) => isSuspect(index + distance));
  const end = origin - MARGIN;
  const texts = names.map((name, index) => {
    const isShown = cell >= NAMED_CELL || isSuspect(index) || (index % NAME_EVERY === 0 && !isNear(index));
    if (!isShown) return '';
    const middle = number(origin + ((at[index] ?? 0) + 0.5) * cell + font * 0.35);
    const kind = isSuspect(index) ? 'text suspect' : 'name';
    return html`<text class="${kind}" x="${end}" y="${middle}">${name}</text
      ><text class="${kind}" transform="translate(${middle} ${end}) rotate(-90)" text-anchor="start">${name}</text>`;
  });
  return html`<g font-size="${font}" text-anchor="end">${texts}</g>`;
}

/** A zone that is narrower than its name has none. */
function zoneNames(
  input: HeatMapInput,
  at: readonly number[],
  { origin, cell, band }: Place & { readonly band: number },
): Html {
  const texts = (band === 0 ? [] : zonesOf(input)).map(({ zone, first, last }) => {
    const [start, end] = [at[first] ?? 0, (at[last] ?? 0) + 1];
    const middle = number(origin + ((start + end) / 2) * cell);
    if (zone.length * 12 * CHARACTER > (end - start) * cell) return '';
    return html`<text class="text" x="${middle}" y="13">${zone}</text
      ><text class="text" transform="translate(13 ${middle}) rotate(-90)">${zone}</text>`;
  });
  return html`<g font-size="12" text-anchor="middle">${texts}</g>`;
}

interface ZoneRange {
  readonly zone: string;
  readonly first: number;
  readonly last: number;
}

/** Returns the zones in the order of the rows; nodes without one are in the zone "". */
function zonesOf({ mesh: { nodes, zones } }: HeatMapInput): ZoneRange[] {
  const ranges: ZoneRange[] = [];
  for (const [index, node] of nodes.entries()) {
    const [zone, last] = [zones[node] ?? '', ranges.at(-1)];
    if (last?.zone === zone) ranges[ranges.length - 1] = { ...last, last: index };
    else ranges.push({ zone, first: index, last: index });
  }
  return ranges;
}

/** Returns the names without the domain that all of them have; a long name is shortened at its start. */
function shortNames(nodes: readonly string[]): string[] {
  const domains = new Set(nodes.map((node) => /\..*$/.exec(node)?.[0] ?? ''));
  const [domain = ''] = domains.size === 1 ? domains : [];
  return nodes.map((node) => {
    const name = node.slice(0, node.length - domain.length);
    return name.length > LONGEST_NAME ? `…${name.slice(1 - LONGEST_NAME)}` : name;
  });
}

function legendOf({ mesh }: HeatMapInput, cells: HeatCells): LegendEntry[] {
  const all = cells.flat();
  const has = (kind: CellClass): boolean => all.some((cell) => cell.kind === kind);
  const { medianLatencyNs } = mesh;
  const ends = SCALE_ENDS.map((limit) => renderTime((medianLatencyNs ?? 0) * limit));
  const levels = [...ends, ''].map((end, index): LegendEntry => {
    const start = ends[index - 1];
    const text = start === undefined ? `under ${end}` : end === '' ? `${start} and more` : `${start} to ${end}`;
    return { kind: `level-${index}`, text };
  });
  return [
    ...(medianLatencyNs === undefined ? [] : levels),
    ...(has('failed') ? [{ kind: 'failed' as const, text: 'failed' }] : []),
    ...(all.some(({ over }) => over) ? [{ kind: 'over' as const, text: 'passed, over the threshold' }] : []),
    ...(has('unmeasured') ? [{ kind: 'unmeasured' as const, text: 'not measured' }] : []),
  ];
}

function describe(cells: HeatCells): string {
  const count = (kind: CellClass): number => cells.flat().filter((cell) => cell.kind === kind).length;
  return `Heat map of ${cells.length} by ${cells.length} nodes: ${count('failed')} cells failed, ${count('unmeasured')} were not measured. The table of pairs below has the same values.`;
}
