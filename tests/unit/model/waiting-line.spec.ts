import { expect, test } from '@playwright/test';
import { parseWaiting, renderWaiting } from '../../../model/waiting-line.ts';

for (const what of ['a VM: Scheduling', "VMI 'ns/a' to run: PodScheduled=False (Unschedulable: (0/2) nodes)", 'x ()']) {
  test(`what is waited for is found again: ${what}`, () => {
    expect(parseWaiting(renderWaiting('setup', what, '15.0s'))).toBe(what);
  });
}

test('another line is none', () => {
  for (const line of ['  ...    setup', '    warning: waiting for (nothing)', ''])
    expect(parseWaiting(line)).toBeUndefined();
});
