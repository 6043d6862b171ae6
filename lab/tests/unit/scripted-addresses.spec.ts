// SPDX-License-Identifier: Apache-2.0
/** Output and effects of `ip` on scripted guests. */
import { expect, test } from '@playwright/test';
import { guestOn, loggedIn, quietNetworks, waitForDuplicateAddressDetection } from './scripted-line.ts';

const FOREVER = '\\       valid_lft forever preferred_lft forever\n';
const LINK_LOCAL = `2: eth0    inet6 fe80::ff:fe00:1/64 scope link ${FOREVER}`;

test('a NIC without configuration stays down until it is brought up', async () => {
  const line = await loggedIn({ spec: guestOn(1) });
  expect(await line.run('ip -o link')).toBe(
    '1: lo: <LOOPBACK,UP,LOWER_UP> mtu 65536 qdisc noqueue state UNKNOWN mode DEFAULT group default qlen 1000\\' +
      '    link/loopback 00:00:00:00:00:00 brd 00:00:00:00:00:00\n' +
      '2: eth0: <BROADCAST,MULTICAST> mtu 1500 qdisc noop state DOWN mode DEFAULT group default qlen 1000\\' +
      '    link/ether 02:00:00:00:00:01 brd ff:ff:ff:ff:ff:ff\n',
  );
  expect(await line.run('ip -o addr show dev eth0')).toBe('');
  expect(await line.run('ip link set dev eth0 up; echo $?')).toBe('0\n');
  expect(await line.run('ip -o link show dev eth0')).toMatch(
    /^2: eth0: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc \w+ state UP mode DEFAULT group default qlen 1000\\ {4}link\/ether 02:00:00:00:00:01 brd ff:ff:ff:ff:ff:ff\n$/,
  );
  expect(await line.run('ip link set dev eth1 up; echo $?')).toBe('Cannot find device "eth1"\n1\n');
});

test('adds and deletes addresses of both families', async () => {
  const line = await loggedIn({ spec: guestOn(1) });
  await line.run('ip link set dev eth0 up');
  expect(await line.run('ip -4 addr add 198.18.4.1/29 dev eth0; echo $?')).toBe('0\n');
  expect(await line.run('ip -4 addr add 198.18.4.1/29 dev eth0; echo $?')).toBe('RTNETLINK answers: File exists\n2\n');
  expect(await line.run('ip -6 addr add FD00:0:0::1/64 dev eth0; echo $?')).toBe('0\n');
  expect(await line.run('ip -6 addr add fd00::1/64 dev eth0; echo $?')).toBe('RTNETLINK answers: File exists\n2\n');
  expect(await line.run('ip -o -6 addr show dev eth0')).toContain(
    `2: eth0    inet6 fd00::1/64 scope global tentative ${FOREVER}`,
  );
  await waitForDuplicateAddressDetection(line);
  expect(await line.run('ip -o addr show')).toBe(
    `1: lo    inet 127.0.0.1/8 scope host lo${FOREVER}1: lo    inet6 ::1/128 scope host ${FOREVER}` +
      `2: eth0    inet 198.18.4.1/29 scope global eth0${FOREVER}` +
      `2: eth0    inet6 fd00::1/64 scope global ${FOREVER}${LINK_LOCAL}`,
  );
  expect(await line.run('ip addr del 198.18.4.1/29 dev eth0; ip addr del fd00::1/64 dev eth0; echo $?')).toBe('0\n');
  expect(await line.run('ip addr del fd00::1/64 dev eth0; echo $?')).toBe(
    'RTNETLINK answers: Cannot assign requested address\n2\n',
  );
  expect(await line.run('ip -o addr show dev eth0')).toBe(LINK_LOCAL);
});

test('duplicate address detection fails for an address in use or probed at the same time', async () => {
  const networks = quietNetworks();
  const one = await loggedIn({ networks, spec: guestOn(1) });
  const two = await loggedIn({ networks, spec: guestOn(2) });
  await Promise.all([one.run('ip link set dev eth0 up'), two.run('ip link set dev eth0 up')]);
  await one.run('ip -6 addr add fd00::1/64 dev eth0');
  await waitForDuplicateAddressDetection(one);
  await two.run('ip -6 addr add fd00::1/64 dev eth0');
  const failed = `inet6 fd00::1/64 scope global dadfailed tentative ${FOREVER}`;
  await expect.poll(() => two.run('ip -o addr show')).toContain(failed);
  expect(await one.run('ip -o addr show')).toContain(`inet6 fd00::1/64 scope global ${FOREVER}`);

  await Promise.all([one.run('ip addr add fd00::9/64 dev eth0'), two.run('ip addr add fd00::9/64 dev eth0')]);
  await expect.poll(() => two.run('ip -o addr show')).toContain(`inet6 fd00::9/64 scope global ${FOREVER}`);
  expect(await one.run('ip -o addr show')).toContain(`inet6 fd00::9/64 scope global dadfailed tentative ${FOREVER}`);
});

test('a NIC has no IPv6 address while IPv6 is disabled', async () => {
  const line = await loggedIn({ spec: guestOn(1) });
  await line.run('ip link set dev eth0 up');
  expect(await line.run('ip -o -6 addr show dev eth0')).toContain('scope link tentative ');
  await line.run('echo 1 >/proc/sys/net/ipv6/conf/eth0/disable_ipv6');
  expect(await line.run('cat /proc/sys/net/ipv6/conf/eth0/disable_ipv6; ip -o addr show dev eth0')).toBe('1\n');
  expect(await line.run('ip -6 addr add fd00::1/64 dev eth0; echo $?')).toBe(
    'RTNETLINK answers: Permission denied\n2\n',
  );
  await line.run('echo 0 >/proc/sys/net/ipv6/conf/eth0/disable_ipv6');
  await expect.poll(() => line.run('ip -o addr show dev eth0')).toBe(LINK_LOCAL);
});

test('a link that goes down loses its IPv6 addresses', async () => {
  const line = await loggedIn({ spec: guestOn(1, ['198.18.4.1/29', 'fd00::1/64']) });
  expect(await line.run('ip -o addr show dev eth0')).toContain('inet6 fd00::1/64');
  await line.run('ip link set dev eth0 down');
  expect(await line.run('ip -o addr show dev eth0')).toBe(`2: eth0    inet 198.18.4.1/29 scope global eth0${FOREVER}`);
});

test('refuses invalid addresses', async () => {
  const line = await loggedIn({ spec: guestOn(1) });
  for (const wrong of ['198.18.4/29', '198.18.4.1', 'fd00::1/129', '198.18.4.1/33', 'x/1']) {
    expect(await line.run(`ip addr add ${wrong} dev eth0; echo $?`), wrong).toMatch(/^Error: .*\n1\n$/);
  }
  expect(await line.run('ip -o addr show dev eth0')).toBe('');
});

test('a flush removes global addresses of one or both families, and no link-local ones', async () => {
  const line = await loggedIn({ spec: guestOn(1, ['198.18.4.1/29', 'fd00::1/64']) });
  await waitForDuplicateAddressDetection(line);
  expect(await line.run('ip -6 addr flush dev eth0 scope global; echo $?')).toBe('0\n');
  expect(await line.run('ip -o addr show dev eth0')).toBe(
    `2: eth0    inet 198.18.4.1/29 scope global eth0${FOREVER}${LINK_LOCAL}`,
  );
  expect(await line.run('ip addr flush dev eth0 scope global')).toBe('');
  expect(await line.run('ip -o addr show dev eth0')).toBe(LINK_LOCAL);
});
