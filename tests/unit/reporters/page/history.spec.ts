// SPDX-License-Identifier: Apache-2.0
/** The runs over time on the report page: words, marks, order and size. */
import assert from 'node:assert/strict';
import { expect, test } from '@playwright/test';
import fc from 'fast-check';
import { HISTORY_POINT } from '../../../../model/history/points.ts';
import { TREND } from '../../../../model/history/trend.ts';
import type { ResultDocument } from '../../../../model/result-document.ts';
import { renderHistory } from '../../../../reporters/views/page/history.ts';
import { renderPage } from '../../../../reporters/views/page/page.ts';
import { anyValue } from '../../any-value.ts';
import { holds } from '../../property.ts';
import { HISTORY_PAGES, usualRuns, withHistory, type Series } from './history-documents.ts';
import { NETWORK_PAGES } from './network-documents.ts';
import { PAGES } from './page-documents.ts';

const USUAL = usualRuns(10);

function pageNamed(name: string): ResultDocument {
  const document = { ...PAGES, ...HISTORY_PAGES, ...NETWORK_PAGES }[name];
  if (document === undefined) throw new RangeError(`no page "${name}"`);
  return document;
}

/** Of a run that succeeded, or that failed before its measurement. */
function sectionAfter(series: readonly Series[], trend?: 'off'): string {
  const base = pageNamed(series.at(-1)?.ms === undefined ? 'diagnosed' : 'success');
  const document = withHistory(base, series);
  if (trend === undefined || document.parameters === undefined) return String(renderHistory(document));
  return String(renderHistory({ ...document, trend: undefined, parameters: { ...document.parameters, trend } }));
}

function wordsOf(section: string): string {
  return section
    .replace(/<details[^]*<\/details>/, '')
    .replace(/<svg class="runs"[^]*?<\/svg>\s*<\/svg>|<[^>]*>/g, ' ')
    .replace(/\s+/g, ' ');
}

const NO_FIGURES: Series = { code: 'NoConnectivity' };

const WORDS: readonly (readonly [what: string, series: readonly Series[], words: string])[] = [
  ['as before', [...USUAL, { ms: 1 }, { ms: 1 }], 'Unchanged: this network is as fast as usual.'],
  [
    'one slow run',
    [...USUAL, { ms: 1 }, { ms: 2 }],
    'Unchanged: only this run is slower than usual. A change needs two runs in a row.',
  ],
  ['one fast run', [...USUAL, { ms: 1 }, { ms: 0.5 }], 'Unchanged: only this run is faster than usual.'],
  [
    'three slow runs',
    [...USUAL, { ms: 1.5 }, { ms: 1.4 }, { ms: 1.41 }],
    'Slower: p50 1.4ms and 1.41ms in the last two runs, usual 1ms (+40%). The change began at 2026-01-02 01:04 UTC.',
  ],
  ['two fast runs', [...USUAL, { ms: 0.5 }, { ms: 0.5 }], 'Faster: p50 500µs and 500µs in the last two runs'],
  ['losses', [...USUAL, { ms: 1, lost: 4 }, { ms: 1, lost: 5 }], 'More loss: 4 of 50 and 5 of 50 packets'],
  [
    'few runs',
    usualRuns(4),
    'The last two runs are compared with at least 8 earlier runs under the same conditions. There are 2.',
  ],
  [
    'new conditions',
    [...USUAL, { ms: 1, bytes: 1400 }],
    'Not enough history (0 of 8): new baseline, packetSizeBytes was 56 and is 1400.',
  ],
  [
    'a failure before the measurement',
    [...USUAL, { ms: 1 }, NO_FIGURES, NO_FIGURES],
    'The last run that passed was at 2026-01-02 01:04 UTC, with a median of 1 ms.',
  ],
  ['only failures', [NO_FIGURES, NO_FIGURES], 'None of the last 2 runs passed.'],
  ['the first run', [{ ms: 1 }], 'This is the first retained run on this network.'],
];

for (const [what, series, words] of WORDS) {
  test(`says in words how the run compares: ${what}`, () => {
    expect(wordsOf(sectionAfter(series))).toContain(words);
  });
}

test('a trend that is off is said, and nothing is shown without earlier runs and without a trend', () => {
  expect(wordsOf(sectionAfter(USUAL, 'off'))).toContain('Not compared with earlier runs: trend is off.');
  expect(sectionAfter([{ ms: 1 }], 'off')).toBe('');
  expect(sectionAfter([NO_FIGURES])).toBe('');
  expect(renderHistory(pageNamed('wrong input'))).toBe('');
});

test('each run has its mark: dots passed, crosses failed, those without figures below the axis', () => {
  const section = String(renderHistory(pageNamed('slower, 50 runs')));
  const chart = section.replace(/<ul class="legend">[^]*/, '');
  const dots = /class="passed"\s+d="([^"]*)"/.exec(chart)?.[1] ?? '';
  const yOf = (mark: string): string[] =>
    [...chart.matchAll(new RegExp(`<use\\s+class="${mark}"[^>]*\\sy="([^"]*)"`, 'g'))].map(([, y = '']) => y);
  expect(dots.match(/M/g)).toHaveLength(46);
  expect(yOf('failed')).toHaveLength(4);
  const below = yOf('failed').filter((y) => y === '190');
  expect(below).toHaveLength(3);
  expect(yOf('slower')).toHaveLength(1);
  expect(chart.match(/>new baseline</g)).toHaveLength(1);
  // The line is interrupted once: at the new baseline.
  expect(/class="line"\s+d="([^"]*)"/.exec(chart)?.[1]?.match(/M/g)).toHaveLength(2);
  const legend = section.slice(section.indexOf('<ul class="legend">')).replace(/<svg[^]*?<\/svg>/g, '');
  expect([...legend.matchAll(/<li>\s*([^<]*?)\s*</g)].map(([, text]) => text)).toEqual([
    'passed',
    'failed',
    'this run',
    'slower than usual, twice in a row',
    'usual (1.19 ms), and the range that counts as unchanged',
  ]);
});

test('the band covers the runs of the baseline and the newest two, and no run before them', () => {
  // 10 of 14 runs are the baseline: all but the two with other conditions, and the newest two.
  const series: Series[] = [{ ms: 1, bytes: 9 }, { ms: 1, bytes: 9 }, ...USUAL, { ms: 1 }, { ms: 1 }];
  expect(/class="band"\s+x="([^"]*)"\s+width="([^"]*)"/.exec(sectionAfter(series))?.slice(1)).toEqual([
    '14.29%',
    '85.71%',
  ]);
});

test('the table has the newest 20 runs, the newest first', () => {
  const section = String(renderHistory(pageNamed('slower, 50 runs')));
  const rows = [...section.matchAll(/<tr>([^]*?)<\/tr>/g)].map(([, row = '']) =>
    [...row.matchAll(/<t[dh][^>]*>([^<]*)</g)].map(([, cell]) => cell),
  );
  expect(rows).toHaveLength(21);
  expect(rows[1]).toEqual(['2026-01-02 03:04', 'passed', '1.69 ms', '2.2 ms', '0%', 'slower']);
  expect(rows.find((cells) => cells[1] === 'failed: NoConnectivity')?.slice(2, 5)).toEqual(['–', '–', '–']);
});

test('precedes what to do about a regression, and follows the diagnosis of another failure', () => {
  const orderOf = (name: string): string[] =>
    [...renderPage(pageNamed(name), new Map()).matchAll(/<h2 id="(history|diagnosis-0|stages)"/g)].map(
      ([, id = '']) => id,
    );
  expect(orderOf('slower, a failure')).toEqual(['history', 'diagnosis-0', 'stages']);
  expect(orderOf('failed, with earlier runs')).toEqual(['diagnosis-0', 'history', 'stages']);
});

test('a mesh that is slower says so, although maxFailedPairs allows failed pairs', () => {
  const text = 'slower: p50 1.4ms and 1.4ms in the last two runs, usual 1ms (+40%)';
  const document = pageNamed('mesh of 20');
  const [network] = document.networks ?? [];
  expect(network?.mesh?.suspects).not.toEqual([]);
  const failures = [{ stage: 'retest' as const, code: 'LatencyRegressed' as const, message: text }];
  const networks = network && [withHistory({ ...network, failures }, [...USUAL, { ms: 1.4 }, { ms: 1.4 }])];
  const page = renderPage({ ...document, failures, networks }, new Map());
  expect(page).toMatch(/<p class="sentence">\s*Slower: p50 1\.4ms/);
  expect(page).toContain('Median latency over the pairs of each run');
});

test('each network has its own history, and ids are unique', () => {
  const page = renderPage(pageNamed('three networks'), new Map());
  expect([...page.matchAll(/<h2 id="(\S*history)"/g)].map(([, id]) => id)).toEqual([
    'network-1-history',
    'network-2-history',
  ]);
  const ids = [...page.matchAll(/ id="([^"]*)"/g)].map(([, id]) => id);
  expect(new Set(ids).size).toBe(ids.length);
});

test('a slower network that is folded says so; the warning of a single one is not repeated', () => {
  const document = pageNamed('three networks');
  const [first, ...others] = document.networks ?? [];
  const networks = first && [withHistory(first, [...USUAL, { ms: 1.4 }, { ms: 1.4 }]), ...others];
  expect(renderPage({ ...document, networks }, new Map())).toMatch(
    /<span class="headline">[^<]* <b>Slower than usual\./,
  );
  const slower = pageNamed('slower, 50 runs');
  const page = renderPage({ ...slower, warnings: [slower.trend?.text ?? '', 'another'] }, new Map());
  expect(page.match(/usual 1\.19ms/g)).toHaveLength(1);
  expect(page).toContain('another');
});

test('a page with 50 runs has less than 60 kB, and one with 500 runs, too', () => {
  for (const name of ['slower, 50 runs', '500 runs'])
    expect(Buffer.byteLength(renderPage(pageNamed(name), new Map()))).toBeLessThan(60_000);
});

test('any history renders, without foreign markup and with places that are numbers', () => {
  const points = fc.array(anyValue(HISTORY_POINT), { maxLength: 500 });
  holds([points, fc.option(anyValue(TREND), { nil: undefined })], (history, trend) => {
    const section = String(renderHistory({ ...pageNamed('diagnosed'), history, trend }));
    assert.deepEqual(section.match(/<(?:script|style|title|img|iframe|object)\b/g), null);
    assert.doesNotMatch(section, /NaN|Infinity|undefined/);
    const crosses = history.filter(({ succeeded }) => !succeeded).length;
    const hasChart = history.length > 1 && history.some(({ p50Ns }) => p50Ns !== undefined);
    assert.equal(section.match(/<use\s+class="failed"/g)?.length ?? 0, hasChart ? crosses : 0);
  });
});
