import { expect, test } from '@playwright/test';
import { isLastLine, lastLineOf } from '../../../scripts/checkup/answer.ts';

const RESULT = 'status.result.';

test('where the log was not heard, the last line is what the ConfigMap says', () => {
  const failed = lastLineOf({ 'status.succeeded': 'false', 'status.failureReason': 'setup: no node' });
  expect(failed).toBe('Kubevirt VM latency checkup failed: setup: no node');
  const succeeded = lastLineOf({
    'status.succeeded': 'true',
    ...{ [`${RESULT}minLatencyNanoSec`]: '1294000', [`${RESULT}avgLatencyNanoSec`]: '1908000' },
    [`${RESULT}maxLatencyNanoSec`]: '4677000',
  });
  expect(succeeded).toBe('Kubevirt VM latency checkup succeeded: min 1.294ms avg 1.908ms max 4.677ms');
  for (const line of [failed, succeeded]) expect(isLastLine(line ?? '')).toBe(true);
  expect(lastLineOf({ 'status.startTimestamp': '2026-11-24T10:00:00Z' })).toBeUndefined();
});
