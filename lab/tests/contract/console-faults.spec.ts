// SPDX-License-Identifier: Apache-2.0
/** Faults of the lab's consoles as seen by a client. */
import { expect } from '@playwright/test';
import type { ConsoleDisturbance } from '../../console/disturbance.ts';
import { test } from './own-lab.ts';

for (const [title, disturbance] of [
  ['console-drops: each connection ends by itself, without a close frame', { dropEveryMs: 200 }],
  [
    'console-takeover: the line is lost to another client',
    { takeOver: { afterMs: 200, forMs: 60_000, typing: 'ls -l /va' } },
  ],
] satisfies [string, ConsoleDisturbance][]) {
  test(title, async ({ ownLab }) => {
    const { lab, untilPhase, openConsole } = await ownLab();
    await untilPhase('Running');
    lab.disturbConsoles(disturbance);
    const session = await openConsole();
    const started = performance.now();
    expect(await session.closed()).toBe(1006);
    expect(performance.now() - started).toBeGreaterThan(150);
    // A reconnected client has the same line with its typed text.
    const again = await openConsole();
    if ('takeOver' in disturbance) {
      await again.type('\x15', /[\b] [\b]/);
      await again.logIn();
      await again.type('echo mine', /\r\nmine\r\n/);
    } else {
      expect(await again.closed()).toBe(1006);
    }
    again.cut();
  });
}

test('console-one-byte: every frame has one byte', async ({ ownLab }) => {
  const { lab, untilPhase, openConsole } = await ownLab();
  await untilPhase('Running');
  lab.disturbConsoles({ oneByteFrames: true });
  const session = await openConsole();
  await session.logIn();
  expect(session.longestFrame).toBe(1);
  session.cut();
});

test('console-silent: output during the interruption is lost', async ({ ownLab }) => {
  const { lab, untilPhase, openConsole } = await ownLab();
  await untilPhase('Running');
  lab.disturbConsoles({ silentMs: 400 });
  const session = await openConsole();
  session.send('root\n');
  await new Promise((resolve) => setTimeout(resolve, 500));
  expect(session.output).toBe('');
  expect(await session.wake()).toBe('# ');
  session.cut();
});

test('counts the bytes of all consoles in both directions', async ({ ownLab }) => {
  const { lab, untilPhase, openConsole } = await ownLab();
  await untilPhase('Running');
  expect(lab.consoleBytes()).toEqual({ fromGuests: 0, toGuests: 0 });
  const session = await openConsole();
  await session.logIn();
  const before = lab.consoleBytes();
  const answer = await session.type('echo mine', /\r\nmine\r\n.*# $/);
  const after = lab.consoleBytes();
  expect(after.toGuests - before.toGuests).toBe('echo mine\n'.length);
  expect(after.fromGuests - before.fromGuests).toBe(Buffer.byteLength(answer));
  session.cut();
});

test('drops or takes over every open console at once', async ({ ownLab }) => {
  const { lab, untilPhase, openConsole } = await ownLab();
  await Promise.all([untilPhase('Running', 'a'), untilPhase('Running', 'b')]);
  const sessions = await Promise.all([openConsole('a'), openConsole('b')]);
  const closed = sessions.map((session) => session.closed());
  expect(lab.dropConsoles()).toBe(2);
  expect(await Promise.all(closed)).toEqual([1006, 1006]);
  const third = await openConsole('a');
  const lost = third.closed();
  expect(lab.takeConsoles(60_000)).toBe(1);
  expect(await lost).toBe(1006);
});
