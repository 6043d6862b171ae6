// SPDX-License-Identifier: Apache-2.0
import { expect, test } from '@playwright/test';
import {
  decodeWait,
  encodeWait,
  parseWaitLine,
  renderWaitLines,
  shownWait,
  type WaitReport,
} from '../../../model/wait-report.ts';

const PENDING = `PodScheduled=False (${'0/2 nodes are available: '.repeat(4)})`;
const REPORT: WaitReport = {
  stage: 'setup',
  elapsedMs: 75_000,
  logged: true,
  waits: [
    { what: "VMI 'ns/a' to run", seen: PENDING, unchangedMs: 61_000, still: false },
    { what: "VMI 'ns/b' to run", seen: 'Scheduling', unchangedMs: 3200, still: false },
  ],
};

test('parses an encoded report', () => {
  expect(encodeWait(REPORT)).not.toContain('\n');
  expect(decodeWait(encodeWait(REPORT))).toEqual(REPORT);
});

test('any other line is not a wait', () => {
  for (const line of [
    '',
    '    warning: waiting for (nothing)',
    'checkup-wait {',
    'checkup-wait {"stage":"setup","what":1}',
    '  ...    setup',
    '  ...    setup            1.0s  waiting for a: b',
  ]) {
    expect(decodeWait(line)).toBeUndefined();
    expect(parseWaitLine(line)).toBeUndefined();
  }
});

test('the log has a line for each wait, with the time of its stage and of the unchanged state', () => {
  expect(renderWaitLines(REPORT)).toEqual([
    `  ...    setup          1m 15s  waiting for VMI 'ns/a' to run: ${PENDING} (1m 1s)`,
    "  ...    setup          1m 15s  waiting for VMI 'ns/b' to run: Scheduling (3s)",
  ]);
  expect(renderWaitLines({ ...REPORT, logged: false })).toEqual([]);
});

test('a state that was printed before is shortened', () => {
  const waits = REPORT.waits.map((wait) => ({ ...wait, still: true }));
  expect(renderWaitLines({ ...REPORT, waits })).toEqual([
    "  ...    setup          1m 15s  still waiting for VMI 'ns/a' to run: PodScheduled=False (0/2 nodes are avail… (1m 1s)",
    "  ...    setup          1m 15s  still waiting for VMI 'ns/b' to run: Scheduling (3s)",
  ]);
});

test('a terminal shows the longest wait, also from a line of the log', () => {
  const shown = {
    stage: 'setup',
    elapsedMs: 75_000,
    waiting: `waiting for VMI 'ns/a' to run: ${PENDING}`,
    unchangedMs: 61_000,
  };
  expect(shownWait(REPORT)).toEqual(shown);
  expect(parseWaitLine(renderWaitLines(REPORT)[0] ?? '')).toEqual(shown);
  expect(shownWait({ ...REPORT, waits: [] })).toBeUndefined();
});
