// SPDX-License-Identifier: Apache-2.0
/** The arithmetic of the bench's overhead: stages from printed lines, requests by verb and resource, figures compared with bounds. */
import { expect, test } from '@playwright/test';
import type { CheckupRun } from '../../../scripts/bench/checkup-run.ts';
import { isWithinBound, medianFigure, worstFigure } from '../../../scripts/bench/figure.ts';
import { renderMarkdown, renderTable } from '../../../scripts/bench/render.ts';
import { countRequests, mostPerSecond } from '../../../scripts/bench/request-counts.ts';
import { endOf, overheadParts, stageAt, stageTimes } from '../../../scripts/bench/stage-times.ts';

const STAGES: [stage: string, begunMs: number, endedMs: number][] = [
  ['input', 1500, 1600],
  ['prerequisites', 1610, 1700],
  ['setup', 1700, 7000],
  ['connectivity', 7000, 7100],
  ['latency', 7100, 12_900],
  ['teardown', 12_900, 13_500],
];
const RUN: CheckupRun = {
  startedMs: 1000,
  endedMs: 14_200,
  lines: STAGES.flatMap(([stage, begunMs, endedMs]) => [
    { atMs: begunMs, text: `  ...    ${stage}` },
    { atMs: endedMs, text: `  ok     ${stage.padEnd(13)}    0.1s` },
  ]),
};

test('the parts of the overhead add up to the run without boot and sample', () => {
  const parts = overheadParts(RUN, { bootMs: 5000, sampleMs: 5000 });
  expect([...parts]).toEqual([
    ['start', 500],
    ['input', 100],
    ['prerequisites', 100],
    ['setup', 300],
    ['connectivity', 100],
    ['latency', 800],
    ['teardown', 600],
    ['result and exit', 700],
  ]);
  expect([...parts.values()].reduce((sum, ms) => sum + ms, 0)).toBe(13_200 - 10_000);
});

test('rejects a run with a failed stage', () => {
  const lines = RUN.lines.map(({ atMs, text }) => ({ atMs, text: text.replace('ok     latency', 'FAILED latency') }));
  expect(() => overheadParts({ ...RUN, lines }, { bootMs: 0, sampleMs: 0 })).toThrow('has no line "ok latency"');
});

for (const [atMs, stage] of [
  [1200, 'start'],
  [1605, 'input'],
  [6999, 'setup'],
  [13_000, 'teardown'],
  [14_000, 'result and exit'],
] as const) {
  test(`the run is in ${stage} at ${atMs} ms`, () => {
    expect(stageAt(RUN, atMs)).toBe(stage);
  });
}

test('counts requests by verb and resource, the most frequent first', () => {
  const vmis = '/apis/kubevirt.io/v1/namespaces/latency/virtualmachineinstances';
  const counts = countRequests([
    { verb: 'get', path: '/apis' },
    { verb: 'get', path: '/api/v1/namespaces/latency/configmaps/c' },
    { verb: 'get', path: `${vmis}/a` },
    { verb: 'get', path: `${vmis}/b` },
    { verb: 'watch', path: vmis },
    { verb: 'get', path: `${vmis.replace('kubevirt.io', 'subresources.kubevirt.io')}/a/console` },
    { verb: 'list', path: '/api/v1/nodes' },
  ]);
  expect([...counts]).toEqual([
    ['get virtualmachineinstances', 2],
    ['get discovery', 1],
    ['get configmaps', 1],
    ['watch virtualmachineinstances', 1],
    ['get virtualmachineinstances/console', 1],
    ['list nodes', 1],
  ]);
});

const ABOUT = { section: 's', name: 'n', unit: 'ms' };

test('the figure of several runs is the median or the worst value, with the spread', () => {
  const spread = { min: 1, max: 9, runs: 3 };
  expect(medianFigure(ABOUT, [9, 1, 2])).toEqual({ ...ABOUT, value: 2, spread });
  expect(worstFigure(ABOUT, [9, 1, 2])).toEqual({ ...ABOUT, value: 9, spread });
  expect(medianFigure(ABOUT, [4])).toEqual({ ...ABOUT, value: 4 });
});

for (const [value, bound, expected] of [
  [0.5, { atMost: 0.5 }, true],
  [-0.5, { atMost: 0.5 }, true],
  [-0.501, { atMost: 0.5 }, false],
  [0.501, { atMost: 0.5 }, false],
  [3, { exactly: 3 }, true],
  [2, { exactly: 3 }, false],
] as const) {
  test(`${value} ${expected ? 'is' : 'is not'} within ${JSON.stringify(bound)}`, () => {
    expect(isWithinBound({ ...ABOUT, value, bound })).toBe(expected);
  });
}

test('the tables show which bound is exceeded', () => {
  const figures = [
    { ...ABOUT, value: 1.25, bound: { atMost: 1 }, note: 'a | b' },
    { ...ABOUT, unit: '', value: 3, bound: { exactly: 3 } },
  ];
  expect(renderTable(figures).split('\n')).toEqual([
    'section  figure  value     spread  bound              note',
    's        n       1.250 ms          ≤ 1.000 ms FAILED  a | b',
    's        n       3                 = 3',
  ]);
  expect(renderMarkdown(figures).split('\n')).toEqual([
    '| section | figure | value | spread | bound | note |',
    '| --- | --- | --- | --- | --- | --- |',
    '| s | n | 1.250 ms |  | ≤ 1.000 ms FAILED | a \\| b |',
    '| s | n | 3 |  | = 3 |  |',
  ]);
});

test('times of stages are those of their lines in the output', () => {
  expect([...stageTimes(RUN, ['setup', 'teardown'])]).toEqual([
    ['setup', 5300],
    ['teardown', 600],
  ]);
  expect(endOf(RUN, 'latency')).toBe(12_900);
  expect(() => stageTimes(RUN, ['rounds'])).toThrow('the output of the checkup has no line "ok rounds"');
});

test('counts the most requests within any second', () => {
  const times = [900, 1000, 1400, 1899, 1900, 5000].map((ms) => new Date(ms));
  expect(mostPerSecond(times.toReversed())).toBe(4);
  expect(mostPerSecond([])).toBe(0);
});
