/** The serial lines as the lab itself hears them: what a guest prints when nobody reads its console. */
import { expect } from '@playwright/test';
import { test } from './own-lab.ts';

test('what guests print is heard with the name of the VMI, until the listener goes', async ({ ownLab }) => {
  const { lab, untilPhase, openConsole } = await ownLab();
  const heard = new Map<string, string>();
  const stop = lab.onSerial((vmi, data) => {
    heard.set(vmi, (heard.get(vmi) ?? '') + Buffer.from(data).toString('utf8'));
  });
  await untilPhase('Running', 'a');
  await expect.poll(() => heard.get('a')).toMatch(/ login: $/);
  expect([...heard.keys()]).toEqual(['a']);

  stop();
  const before = heard.get('a');
  const session = await openConsole('a');
  await session.logIn();
  session.cut();
  expect(heard.get('a')).toBe(before);
});
