// SPDX-License-Identifier: Apache-2.0
import { expect, test } from '@playwright/test';
import { lastLineOf, outcomeOf } from '../../../command/checkup-result.ts';
import { isLastLine } from '../../../reporters/views/summary.ts';

const RESULT = 'status.result.';

test('takes the last line from the ConfigMap when the log is missing', () => {
  const failed = lastLineOf({ 'status.succeeded': 'false', 'status.failureReason': 'setup: no node' });
  expect(failed).toBe('Kubevirt VM latency checkup failed: setup: no node');
  const succeeded = lastLineOf({
    'status.succeeded': 'true',
    [`${RESULT}minLatencyNanoSec`]: '1294000',
    [`${RESULT}avgLatencyNanoSec`]: '1908000',
    [`${RESULT}maxLatencyNanoSec`]: '4677000',
  });
  expect(succeeded).toBe('Kubevirt VM latency checkup succeeded: min 1.294ms avg 1.908ms max 4.677ms');
  for (const line of [failed, succeeded]) expect(isLastLine(line ?? '')).toBe(true);
  expect(lastLineOf({ 'status.startTimestamp': '2026-11-24T10:00:00Z' })).toBeUndefined();
});

const OK = 'Kubevirt VM latency checkup succeeded: min 1ms avg 2ms max 3ms';
const BAD = 'Kubevirt VM latency checkup failed: run: no connectivity';
const WRITTEN = { 'status.succeeded': 'true', 'status.completionTimestamp': 'x' };

for (const [title, logged, answer, exitCode, succeeded] of [
  ['log, ConfigMap and exit status agree', OK, WRITTEN, 0, true],
  ['the exit status is not known', OK, WRITTEN, undefined, true],
  ['the ConfigMap is gone, and the exit status is 0', OK, {}, 0, true],
  ['the ConfigMap is gone, and the exit status is not known', OK, {}, undefined, false],
  ['the log broke off, and the ConfigMap has the result', '  ok  latency', WRITTEN, undefined, true],
  ['the exit status is not 0', OK, WRITTEN, 1, false],
  ['the ConfigMap says otherwise', OK, { 'status.succeeded': 'false' }, 0, false],
  ['the log says that it failed', BAD, WRITTEN, 0, false],
] as const) {
  test(`${succeeded ? 'success' : 'no success'} if ${title}`, () => {
    const outcome = outcomeOf(logged, answer, exitCode);
    expect(outcome?.succeeded).toBe(succeeded);
    expect(outcome?.line).toMatch(
      succeeded ? /^Kubevirt VM latency checkup succeeded: / : /^Kubevirt VM latency checkup failed: /,
    );
  });
}

test('without a last line and without a result there is no outcome, whatever the exit status', () => {
  expect(outcomeOf('  ok  input', { 'status.startTimestamp': 'x' }, 0)).toBeUndefined();
  expect(outcomeOf('', {}, undefined)).toBeUndefined();
});
