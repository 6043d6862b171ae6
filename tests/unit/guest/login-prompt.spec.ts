// SPDX-License-Identifier: Apache-2.0
import { expect, test } from '@playwright/test';
import { isExpectedHost, parseLoginPrompt } from '../../../fixtures/guest/login-prompt.ts';

for (const [text, host] of [
  ['localhost login: ', 'localhost'],
  ['\nWelcome to Alpine Linux 3.20\nKernel 6.6 on an x86_64 (/dev/ttyS0)\n\nmyhost login: ', 'myhost'],
  ['my-host.example.com login: ', 'my-host.example.com'],
  ['\n(none) login: ', '(none)'],
  ['? login: ', '?'],
  ['login: ', ''],
  ['\n\nlogin: ', ''],
] as const) {
  test(`finds a login prompt: ${JSON.stringify(text)}`, () => {
    expect(parseLoginPrompt(text)).toBe(host);
  });
}

for (const text of [
  '',
  '\nlocalhost login: root',
  'localhost login: [   12.345678] virtio_net virtio0 eth0: renamed\n',
  'Last failed login: ',
  'Last login: ',
  'Failed login: ',
  'localhost login: \nLast login: ',
  '[   12.345678] systemd-logind[1]: New login: ',
  'audit: login: ',
  'my host login: ',
  'localhost:~# ',
]) {
  test(`finds no login prompt: ${JSON.stringify(text)}`, () => {
    expect(parseLoginPrompt(text)).toBeUndefined();
  });
}

test('expects the name of the VMI, with or without a domain, or localhost', () => {
  const expected = ['localhost', 'vm', 'vm.example.com', 'vm2', '', '(none)'].filter((host) =>
    isExpectedHost(host, 'vm'),
  );
  expect(expected).toEqual(['localhost', 'vm', 'vm.example.com']);
});
