// SPDX-License-Identifier: Apache-2.0
import { expect, test } from '@playwright/test';
import type { CheckupEvent } from '../../../model/events.ts';
import { foldEvents } from '../../../reporters/record.ts';
import { renderStatus } from '../../../reporters/views/configmap.ts';
import { verdict, type Outcome } from '../../../reporters/verdict.ts';
import { input, MEASUREMENT } from './run-events.ts';

const LATENCY: CheckupEvent = {
  type: 'latency',
  cell: { from: 'source', to: 'target', family: 'ipv4' },
  measurement: MEASUREMENT,
};
const PASSED: Outcome = { passed: true, interruptedBy: undefined, stage: 'teardown', errors: [] };
const FAILED: Outcome = { ...PASSED, passed: false };

test('the verdict is success when every stage passes and there is a measurement', () => {
  expect(verdict(foldEvents([LATENCY]), PASSED)).toEqual({ succeeded: true, failureReason: '', fullReason: '' });
});

test('the verdict is failure when every stage passes without a measurement', () => {
  expect(verdict(foldEvents([]), PASSED)).toEqual({
    succeeded: false,
    failureReason: 'the run ended without a measurement',
    fullReason: 'the run ended without a measurement',
  });
});

test('a teardown failure is appended and never replaces the first failure', () => {
  const record = foldEvents([
    { type: 'failure', stage: 'setup', code: 'SetupFailed', findings: [{ what: 'no node' }] },
    { type: 'failure', stage: 'teardown', code: 'TeardownFailed', findings: [{ what: 'VMI left' }] },
  ]);
  expect(verdict(record, { ...FAILED, errors: ['SetupFailed: no node'] }).failureReason).toBe(
    'setup: no node, teardown: VMI left',
  );
});

test('a timeout reports its duration and the stage', () => {
  const record = foldEvents([
    input('ipv4'),
    { type: 'failure', stage: 'setup', code: 'TimedOut', findings: [{ what: 'failed to wait for VMI' }] },
  ]);
  expect(verdict(record, FAILED).failureReason).toBe('timed out after 5m during setup: failed to wait for VMI');
});

test('an interruption comes first and reports the signal and the stage', () => {
  const outcome: Outcome = { ...FAILED, interruptedBy: 'SIGTERM', stage: 'setup' };
  expect(verdict(foldEvents([]), outcome).failureReason).toBe('interrupted by SIGTERM during setup');
  expect(verdict(foldEvents([]), { ...outcome, stage: undefined }).failureReason).toBe(
    'interrupted by SIGTERM before the first stage',
  );
});

test('reports that the worker process exited, and the objects that it leaked', () => {
  const record = foldEvents([{ type: 'creating', vmi: { namespace: 'ns', name: 'a' }, labels: {} }]);
  expect(verdict(record, { ...FAILED, errors: ['worker process exited \u001b[31munexpectedly'] }).failureReason).toBe(
    "worker process exited unexpectedly, teardown: not seen to be gone: VMI 'ns/a' (kubectl delete vmi -n ns a)",
  );
});

test('truncates a reason to 4 KiB with its original length, and preserves the leaked objects', () => {
  const left = 'failed to wait for VMI; remove it with: kubectl delete vmi -n ns a';
  const record = foldEvents([
    { type: 'failure', stage: 'setup', code: 'SetupFailed', findings: [{ what: '€'.repeat(10_000) }] },
    { type: 'failure', stage: 'teardown', code: 'TeardownFailed', findings: [{ what: left }] },
  ]);
  const { failureReason } = verdict(record, { ...FAILED, errors: [`SetupFailed: ${'€'.repeat(10_000)}`] });
  expect(failureReason).toMatch(/^setup: €{1000,}… \(cut, 30007 bytes long\), teardown: failed to wait .* ns a$/);
  expect(Buffer.byteLength(failureReason)).toBeGreaterThan(4000);
  expect(Buffer.byteLength(failureReason)).toBeLessThanOrEqual(4096);
});

for (const [count, length] of [
  [1, 4096],
  [1, 4097],
  [2, 3000],
  [100, 1000],
] as const) {
  test(`a reason of ${count} failures with ${length} bytes each fits`, () => {
    const failure = {
      type: 'failure',
      stage: 'input',
      code: 'InputInvalid',
      findings: [{ what: 'x'.repeat(length) }],
    } as const;
    const { failureReason } = verdict(foldEvents(Array.from({ length: count }, () => failure)), FAILED);
    expect(Buffer.byteLength(failureReason)).toBeLessThanOrEqual(4096);
    expect(failureReason.includes('(cut, ')).toBe(count * length > 4096);
  });
}

test('removes control characters and bidirectional controls from reasons and nodes, and escapes markup', () => {
  const message = 'a\u001b[2Jb\u202ec\u0000<script>d\r\ne';
  const record = foldEvents([
    { type: 'placement', guest: 'source', node: message },
    { type: 'failure', stage: 'setup', code: 'SetupFailed', findings: [{ what: message }] },
  ]);
  const clean = 'abc&lt;script>d e';
  const { failureReason } = verdict(record, { ...FAILED, errors: [`Internal: ${message}`] });
  expect(failureReason).toBe(`setup: ${clean}`);
  expect(renderStatus(record, verdict(record, FAILED), new Date())['status.result.sourceNode']).toBe(clean);
});
