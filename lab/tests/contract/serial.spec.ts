/** The serial lines as the lab itself hears them, whoever reads the console. */
import { expect } from '@playwright/test';
import { test } from './own-lab.ts';

test('what guests print is heard with the name of the VMI, until the listener goes', async ({ ownLab }) => {
  const { lab, untilPhase, openConsole } = await ownLab();
  const heard = new Map<string, string>();
  const stop = lab.onSerial((vmi, data) => {
    heard.set(vmi, (heard.get(vmi) ?? '') + Buffer.from(data).toString('utf8'));
  });
  await untilPhase('Running', 'a');
  await untilPhase('Running', 'b');
  const session = await openConsole('b');
  expect(await session.wake()).toContain('login: ');
  expect(heard.get('b')).toMatch(/b login: $/);
  expect(heard.get('a') ?? '').not.toContain('b login');

  stop();
  const before = heard.get('b');
  await session.logIn();
  expect(heard.get('b')).toBe(before);
  session.cut();
});
