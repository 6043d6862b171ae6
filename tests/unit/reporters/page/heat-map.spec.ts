// SPDX-License-Identifier: Apache-2.0
/** The heat map of a mesh: classes, marks and the size of the page. */
import { expect, test } from '@playwright/test';
import type { Latency } from '../../../../model/latency.ts';
import type { MeshPair, PairSample } from '../../../../model/mesh/pair.ts';
import { cellsOf, levelOf, positionsOf, type HeatMapInput } from '../../../../reporters/views/page/mesh/cells.ts';
import { renderHeatMap, renderHeatMapFile } from '../../../../reporters/views/page/mesh/heat-map.ts';
import { renderPage } from '../../../../reporters/views/page/page.ts';
import { NETWORK_PAGES } from './network-documents.ts';

const MEDIAN_NS = 100_000;

function latencyOf(ns: number): Latency {
  const same = { minNs: ns, avgNs: ns, maxNs: ns, p50Ns: ns, p90Ns: ns, p95Ns: ns, p99Ns: ns };
  return { ...same, stdDevNs: 0 };
}

function pair(from: string, to: string, change: Partial<MeshPair> = {}): MeshPair {
  const sample = { transmitted: 50, received: 50, latency: latencyOf(MEDIAN_NS) };
  return { from, to, family: 'ipv4', round: 1, state: 'passed', sample, ...change };
}

function input(pairs: readonly MeshPair[], nodes = ['a', 'b', 'c', 'd']): HeatMapInput {
  const zones = { a: 'z1', b: 'z1', c: 'z2', d: 'z2' };
  const mesh = { nodes, zones, medianLatencyNs: MEDIAN_NS, statistic: 'p90' as const, suspects: [] };
  return { mesh, pairs, maxLatencyNs: 5 * MEDIAN_NS };
}

function sample(ns: number): PairSample {
  return { transmitted: 50, received: 50, latency: latencyOf(ns) };
}

const PAIRS = [
  pair('a', 'b'),
  pair('c', 'a', { state: 'failed', sample: { transmitted: 50, received: 0 } }),
  pair('a', 'd', { state: 'failed', sample: sample(900_000) }),
  pair('b', 'c', { state: 'contended', sample: sample(900_000), retest: sample(MEDIAN_NS) }),
  pair('d', 'b', { state: 'unmeasured', reason: 'the run was over' }),
];
/** Passed in the retest, which lost a packet: the numbers of the pair are the slower ones of its round. */
const SLOW_AND_PASSED = pair('c', 'd', {
  sample: sample(900_000),
  retest: { ...sample(MEDIAN_NS), received: 49 },
});

test('the class of a cell: failed, unmeasured, or the time relative to the median; its numbers are over the threshold', () => {
  const kinds = cellsOf(input([...PAIRS, SLOW_AND_PASSED]), 'ipv4').map((row) =>
    row.map(({ kind, over }) => (over ? `${kind} over` : kind)),
  );
  expect(kinds).toEqual([
    ['self', 'level-2', 'failed', 'failed'],
    ['level-2', 'self', 'level-2', 'unmeasured'],
    ['failed', 'level-2', 'self', 'level-6 over'],
    ['failed', 'unmeasured', 'level-6 over', 'self'],
  ]);
});

test('a direction that was measured is not replaced by the other one, and a family has its own map', () => {
  const both = [pair('a', 'b'), pair('b', 'a', { sample: sample(1_000_000) }), pair('a', 'c', { family: 'ipv6' })];
  const kinds = cellsOf(input(both), 'ipv4').map((row) => row.map(({ kind }) => kind));
  expect(kinds.slice(0, 2)).toEqual([
    ['self', 'level-2', 'unmeasured', 'unmeasured'],
    ['level-7', 'self', 'unmeasured', 'unmeasured'],
  ]);
  expect(cellsOf(input(both), 'ipv6')[2]?.[0]?.kind).toBe('level-2');
});

test('the colour scale is logarithmic around the median', () => {
  const ratios = [0.4, 0.6, 1, 1.5, 2.5, 4, 7, 10, 1000];
  const levels = ratios.map((ratio) => levelOf(ratio * MEDIAN_NS, MEDIAN_NS));
  expect(levels).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 7].map((level) => `level-${level}`));
});

test('there is a gap between zones', () => {
  expect(positionsOf(input([]).mesh, 0.5)).toEqual([0, 1, 2.5, 3.5]);
});

test('each class is one path; failed cells have crosses, others over the threshold outlines, unmeasured ones a hatch', () => {
  const svg = String(renderHeatMap(input([...PAIRS, SLOW_AND_PASSED]), 'ipv4', 'map').svg);
  const pathOf = (pattern: RegExp): string => pattern.exec(svg)?.[1] ?? '';
  // Columns and rows of zone z2 begin after a gap of 0.2. The two failed cells of node a are one run.
  expect(pathOf(/class="failed"\s+d="([^"]*)"/)).toBe('M2.2 0.5h2M0 2.7h1M0 3.7h1');
  expect(pathOf(/class="level-2"\s+d="([^"]*)"/)).toBe('M1 0.5h1M0 1.5h1M2.2 1.5h1M1 2.7h1');
  expect(pathOf(/class="cross"[^>]*\s+d="([^"]*)"/).match(/M/g)).toHaveLength(4);
  expect(pathOf(/class="over"[^>]*\s+d="([^"]*)"/).match(/M/g)).toHaveLength(2);
  expect(pathOf(/class="hatched"\s+fill="url\(#map-hatch\)"\s+d="([^"]*)"/)).toBe('M3.2 1h1v1h-1zM1 3.2h1v1h-1z');
  expect(svg.match(/class="level-/g)).toHaveLength(2);
  expect(svg).toContain('4 cells failed, 2 were not measured');
});

test('the legend lists what is on the map', () => {
  const legend = (pairs: readonly MeshPair[]): string[] =>
    renderHeatMap(input(pairs), 'ipv4', 'map').legend.map(({ text }) => text);
  const scale = ['under 50 µs', '50 µs to 80 µs', '80 µs to 125 µs', '125 µs to 200 µs', '200 µs to 300 µs'];
  const rest = ['300 µs to 500 µs', '500 µs to 1 ms', '1 ms and more'];
  const over = 'passed, over the threshold';
  expect(legend(PAIRS)).toEqual([...scale, ...rest, 'failed', 'not measured']);
  expect(legend([...PAIRS, SLOW_AND_PASSED])).toEqual([...scale, ...rest, 'failed', over, 'not measured']);
  expect(legend(PAIRS).slice(0, 8)).toEqual(legend([pair('a', 'b')]).slice(0, 8));
});

test('node names without their common domain; hostile ones are no markup', () => {
  const nodes = ['ip-1.eu.internal', 'ip-2.eu.internal', '<script>.eu.internal', `${'x'.repeat(40)}.eu.internal`];
  const svg = renderHeatMapFile(input([], nodes), 'ipv4', '<img src=x> & "b"');
  expect(svg).toContain('>ip-1<');
  expect(svg).toContain(`>…${'x'.repeat(23)}<`);
  expect(svg).not.toMatch(/<(script|img)/);
});

test('the file is a document of its own, with title, result, colours and legend', () => {
  const svg = renderHeatMapFile(input(PAIRS), 'ipv4', 'latency/blue');
  expect(svg).toMatch(/^<svg\s+xmlns="http:\/\/www\.w3\.org\/2000\/svg"/);
  expect(svg).toContain('<title>latency/blue: 2 of 4 pairs failed</title>');
  expect(svg).toMatch(/>\s*2 of 4 pairs failed\. Median round-trip times; row: source, column: target\.\s*</);
  for (const part of ['>latency/blue<', '>not measured<', 'prefers-color-scheme:dark']) expect(svg).toContain(part);
});

test('the page of 100 nodes with one bad node has less than 300 kB', () => {
  const document = NETWORK_PAGES['mesh of 100'];
  expect(document).toBeDefined();
  if (document !== undefined) expect(Buffer.byteLength(renderPage(document, new Map()))).toBeLessThan(300_000);
});
