// SPDX-License-Identifier: Apache-2.0
/** Pipes, redirections and text tools of a scripted guest's shell. */
import { createHash } from 'node:crypto';
import { expect, test } from '@playwright/test';
import { loggedIn } from './scripted-line.ts';

const digest = (text: string) => createHash('sha256').update(text).digest('hex');

test('a pipe passes output on and has the status of its last command', async () => {
  const line = await loggedIn();
  expect(await line.run('echo piped | cat | wc -c; echo $?')).toBe('6\n0\n');
  expect(await line.run('cat /none 2>/dev/null | cat; echo $?')).toBe('0\n');
  expect(await line.run('cat /none 2>&1 | head -c 4')).toBe('cat:');
  expect(await line.run('true | nonesuch; echo $?')).toBe('-bash: nonesuch: command not found\n127\n');
});

test('prints parts of a file with their digests', async () => {
  const line = await loggedIn();
  await line.run('echo "0123456789äöü" >/tmp/f');
  expect(await line.run('wc -c </tmp/f')).toBe('17\n');
  expect(await line.run('tail -c +6 /tmp/f | head -c 5 | sha256sum; tail -c +6 /tmp/f | head -c 5')).toBe(
    `${digest('56789')}  -\n56789`,
  );
  expect(await line.run('sha256sum /tmp/f')).toBe(`${digest('0123456789äöü\n')}  /tmp/f\n`);
  expect(await line.run('tail -c 3 /tmp/f; tail -c +99 /tmp/f | wc -c')).toBe('ü\n0\n');
});

test('head and tail print lines from either end', async () => {
  const line = await loggedIn();
  await line.run('(echo a; echo b; echo c) >/tmp/f');
  expect(await line.run('head -n 1 /tmp/f; tail -n 1 /tmp/f; tail -n +2 /tmp/f')).toBe('a\nc\nb\nc\n');
});

test('reports files that cannot be read', async () => {
  const line = await loggedIn();
  const missing = 'No such file or directory';
  expect(await line.run('wc -c </tmp/none; echo $?')).toBe(`-bash: /tmp/none: ${missing}\n1\n`);
  expect(await line.run('cat /tmp/none; echo $?')).toBe(`cat: /tmp/none: ${missing}\n1\n`);
  expect(await line.run('echo 1 >/proc/sys/net/ipv6/conf/eth7/accept_ra; echo $?')).toBe(
    `-bash: /proc/sys/net/ipv6/conf/eth7/accept_ra: ${missing}\n1\n`,
  );
  expect(await line.run('rm -f /tmp/none; [ -f /tmp/none ] || echo gone')).toBe('gone\n');
});

test('reports a syntax error', async () => {
  const line = await loggedIn();
  for (const wrong of ['| cat', 'echo a | | cat', 'echo a <', '; echo']) {
    expect(await line.run(wrong), wrong).toContain('syntax error near unexpected token');
  }
  expect(await line.run('echo $?')).toBe('2\n');
});
