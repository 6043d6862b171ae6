// SPDX-License-Identifier: Apache-2.0
/** A scripted guest's login and shell, and their faults. */
import { expect, test } from '@playwright/test';
import { connectConsole, loggedIn } from './scripted-line.ts';

test('ctrl-U discards a typed line', async () => {
  const line = await loggedIn();
  line.type('rm -rf /va\x15echo all is well\n');
  await line.until(/guest:~# $/);
  expect(line.seen()).toContain('\r\nall is well\r\n');
  expect(line.seen()).not.toContain('command not found');
});

test('ctrl-C discards a typed line and ends a running command', async () => {
  const line = await loggedIn({ quirks: { hangingPing: true } });
  line.type('rm -rf /va\x03');
  await line.until(/\^C\r\nguest:~# $/);
  line.type('ping -c 1 127.0.0.1\n');
  await line.until(/127\.0\.0\.1\r\n$/);
  line.type('echo typed while it runs\n\x03');
  await line.until(/\^C\r\nguest:~# $/);
  line.type('echo $?\n');
  await line.until(/\r\n130\r\nguest:~# $/);
  expect(line.seen()).not.toContain('typed while');
});

test('login-torn: kernel messages split the first three prompts', async () => {
  const line = await connectConsole({ quirks: { tornPrompt: true } });
  for (let i = 0; i < 3; i += 1) {
    line.type('\n');
    await line.until(/guest logi\[ +3\.\d+\] .*\r\nn: $/);
  }
  line.type('\n');
  await line.until(/\r\nguest login: $/);
});

test('echo-wrapped: wraps at the column until stty changes it', async () => {
  const line = await loggedIn({ quirks: { wrapAt: 80 } });
  const long = `echo ${'x'.repeat(100)}`;
  line.type(`${long}\n`);
  await line.until(/guest:~# $/);
  const first = 80 - 'guest:~# '.length;
  expect(line.seen()).toContain(`${long.slice(0, first)} \r${long.slice(first)}\r\n`);
  line.type('stty cols 500 rows 50\n');
  await line.until(/guest:~# $/);
  line.type(`${long}\n`);
  await line.until(/guest:~# $/);
  expect(line.seen()).toContain(`${long}\r\n`);
});

test('login-incorrect: refuses every login', async () => {
  const line = await connectConsole({ quirks: { loginIncorrect: true } });
  line.type('root\n');
  await line.until(/Login incorrect[^]*guest login: $/);
});

test('console-flood: prints the configured bytes of kernel messages after the first login', async () => {
  const line = await connectConsole({ quirks: { floodBytes: 100_000 } });
  line.type('root\n');
  await expect.poll(() => line.seen().length, { timeout: 10_000 }).toBeGreaterThanOrEqual(100_000);
  const lines = line.seen().split('\r\n');
  expect(lines.filter((text) => /^\[ +\d+\.\d{6}\] /.test(text)).length).toBeGreaterThan(1000);
  line.type('echo still there\n');
  await line.until(/\r\nstill there\r\nguest:~# $/);
});

test('ping-hangs: hangs in the foreground and detached, and prints its version', async () => {
  const line = await loggedIn({ quirks: { hangingPing: true } });
  line.type('ping -V\n');
  await line.until(/iputils[^]*guest:~# $/);
  line.type("(setsid sh -c 'ping -c 1 127.0.0.1 >/tmp/p 2>&1; echo $? >/tmp/p.rc' &)\n");
  await line.until(/guest:~# $/);
  line.type('cat /tmp/p /tmp/p.rc\n');
  await line.until(/p\.rc\r\ncat: \/tmp\/p\.rc: No such file or directory\r\nguest:~# $/);
});
