// SPDX-License-Identifier: Apache-2.0
import { expect, test } from '@playwright/test';
import {
  pingCommand,
  readPingTool,
  usableIntervalMs,
  type PingRun,
  type PingTool,
} from '../../../fixtures/ping/ping-tool.ts';
import { FakeShell } from '../guest/fake-shell.ts';
import { BUSYBOX, IPUTILS } from './fake-endpoint.ts';

const PRECISE: PingTool = { ...IPUTILS, precise: true };

for (const [printed, tool] of [
  ['ping from iputils 20221126\nlibcap: yes, IDN: yes, NLS: no\n', IPUTILS],
  ['ping utility, iputils-s20190709\n', { name: 'ping utility, iputils-s20190709', kind: 'iputils', precise: false }],
  ['ping from iputils 20240905\n', { name: 'ping from iputils 20240905', kind: 'iputils', precise: true }],
  ['ping from iputils 20240904\n', { name: 'ping from iputils 20240904', kind: 'iputils', precise: false }],
  ['ping from iputils 20250605\n', { name: 'ping from iputils 20250605', kind: 'iputils', precise: true }],
  // As built from a checkout.
  ['ping from iputils\n', { name: 'ping from iputils', kind: 'iputils', precise: false }],
  [
    "ping: invalid option -- 'V'\nBusyBox v1.36.1 (2024-06-10 07:11:47 UTC) multi-call binary.\n\nUsage: ping HOST\n",
    BUSYBOX,
  ],
] as const) {
  test(`"${printed.split('\n', 1).join()}" is ${tool.name}`, async () => {
    const shell = new FakeShell([['LC_ALL=C ping -V 2>&1', { output: printed, status: 1 }]]);
    expect(await readPingTool(shell)).toEqual(tool);
  });
}

for (const printed of ['ping (GNU inetutils) 2.4', 'sh: ping: not found', '']) {
  test(`"${printed}" is not a supported ping`, async () => {
    const shell = new FakeShell([['LC_ALL=C ping -V 2>&1', `${printed}\n`]]);
    await expect(readPingTool(shell)).rejects.toMatchObject({
      code: 'MeasurementFailed',
      message: `the ping of VMI 'ns/vm' is neither that of iputils nor BusyBox's: "${printed}"`,
    });
  });
}

const RUN: PingRun = { family: 'ipv4', address: '198.18.0.2', count: 50, intervalMs: 100, sizeBytes: 56 };

for (const [what, tool, change, command] of [
  ['iputils', IPUTILS, {}, 'ping -n -D -O -s 56 -c 50 -i 0.1 198.18.0.2'],
  ['iputils with three decimals', PRECISE, {}, 'ping -n -D -O -3 -s 56 -c 50 -i 0.1 198.18.0.2'],
  ['BusyBox', BUSYBOX, {}, 'ping -s 56 -c 50 -i 0.1 198.18.0.2'],
  ['iputils over IPv6', IPUTILS, { family: 'ipv6', address: 'fd00::2' }, 'ping -6 -n -D -O -s 56 -c 50 -i 0.1 fd00::2'],
  ['BusyBox over IPv6', BUSYBOX, { family: 'ipv6', address: 'fd00::2' }, 'ping -6 -s 56 -c 50 -i 0.1 fd00::2'],
  ['an old BusyBox, once a second', BUSYBOX, { intervalMs: 1000 }, 'ping -s 56 -c 50 198.18.0.2'],
  ['10 ms', IPUTILS, { intervalMs: 10 }, 'ping -n -D -O -s 56 -c 50 -i 0.01 198.18.0.2'],
  [
    'every bound',
    PRECISE,
    { lingerSeconds: 2, deadlineSeconds: 3, dontFragment: true, sizeBytes: 1472 },
    'ping -n -D -O -3 -M do -s 1472 -c 50 -i 0.1 -W 2 -w 3 198.18.0.2',
  ],
] as const) {
  test(`the command for ${what} sets LC_ALL=C`, () => {
    expect(pingCommand(tool, { ...RUN, ...change })).toBe(`LC_ALL=C ${command}`);
  });
}

test('checks in the guest whether BusyBox supports an interval below one second', async () => {
  const tried = 'ping -c 1 -i 0.2 127.0.0.1 >/dev/null 2>&1';
  const knows = new FakeShell([[tried, '']]);
  expect(await usableIntervalMs(knows, BUSYBOX, 200)).toBe(200);
  expect(knows.typed).toEqual([tried]);
  expect(await usableIntervalMs(new FakeShell([[tried, { status: 1 }]]), BUSYBOX, 200)).toBe(1000);
  const unasked = new FakeShell([]);
  expect(await usableIntervalMs(unasked, BUSYBOX, 1000)).toBe(1000);
  expect(await usableIntervalMs(unasked, IPUTILS, 10)).toBe(10);
});
