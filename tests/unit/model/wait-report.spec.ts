import { expect, test } from '@playwright/test';
import { decodeWait, encodeWait } from '../../../model/wait-report.ts';

test('parses an encoded wait', () => {
  const wait = {
    stage: 'setup',
    what: "VMI 'ns/a' to run: PodScheduled=False ((0/2) nodes)",
    elapsedMs: 15_000,
  } as const;
  expect(encodeWait(wait)).not.toContain('\n');
  expect(decodeWait(encodeWait(wait))).toEqual(wait);
});

test('any other line is not a wait', () => {
  for (const line of [
    '',
    '    warning: waiting for (nothing)',
    'checkup-wait {',
    'checkup-wait {"stage":"setup","what":1}',
  ])
    expect(decodeWait(line)).toBeUndefined();
});
