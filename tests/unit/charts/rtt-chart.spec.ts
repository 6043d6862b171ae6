// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { expect, test } from '@playwright/test';
import fc from 'fast-check';
import { renderRttChart } from '../../../fixtures/charts/rtt-chart.ts';
import { LATENCY_STATISTICS } from '../../../model/latency.ts';
import { plainText } from '../../../model/text.ts';
import { anyText, holds } from '../property.ts';
import { sampleLatency } from '../sample-latency.ts';
import { chartedSample, MS, usual, type RoundTrip } from './charted-sample.ts';
import { ofClass, partsOf, readSvg, type SvgElement } from './read-svg.ts';

type Limits = Parameters<typeof chartedSample>[1];

const drawn = (roundTrips: readonly RoundTrip[], limits?: Limits): SvgElement[] =>
  readSvg(renderRttChart(chartedSample(roundTrips, limits)));
const texts = (elements: readonly SvgElement[]): string[] =>
  elements.filter(({ name }) => name === 'text').map(({ text }) => text);

/** The positions of the panels in pixels. */
const PANEL = { left: 72, right: 932, top: 142, bottom: 362 };

test('has a title and a description, as text and for screen readers', () => {
  const roundTrips: RoundTrip[] = [2 * MS, 4 * MS, undefined, 3 * MS];
  const elements = drawn(roundTrips, { maxLatencyNs: 50 * MS });
  const [root] = elements;
  const counts =
    'ping from iputils 20240905: 4 sent in 400ms, one every 100ms, 56 bytes each; 3 answered, 1 lost (25%).';
  const times = 'min 2ms, avg 3ms, max 4ms, p50 3ms, p90 3.8ms, p99 3.98ms; limit of max: 50ms.';
  expect(root?.attributes).toMatchObject({ role: 'img', viewBox: expect.stringMatching(/^0 0 960 \d+(\.\d)?$/) });
  const named = (root?.attributes['aria-labelledby'] ?? '').split(' ').map((id) => {
    return elements.find(({ attributes }) => attributes['id'] === id)?.text;
  });
  expect(named).toEqual([
    'Round-trip time, IPv4, source to target',
    `198.18.0.1 on node worker-1 → 198.18.0.2. ${counts} ${times} Each dot is one reply.`,
  ]);
  expect(texts(elements)).toEqual(expect.arrayContaining([named[0], '198.18.0.1 on node worker-1 → 198.18.0.2']));
  expect(texts(elements)).toEqual(expect.arrayContaining([counts, times, 'Each dot is one reply.']));
});

test('axes have units that fit the values', () => {
  const axes = (ns: number, count: number): string[] =>
    texts(drawn(Array.from({ length: count }, () => ns))).filter((text) => /, (ns|µs|ms|s|min|h)$/.test(text));
  expect(axes(20_000, 50)).toEqual([
    'Over the sample: round-trip time, µs',
    'since the first request, s',
    'round-trip time, µs',
  ]);
  expect(axes(20 * MS, 6000)).toEqual([
    'Over the sample: round-trip time, ms',
    'since the first request, min',
    'round-trip time, ms',
  ]);
  expect(axes(3000 * MS, 60_000 * 3)).toEqual([
    'Over the sample: round-trip time, s',
    'since the first request, h',
    'round-trip time, s',
  ]);
});

test('draws each reply as a dot at its time and height, and breaks the line at a lost one', () => {
  const elements = drawn([10 * MS, 20 * MS, undefined, 40 * MS]);
  const slot = (PANEL.right - PANEL.left) / 4;
  const dots = partsOf(elements, 'dot');
  expect(dots.map(([x]) => x)).toEqual([0.5, 1.5, 3.5].map((slots) => PANEL.left + slots * slot));
  // On a scale from 0 to 50 ms.
  const [first = [], second = [], fourth = []] = dots;
  expect(PANEL.bottom - (first[1] ?? 0)).toBeCloseTo((220 * 10) / 50, 0);
  expect(PANEL.bottom - (second[1] ?? 0)).toBeCloseTo((220 * 20) / 50, 0);
  expect(PANEL.bottom - (fourth[1] ?? 0)).toBeCloseTo((220 * 40) / 50, 0);
  expect(partsOf(elements, 'line')).toHaveLength(2);
  expect(partsOf(elements, 'lost').map(([x]) => x)).toEqual([PANEL.left + 2.5 * slot]);
  expect(partsOf(elements, 'outage').map(([x]) => x)).toEqual([PANEL.left + 2.5 * slot]);
});

test('shows one lost and one slow reply among 100,000', () => {
  const roundTrips: RoundTrip[] = usual(100_000);
  roundTrips[50_000] = undefined;
  roundTrips[75_000] = 2_000_000;
  const sample = chartedSample(roundTrips, { maxLatencyNs: 50 * MS }, { durationMs: 1_000_000 });
  const svg = renderRttChart(sample);
  expect(svg.length).toBeLessThan(100_000);
  const elements = readSvg(svg);
  const [lost] = partsOf(elements, 'lost');
  expect(lost?.[0]).toBeCloseTo((PANEL.left + PANEL.right) / 2, -1);
  const bands = ofClass(elements, 'band').map(({ attributes }) => attributes['d'] ?? '');
  const tops = [...(bands[0] ?? '').matchAll(/V([\d.]+)/g)].map(([, y]) => Number(y));
  expect(tops).toHaveLength(430);
  // One column is much higher than the others.
  const [highest = 0, next = 0] = [...tops].sort((a, b) => a - b);
  expect(tops.indexOf(highest)).toBe(Math.floor(75_000 / 233));
  expect(next - highest).toBeGreaterThan(100);
  expect(texts(elements).join(' ')).toContain('Thinned out: each column is 233 pings in a row');
});

test('shows the percentiles and the limit of the measurement', () => {
  const roundTrips = [1, 2, 2, 3, 9].map((ms) => ms * MS);
  // Not those of the round-trip times: the chart takes them from the measurement.
  const measured = { avgNs: 2 * MS, p50Ns: 2_001_000, p90Ns: 5_002_000, p99Ns: 8_003_000 };
  const sample = chartedSample(
    roundTrips,
    { maxLatencyNs: 7 * MS, latencyStatistic: 'avg' },
    { latency: sampleLatency(roundTrips, measured) },
  );
  const elements = readSvg(renderRttChart(sample));
  for (const text of ['p50 2.001ms', 'p90 5.002ms', 'p99 8.003ms', 'avg 2ms']) expect(texts(elements)).toContain(text);
  expect(texts(elements).filter((text) => text === 'limit of avg: 7ms')).toHaveLength(2);
  expect(partsOf(elements, 'mark')).toHaveLength(4);
  // Over time, in its legend, and in the distribution.
  expect(partsOf(elements, 'limit')).toHaveLength(3);
});

for (const latencyStatistic of LATENCY_STATISTICS) {
  test(`highlights ${latencyStatistic} when the limit is on ${latencyStatistic}`, () => {
    const strong = ofClass(drawn(usual(50), { maxLatencyNs: 550_000, latencyStatistic }), 'strong');
    const [limit] = strong.map(({ text }) => text).filter((text) => text.startsWith('limit'));
    expect(limit).toBe(`limit of ${latencyStatistic}: 550µs`);
    expect(strong.some(({ text }) => text.startsWith(`${latencyStatistic} `))).toBe(true);
  });
}

test('no label over time is inside the panel, where it would cover replies', () => {
  const roundTrips = usual(100);
  roundTrips[40] = 3012 * MS;
  for (const maxLatencyNs of [300_000, 600_000, 50 * MS]) {
    const inside = drawn(roundTrips, { maxLatencyNs }).filter(({ name, attributes }) => {
      const [x, y] = [Number(attributes['x']), Number(attributes['y'])];
      return name === 'text' && x > PANEL.left && y > PANEL.top && y < PANEL.bottom;
    });
    expect(inside).toEqual([]);
  }
});

test('labels a limit beyond the scale at the nearest edge', () => {
  const high = drawn(usual(50), { maxLatencyNs: 50 * MS });
  expect(texts(high)).toEqual(
    expect.arrayContaining(['▲ limit of max: 50ms, beyond the scale', 'limit of max: 50ms ▶']),
  );
  expect(ofClass(high, 'limit')).toEqual([]);
  const low = drawn(usual(50), { maxLatencyNs: 1000 });
  expect(texts(low)).toContain('◀ limit of max: 1µs');
  // Over time and in its legend, not in the distribution.
  expect(partsOf(low, 'limit')).toHaveLength(2);
});

test('marks and labels an outlier', () => {
  const roundTrips = usual(100);
  roundTrips[40] = 3012 * MS;
  const elements = drawn(roundTrips);
  expect(partsOf(elements, 'above')).toHaveLength(1);
  expect(texts(elements)).toEqual(
    expect.arrayContaining(['▲ 1 beyond the scale, up to 3.012s', '1 beyond the scale, up to 3.012s ▶']),
  );
});

test('the bars of the distribution are proportional to the number of replies', () => {
  const roundTrips = [...Array.from({ length: 30 }, () => 1 * MS), ...Array.from({ length: 10 }, () => 2 * MS)];
  const [bars = ''] = ofClass(drawn(roundTrips), 'bar').map(({ attributes }) => attributes['d'] ?? '');
  const heights = [...bars.matchAll(/v-([\d.]+)/g)].map(([, height]) => Number(height));
  expect(heights).toHaveLength(2);
  expect((heights[0] ?? 0) / (heights[1] ?? 1)).toBeCloseTo(3, 1);
});

test('draws total loss without bars', () => {
  const elements = drawn(
    Array.from({ length: 50 }, () => undefined),
    { maxLatencyNs: 50 * MS },
  );
  expect(partsOf(elements, 'lost')).toHaveLength(50);
  expect(texts(elements)).toContain('no reply: 50 sent, none answered');
  expect(ofClass(elements, 'bar')).toEqual([]);
});

test('neither draws a reply without a time nor counts it as lost', () => {
  const elements = drawn(['untimed', 1 * MS, 'untimed', undefined]);
  expect(partsOf(elements, 'dot')).toHaveLength(1);
  expect(partsOf(elements, 'lost')).toHaveLength(1);
  expect(texts(elements)).toContain('Each dot is one reply. 2 answered without a time, and not drawn.');
  expect(texts(drawn(['untimed', undefined]))).toContain(
    'no round-trip time: of 2 sent 1 were answered, all without a time',
  );
});

test('renders any sample and any tool name as a self-contained SVG', () => {
  const rtt = fc.oneof(
    { weight: 4, arbitrary: fc.integer({ min: 0, max: 5000 }).map((us) => us * 1000) },
    fc.integer({ min: 0, max: 5_000_000_000_000 }),
    fc.constantFrom(undefined, 'untimed' as const),
  );
  const limit = fc.record({
    maxLatencyNs: fc.option(fc.integer({ min: 1, max: 10_000_000_000 }), { nil: undefined }),
    latencyStatistic: fc.constantFrom(...LATENCY_STATISTICS),
  });
  holds([fc.array(rtt, { maxLength: 80 }), limit, anyText], (roundTrips, limits, tool) => {
    const sample = chartedSample(roundTrips, limits, { tool });
    const svg = renderRttChart({ ...sample, to: { address: '198.18.0.2', node: tool } });
    const elements = readSvg(svg);
    assert.equal(plainText(svg), svg);
    assert.doesNotMatch(svg, /NaN|Infinity|undefined|null/);
    assert.doesNotMatch(svg, /(?:href|src|url\(|@import|https?:(?!\/\/www\.w3\.org\/2000\/svg"))/i);
    for (const { name } of elements) assert.match(name, /^(?:svg|title|desc|style|rect|line|path|text)$/);
  });
});

test('characters that XML excludes are left out', () => {
  const sample = chartedSample(
    [1000],
    { maxLatencyNs: undefined, latencyStatistic: 'max' },
    { tool: 'ping\uFFFE\uFFFF' },
  );
  const svg = renderRttChart(sample);
  readSvg(svg);
  assert.doesNotMatch(svg, /[\uFFFE\uFFFF]/);
});
