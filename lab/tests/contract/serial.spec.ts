// SPDX-License-Identifier: Apache-2.0
/** The listeners of the guests' serial output, independent of consoles. */
import { expect } from '@playwright/test';
import { test } from './own-lab.ts';

test('a listener gets the output of guests with the name of the VMI, until it is removed', async ({ ownLab }) => {
  const { lab, untilPhase, openConsole } = await ownLab();
  const output = new Map<string, string>();
  const stop = lab.onSerial((vmi, data) => {
    output.set(vmi, (output.get(vmi) ?? '') + Buffer.from(data).toString('utf8'));
  });
  await untilPhase('Running', 'a');
  await untilPhase('Running', 'b');
  const session = await openConsole('b');
  expect(await session.wake()).toContain('login: ');
  expect(output.get('b')).toMatch(/b login: $/);
  expect(output.get('a') ?? '').not.toContain('b login');

  stop();
  const before = output.get('b');
  await session.logIn();
  expect(output.get('b')).toBe(before);
  session.cut();
});
