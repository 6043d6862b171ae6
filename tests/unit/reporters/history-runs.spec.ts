// SPDX-License-Identifier: Apache-2.0
/** `history.runs` as it is written. */
import { expect, test } from '@playwright/test';
import { parseHistory } from '../../../model/history/history-run.ts';
import { renderHistoryRuns } from '../../../reporters/history.ts';
import { foldEvents } from '../../../reporters/record.ts';
import { runResult } from '../../../reporters/run-result.ts';
import { input } from './run-events.ts';

const MIB = 2 ** 20;
const CLAIM = { runId: 'f'.repeat(16), completed: new Date('2026-11-27T06:00:21Z') };

function line(number: number): string {
  const run = number.toString(16).padStart(16, '0');
  const network = { network: 'ns/blue', succeeded: true };
  return JSON.stringify({ run, time: '2026-11-26T06:00:21Z', networks: [network] });
}

function lines(count: number): string {
  return Array.from({ length: count }, (_, index) => `${line(index + 1)}\n`).join('');
}

const result = runResult([foldEvents([input('ipv4')])], {
  passed: true,
  interruptedBy: undefined,
  stage: undefined,
  errors: [],
});

test('adds the run as the last line', () => {
  const { key, warning } = renderHistoryRuns(result, CLAIM, { 'history.runs': lines(10) }, {});
  expect(warning).toBeUndefined();
  expect(key['history.runs']?.startsWith(lines(10))).toBe(true);
  expect(parseHistory(key['history.runs'] ?? '').runs.at(-1)).toMatchObject({
    run: CLAIM.runId,
    time: '2026-11-27T06:00:21Z',
  });
});

test('a second attempt of the same run replaces its line', () => {
  const first = renderHistoryRuns(result, CLAIM, { 'history.runs': lines(3) }, {}).key;
  expect(renderHistoryRuns(result, CLAIM, first, {}).key).toEqual(first);
});

test('drops the oldest runs with a warning if the ConfigMap is almost full', () => {
  const own = renderHistoryRuns(result, CLAIM, {}, {}).key['history.runs'] ?? '';
  const free = own.length + 3 * lines(1).length;
  const data = { 'history.runs': lines(10), 'user.notes': 'x'.repeat(MIB - free) };
  const { key, warning } = renderHistoryRuns(result, CLAIM, data, {});
  expect(warning).toBe('"history.runs" contains 4 of 11 runs: the ConfigMap is full');
  expect(parseHistory(key['history.runs'] ?? '').runs.map(({ run }) => Number.parseInt(run, 16))).toEqual([
    8,
    9,
    10,
    Number.parseInt(CLAIM.runId, 16),
  ]);
});

test('leaves the history as it is, with a warning, if not even the run fits', () => {
  const data = { 'history.runs': lines(2), 'user.notes': 'x'.repeat(MIB - 10) };
  expect(renderHistoryRuns(result, CLAIM, data, {})).toEqual({
    key: {},
    warning: '"history.runs" contains 0 of 3 runs: the ConfigMap is full; it stays as it was',
  });
});

test('of several lines of one run, the last one counts', () => {
  expect(parseHistory(lines(2) + lines(2) + 'x\n')).toMatchObject({ runs: [{}, {}], damaged: 1 });
});
