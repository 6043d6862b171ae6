// SPDX-License-Identifier: Apache-2.0
/** The source's fixed address. */
import { addressInputs, invalid, TARGET, v4, v6 } from './address-inputs.ts';
import { MEBIBYTE, pattern } from './hostile-input.ts';

const source = (expected: string) => invalid('sourceAddress', pattern(expected));
const unusable = (what: string) => source(`an address that a VM can have, not ${what}`);
const WITH_IPV6 = { configMap: { [TARGET]: 'fd00::6/64' } };

export const SOURCE_ADDRESSES = addressInputs('sourceAddress', '10.1.0.6/24', [
  ['notation', 'without a prefix length', '10.1.0.5'],
  ['notation', 'a netmask', '10.1.0.5/255.255.255.0'],
  ['notation', 'three numbers', '10.1.5/24'],
  ['notation', 'leading zeros, which some take for octal', '010.1.0.5/24'],
  ['notation', 'hexadecimal', '0x0a.1.0.5/24'],
  ['notation', 'one number', '167837701/24'],
  ['notation', 'a blank before the prefix length', '10.1.0.5 /24'],
  ['notation', 'a zone', 'fd00::5%eth0/64'],
  ['notation', 'brackets', '[fd00::5]/64'],
  ['notation', 'twice ::', 'fd00::5::1/64'],
  ['range', 'a number too big', '10.1.0.256/24'],
  ['range', 'a prefix length too long', '10.1.0.5/33'],
  ['range', 'a prefix length too long, IPv6', 'fd00::5/129'],
  ['range', 'a prefix length with a zero', '10.1.0.5/024'],
  ['range', 'no network', '10.1.0.5/0', source('a prefix length from /1 to /31, not 10.1.0.5/0')],
  ['range', 'alone', '10.1.0.5/32', source('a prefix length from /1 to /31, not 10.1.0.5/32')],
  [
    'range',
    'alone, IPv6',
    'FD00::5/128',
    { ...WITH_IPV6, ...source('a prefix length from /1 to /127, not fd00::5/128') },
  ],
  ['kind', 'unspecified', '0.0.0.0/8', { ...unusable('an unspecified address (0.0.0.0/8)') }],
  ['kind', 'unspecified, IPv6', '::/64', { ...WITH_IPV6, ...unusable('an unspecified address (::/64)') }],
  ['kind', 'loopback', '127.0.0.2/8', unusable('a loopback address (127.0.0.2/8)')],
  ['kind', 'loopback, IPv6', '0::1/64', { ...WITH_IPV6, ...unusable('a loopback address (::1/64)') }],
  ['kind', 'link-local', '169.254.1.5/16', unusable('a link-local address (169.254.1.5/16)')],
  ['kind', 'link-local, IPv6', 'fe80::5/64', { ...WITH_IPV6, ...unusable('a link-local address (fe80::5/64)') }],
  ['kind', 'multicast', '239.1.2.3/24', unusable('a multicast address (239.1.2.3/24)')],
  ['kind', 'multicast, IPv6', 'ff02::1/16', { ...WITH_IPV6, ...unusable('a multicast address (ff02::1/16)') }],
  ['kind', 'broadcast', '255.255.255.255/24', unusable('the broadcast address (255.255.255.255/24)')],
  [
    'kind',
    'IPv4 in IPv6',
    '::ffff:10.1.0.5/120',
    { ...WITH_IPV6, ...unusable('an IPv4-mapped address (::ffff:10.1.0.5/120)') },
  ],
  ['kind', 'the first of its network', '10.1.0.0/24', unusable("the network's own address (10.1.0.0/24)")],
  ['kind', 'the last of its network', '10.1.0.7/30', unusable("the network's broadcast address (10.1.0.7/30)")],
  [
    'kind',
    'the first, IPv6',
    'fd00:1::/64',
    { ...WITH_IPV6, ...unusable("the network's router anycast address (fd00:1::/64)") },
  ],
  ['two values', 'three', '10.1.0.5/24,fd00::5/64,10.1.0.7/24'],
  ['two values', 'separated by a blank', '10.1.0.5/24 fd00::5/64'],
  ['two values', 'one empty', '10.1.0.5/24,'],
  ['two values', 'of one family', '10.1.0.5/24,10.1.0.7/24', source('one address per IP family, not two of ipv4')],
  ['digits', 'fullwidth', '10.1.0.\uff15/24'],
  ['letters', 'an ideographic full stop', '10\u30021\u30020\u30025/24'],
  ['invisible', 'a zero-width joiner', '10.1.0.5\u200d/24'],
  ['control', 'NUL', '10.1.0.5\u0000/24', { at: 'snake_case' }],
  ['shell', 'a second command', '10.1.0.5/24; reboot'],
  ['yaml', 'more of the network data', '10.1.0.5/24\ngateway4: 10.1.0.1'],
  ['size', '1 MiB of colons', ':'.repeat(MEBIBYTE), { at: 'camelCase' }],
  [
    ...(['with the other', 'none', '10.1.0.5/24'] as const),
    {
      configMap: { [TARGET]: undefined },
      refused:
        /^"targetAddress" parameter is missing: expected an address in the network of "\w+" "10\.1\.0\.5\/24": both /,
    },
  ],
  [
    ...(['with the other', 'IPv6 without its like', '10.1.0.5/24,fd00::5/64'] as const),
    invalid('targetAddress', 'an ipv6 address, too, as there is one in "\\w+" "10\\.1\\.0\\.5/24,fd00::5/64"'),
  ],
  [
    ...(['with the families', 'IPv6, too, where only IPv4 is asked for', '10.1.0.5/24,fd00::5/64'] as const),
    {
      configMap: { 'spec.param.ipFamilies': undefined },
      ...source('no ipv6 address with "ipFamilies" (by default "ipv4")'),
    },
  ],
  [
    ...(['unusual but valid', 'in the smallest network', '10.1.0.4/31'] as const),
    { configMap: { [TARGET]: '10.1.0.5/31' }, accepted: [v4('10.1.0.4', 31)] },
  ],
  [
    ...([
      'unusual but valid',
      'IPv6 spelled in full, in upper case',
      'FD00:0001:0000:0000:0000:0000:0000:0005/64',
    ] as const),
    { configMap: { [TARGET]: 'fd00:1::6/64' }, accepted: [v6('fd00:1::5', 64)] },
  ],
  [
    ...(['unusual but valid', 'IPv6 first, blanks around the comma', ' fd00::5/64 , 10.1.0.5/24\n'] as const),
    { configMap: { [TARGET]: '10.1.0.6/24,fd00::6/64' }, accepted: [v6('fd00::5', 64), v4('10.1.0.5', 24)] },
  ],
  ['blank', 'nothing at all, nor the other', '', { configMap: { [TARGET]: undefined }, accepted: [] }],
]);
