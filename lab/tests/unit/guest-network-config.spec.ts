// SPDX-License-Identifier: Apache-2.0
/** The awk program in a real guest that parses a cloud-init network configuration. */
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { expect, test } from '@playwright/test';

const PROGRAM = path.join(import.meta.dirname, '../../guests/qemu/rootfs/usr/lib/network-config.awk');
const MAC = '02:00:00:00:00:aa';

function read(...lines: string[]): { status: number | null; wants: string[] } {
  const input = ['version: 2', 'ethernets:', ...lines, ''].join('\n');
  const { status, stdout } = spawnSync('awk', ['-f', PROGRAM], { input, encoding: 'utf8' });
  return { status, wants: stdout.trim().split('\n').filter(Boolean) };
}

function nic(...settings: string[]): string[] {
  return [
    '  nic0:',
    '    match:',
    `      macaddress: "${MAC.toUpperCase()}"`,
    ...settings.map((line) => `    ${line}`),
  ];
}

const CASES: [string, string[], string[]][] = [
  ['nothing', ['dhcp4: false', 'dhcp6: false'], []],
  ['nothing, and no advertisements', ['dhcp4: false', 'dhcp6: false', 'accept-ra: false'], ['no-ra']],
  ['DHCP', ['dhcp4: true', 'dhcp6: true # both', 'accept-ra: true'], ['dhcp4', 'dhcp6']],
  ['addresses as a flow', ['addresses: [10.0.0.1/24, "fd00::1/64"]'], ['10.0.0.1/24', 'fd00::1/64']],
  [
    'addresses as a block, without advertisements',
    ['addresses:', '- 10.0.0.1/24', "- 'fd00::1/64'", 'accept-ra: false', 'dhcp4: yes'],
    ['no-ra', 'dhcp4', '10.0.0.1/24', 'fd00::1/64'],
  ],
];

for (const [name, settings, wants] of CASES) {
  test(`reads a NIC with ${name}`, () => {
    expect(read(...nic(...settings))).toEqual({ status: 0, wants: wants.map((want) => `${MAC} ${want}`) });
  });
}

test('reads the settings of each NIC separately', () => {
  const other = nic('dhcp6: true').map((line) => line.replace('nic0', 'nic1').replace('AA', 'BB'));
  expect(read(...nic('dhcp4: true'), ...other).wants).toEqual([`${MAC} dhcp4`, '02:00:00:00:00:bb dhcp6']);
});

test('fails for a configuration without a NIC', () => {
  expect(read()).toEqual({ status: 1, wants: [] });
});
