// SPDX-License-Identifier: Apache-2.0
import { expect, test } from '@playwright/test';
import { parseAddresses, parseLink } from '../../../fixtures/addresses/parse-ip.ts';

const LINKS = `1: lo: <LOOPBACK,UP,LOWER_UP> mtu 65536 qdisc noqueue state UNKNOWN mode DEFAULT group default qlen 1000\\    link/loopback 00:00:00:00:00:00 brd 00:00:00:00:00:00
2: eth0: <BROADCAST,MULTICAST> mtu 1400 qdisc noop state DOWN mode DEFAULT group default qlen 1000\\    link/ether 02:00:00:00:00:01 brd ff:ff:ff:ff:ff:ff
3: enp1s0f0v2@if7: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 9000 qdisc mq state UP qlen 1000\\    link/ether 02:00:00:00:00:02 brd ff:ff:ff:ff:ff:ff
`;

test('finds a link by its MAC, with its MTU and its state', () => {
  expect(parseLink(LINKS, '02:00:00:00:00:01')).toEqual({ name: 'eth0', mtuBytes: 1400, carrier: false });
  expect(parseLink(LINKS, '02:00:00:00:00:02')).toEqual({ name: 'enp1s0f0v2', mtuBytes: 9000, carrier: true });
  expect(parseLink(LINKS, '02:00:00:00:00:03')).toBeUndefined();
  expect(parseLink('', '02:00:00:00:00:01')).toBeUndefined();
});

test('does not take a VLAN with the MAC of its parent for the parent, in either order', () => {
  const parent =
    '2: eth0: <BROADCAST,UP,LOWER_UP> mtu 1500 qdisc mq state UP qlen 1000\\    link/ether 02:00:00:00:00:01 brd ff:ff:ff:ff:ff:ff';
  const vlan =
    '3: eth0.5@eth0: <BROADCAST,UP> mtu 1400 qdisc noqueue state UP qlen 1000\\    link/ether 02:00:00:00:00:01 brd ff:ff:ff:ff:ff:ff';
  const eth0 = { name: 'eth0', mtuBytes: 1500, carrier: true };
  expect(parseLink(`${parent}\n${vlan}\n`, '02:00:00:00:00:01')).toEqual(eth0);
  expect(parseLink(`${vlan}\n${parent}\n`, '02:00:00:00:00:01')).toEqual(eth0);
  expect(parseLink(`${vlan}\n`, '02:00:00:00:00:01')).toEqual({ name: 'eth0.5', mtuBytes: 1400, carrier: false });
});

const ADDRESSES = `1: lo    inet 127.0.0.1/8 scope host lo\\       valid_lft forever preferred_lft forever
2: eth0    inet 10.1.0.5/24 brd 10.1.0.255 scope global eth0\\       valid_lft forever preferred_lft forever
2: eth0    inet6 fd00:0:0:1::5/64 scope global tentative \\       valid_lft forever preferred_lft forever
2: eth0    inet6 fd00:0:0:1::7/64 scope global dadfailed tentative \\       valid_lft forever preferred_lft forever
2: eth0    inet6 fd00:0:0:1:1:2:3:4/64 scope global temporary dynamic \\       valid_lft 600sec preferred_lft 600sec
2: eth0    inet6 fd00:0:0:1::9/128 scope global dynamic noprefixroute \\       valid_lft 600sec preferred_lft 600sec
2: eth0    inet6 fd00:0:0:1:5:6:7:8/64 scope global deprecated dynamic \\       valid_lft 600sec preferred_lft 0sec
2: eth0    inet6 fd00:0:0:1:9:a:b:c/64 scope global secondary dynamic \\       valid_lft 600sec preferred_lft 600sec
2: eth0    inet 10.1.0.6/24 brd 10.1.0.255 scope global secondary eth0\\       valid_lft forever preferred_lft forever
2: eth0    inet6 fe80::1/64 scope link \\       valid_lft forever preferred_lft forever
3: eth01    inet 10.9.9.9/24 scope global eth01\\       valid_lft forever preferred_lft forever
`;

test('reads the global addresses of a link with their duplicate address detection state', () => {
  const seen = parseAddresses(ADDRESSES, 'eth0').map(({ cidr, tentative, duplicate }) => [
    `${cidr.address}/${cidr.prefixLength}`,
    ...(tentative ? ['tentative'] : []),
    ...(duplicate ? ['duplicate'] : []),
  ]);
  expect(seen).toEqual([
    ['10.1.0.5/24'],
    ['fd00:0:0:1::5/64', 'tentative'],
    ['fd00:0:0:1::7/64', 'tentative', 'duplicate'],
    ['fd00:0:0:1::9/128'],
    ['10.1.0.6/24'],
  ]);
  expect(parseAddresses('ip: command not found', 'eth0')).toEqual([]);
});
