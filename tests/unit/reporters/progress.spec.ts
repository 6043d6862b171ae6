// SPDX-License-Identifier: Apache-2.0
import { expect, test } from '@playwright/test';
import type { ErrorCode } from '../../../model/errors.ts';
import type { CheckupEvent } from '../../../model/events.ts';
import type { Finding } from '../../../model/finding.ts';
import { renderStage } from '../../../reporters/progress.ts';
import { foldEvents } from '../../../reporters/record.ts';
import { renderCauses } from '../../../reporters/views/headline.ts';
import { latency, PARAMETERS } from './run-events.ts';

test('the line of a stage has its time, and the reason of a failure', () => {
  expect(renderStage('setup', true, 4600)).toBe('  ok     setup            4.6s');
  expect(renderStage('latency', false, 6700, ['p50 1.35ms exceeds 1ms'])).toBe(
    '  FAILED latency          6.7s  p50 1.35ms exceeds 1ms',
  );
  expect(renderStage('input', false, 40, ['"a" is wrong', '"b" is wrong'])).toBe(
    '  FAILED input            0.0s  2 findings\n    - "a" is wrong\n    - "b" is wrong',
  );
});

function causes(code: ErrorCode, findings: readonly Finding[], ...others: CheckupEvent[]): readonly string[] {
  const record = foldEvents([...others, { type: 'failure', stage: 'input', code, findings }]);
  return record.failures.flatMap((failure) => renderCauses(failure, record));
}

test('the causes of a failed stage are each wrong input, in full', () => {
  expect(causes('InputInvalid', [{ what: 'a' }, { what: 'x'.repeat(300) }])).toEqual(['a', 'x'.repeat(300)]);
  expect(causes('InputInvalid', [{ what: 'x'.repeat(300) }])).toEqual(['x'.repeat(300)]);
});

test('the cause of a failed stage is its short reason', () => {
  expect(causes('SetupFailed', [{ what: 'x'.repeat(300) }])).toEqual([`${'x'.repeat(159)}…`]);
  const parameters = { ...PARAMETERS, maxLatencyNs: 2500, latencyStatistic: 'max', maxPacketLossPercent: 0 } as const;
  const exceeded = [{ what: 'actual a' }, { what: 'actual b' }];
  const others = [{ type: 'input', parameters } as const, latency('ipv4', 'sourceToTarget')];
  expect(causes('PacketLossExceeded', exceeded, ...others)).toEqual([
    'packet loss 0.083% exceeds 0%, max 3µs exceeds 2.5µs',
  ]);
});
