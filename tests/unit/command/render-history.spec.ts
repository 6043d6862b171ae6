// SPDX-License-Identifier: Apache-2.0
/** The table of earlier runs: no row is wider than the terminal, and no text moves its cursor. */
import { expect, test } from '@playwright/test';
import { renderHistoryTable, renderRuns } from '../../../command/render-history.ts';
import type { HistoryPoint } from '../../../model/history/points.ts';

function point(hour: number, p50Ns: number, more: Partial<HistoryPoint> = {}): HistoryPoint {
  const time = `2026-11-27T${String(hour).padStart(2, '0')}:06:35Z`;
  const figures = { p50Ns, p90Ns: p50Ns * 1.1, judgedNs: p50Ns * 2, lossPercent: 0, worst: 'node-1 node-2' };
  return { time, succeeded: true, ...figures, ...more };
}

const FAILED: HistoryPoint = { time: '2026-11-27T03:06:35Z', succeeded: false, code: 'NoConnectivity' };
const POINTS = [
  point(0, 1_012_345, { trend: 'not enough history' }),
  point(1, 1_420_000, { trend: 'not enough history', isNewBaseline: true, lossPercent: 1.667 }),
  FAILED,
  point(4, 1_220_000, { trend: 'slower', succeeded: false, code: 'LatencyRegressed' }),
];

test('has a bar and a row for each run, the newest last, in UTC', () => {
  const inOtherZone = { ...point(0, 1_012_345), time: '2026-11-27T02:06:35+02:00' };
  expect(renderHistoryTable('latency/blue', [inOtherZone, ...POINTS.slice(1)], 200)).toEqual([
    'latency/blue: 4 runs',
    'p50 ▁█ ▅',
    '    1.01ms to 1.42ms',
    '',
    'time (UTC)        result     p50     p90  judged  loss  worst pair       note',
    '2026-11-27 00:06  passed  1.01ms  1.11ms  2.02ms    0%  node-1 → node-2',
    '2026-11-27 01:06  passed  1.42ms  1.56ms  2.84ms  1.7%  node-1 → node-2  new baseline',
    '2026-11-27 03:06  failed       -       -       -     -                   NoConnectivity',
    '2026-11-27 04:06  failed  1.22ms  1.34ms  2.44ms    0%  node-1 → node-2  LatencyRegressed, slower',
  ]);
});

for (const [width, header] of [
  [79, 'time (UTC)        result     p50     p90  judged  loss  note'],
  [40, 'time (UTC)        result     p50  loss'],
] as const) {
  test(`fits into ${width} columns: a note that does not fit is below its row`, () => {
    const many = Array.from({ length: 500 }, (_, index) => point(index % 24, 1_000_000 + index));
    for (const points of [POINTS, [...many, ...POINTS]]) {
      const lines = renderHistoryTable('latency/blue', points, width);
      expect(Math.max(...lines.map(({ length }) => length))).toBeLessThanOrEqual(width);
      expect(lines).toContain(header);
      expect(lines.filter((line) => line.startsWith('2026-'))).toHaveLength(points.length);
      expect(lines.slice(-2)).toEqual([
        expect.stringMatching(/^2026-11-27 04:06 {2}failed {2}1\.22ms/),
        '  LatencyRegressed, slower',
      ]);
    }
  });
}

test('equal medians have the lowest bar, and runs without figures have none', () => {
  expect(renderHistoryTable('a/b', [point(0, 1000), point(1, 1000)], 80)[1]).toBe('p50 ▁▁');
  expect(renderHistoryTable('a/b', [FAILED], 80)).toEqual([
    'a/b: 1 run',
    '',
    expect.stringMatching(/^time/),
    expect.stringMatching(/failed .* NoConnectivity$/),
  ]);
  expect(renderHistoryTable('a/b', [], 80)).toEqual(['a/b: no runs']);
});

test('names the networks with runs if a selected one has none, and has a footnote only below a table', () => {
  const networks = ['latency/blue', 'latency/\u001b[2J'].map((network) => ({ network, succeeded: true }));
  const runs = [{ run: '0123456789abcdef', time: '2026-11-27T03:06:35Z', networks }];
  const options = { where: 'a ConfigMap', width: 80 };
  expect(renderRuns(runs, { ...options, selected: ['latency/red'] })).toEqual([
    'latency/red: no runs',
    '',
    'networks in a ConfigMap: latency/blue, latency/',
  ]);
  const footnote = 'judged: the value compared with maxDesiredLatencyMilliseconds';
  const both = renderRuns(runs, { ...options, selected: ['latency/red', 'latency/blue'] });
  expect(both.slice(-2)).toEqual([footnote, 'networks in a ConfigMap: latency/blue, latency/']);
  expect(renderRuns(runs, { ...options, selected: [] }).slice(-2)).toEqual([footnote, 'from a ConfigMap']);
});

test('no text from the ConfigMap moves the cursor', () => {
  const hostile = '\u001b[2J\u009b1A\u202e<script>\r\n\u001b]0;title\u0007x';
  const point0 = { ...point(0, 1000, { worst: hostile }), time: `2026-11-27T00:06${hostile}` };
  const text = renderHistoryTable(`latency/${hostile}`, [point0], 1000).join('');
  // eslint-disable-next-line no-control-regex -- control characters are what must be absent
  expect(text).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u202e]|<script/);
  expect(text).toContain('latency/');
});
