// SPDX-License-Identifier: Apache-2.0
/** Waits are kept by object; more than four are reported as a summary of each kind. */
import { expect, test } from '@playwright/test';
import { Run } from '../../../fixtures/run.ts';
import { vmiSubject } from '../../../fixtures/wait.ts';
import { renderWaitLines, summarizeWaits, type CurrentWait } from '../../../model/wait-report.ts';

function running(name: string, seen: string, unchangedMs: number): CurrentWait {
  const subject = vmiSubject({ namespace: 'ns', name }, 'to be running');
  return { what: `VMI 'ns/${name}' to be running`, subject, seen, unchangedMs };
}

function many(count: number, seen: string, unchangedMs: number): CurrentWait[] {
  return Array.from({ length: count }, (_, index) => running(`${seen}-${index}`, seen, unchangedMs));
}

/** What the log shows. */
function lines(waits: readonly CurrentWait[], objects: number): string[] {
  const reported = summarizeWaits(waits, objects).map((wait) => ({ ...wait, still: false }));
  return renderWaitLines({ stage: 'setup', elapsedMs: 30_000, logged: true, waits: reported });
}

test('up to four waits are listed', () => {
  const waits = many(4, 'phase Pending', 1000);
  expect(summarizeWaits(waits, 4)).toEqual(waits.map(({ what, seen, unchangedMs }) => ({ what, seen, unchangedMs })));
});

test('more than four are one line for each kind, with the states and the longest wait', () => {
  const login = vmiSubject({ namespace: 'ns', name: 'z' }, 'to log in');
  const waits = [
    ...many(90, 'phase Scheduling, Ready=False (GuestNotRunning: not yet)', 2000),
    ...many(6, 'phase Pending', 1000),
    running('x', 'phase Pending, PodScheduled=False (Unschedulable: 0/2)', 25_000),
    { what: "a login on VMI 'ns/z'", subject: login, seen: '"login:"', unchangedMs: 3000 },
  ];
  expect(lines(waits, 100)).toEqual([
    "  ...    setup           30.0s  waiting for 97 of 100 VMIs to be running: 90 Scheduling, 7 Pending; longest: VMI 'ns/x': phase Pending, PodScheduled=False (Unschedulable: 0/2) (25s)",
    '  ...    setup           30.0s  waiting for a login on VMI \'ns/z\': "login:" (3s)',
  ]);
});

test('rare states are counted together', () => {
  const waits = ['a', 'a', 'a', 'b', 'b', 'c', 'd', 'e'].map((state, index) => running(`vm-${index}`, state, 0));
  expect(summarizeWaits(waits, 8)).toMatchObject([
    { seen: expect.stringMatching(/^3 a, 2 b, 1 c, 2 others; longest: /) },
  ]);
});

test('a wait ends for its object only, and a stage counts the objects it has waited for', () => {
  const run = new Run();
  for (const name of ['a', 'b']) run.report('the console', 'closed', vmiSubject({ namespace: 'ns', name }, 'to open'));
  run.report('get version', 'no answer yet');
  run.report('the console', undefined, vmiSubject({ namespace: 'ns', name: 'a' }, 'to open'));
  expect(run.waits.map(({ what, subject }) => [what, subject?.object])).toEqual([
    ['the console', "VMI 'ns/b'"],
    ['get version', undefined],
  ]);
  expect(run.waitedObjects).toBe(2);
  run.clearWaits();
  expect([run.waits, run.waitedObjects]).toEqual([[], 0]);
});
