// SPDX-License-Identifier: Apache-2.0
import { expect, test } from '@playwright/test';
import {
  canonicalAddress,
  firstAddress,
  lastAddress,
  parseCidr,
  renderCidr,
  sameSubnet,
  type Cidr,
} from '../../../fixtures/addresses/cidr.ts';

function cidr(text: string): Cidr {
  const parsed = parseCidr(text);
  if (parsed === undefined) throw new Error(`no CIDR: ${text}`);
  return parsed;
}

const SPELLINGS: [written: string, canonical: string][] = [
  ['10.1.0.5', '10.1.0.5'],
  ['0.0.0.0', '0.0.0.0'],
  ['255.255.255.255', '255.255.255.255'],
  ['0:0:0:0:0:0:0:0', '::'],
  ['0:0:0:0:0:0:0:1', '::1'],
  ['FD00::00A5', 'fd00::a5'],
  ['2001:db8:0:0:1:0:0:1', '2001:db8::1:0:0:1'],
  ['2001:db8:0:1:1:1:1:1', '2001:db8:0:1:1:1:1:1'],
  ['2001:0:0:1:0:0:0:1', '2001:0:0:1::1'],
  ['1:2:3:4:5:6:7::', '1:2:3:4:5:6:7:0'],
  ['0:0:3:4:5:6:0:0', '::3:4:5:6:0:0'],
  ['1:0:0:4:5:6:10:0', '1::4:5:6:10:0'],
  ['::ffff:10.1.0.5', '::ffff:10.1.0.5'],
  ['::ffff:a01:5', '::ffff:10.1.0.5'],
  ['::a01:5', '::10.1.0.5'],
  ['64:ff9b::10.1.0.5', '64:ff9b::a01:5'],
];

for (const [written, canonical] of SPELLINGS) {
  test(`${written} is spelled ${canonical}`, () => {
    expect(canonicalAddress(written)).toBe(canonical);
    const [family, length] = canonical.includes(':') ? ['ipv6', 64] : ['ipv4', 24];
    expect(parseCidr(`${written}/${length}`)).toEqual({ family, address: canonical, prefixLength: length });
  });
}

const NONE = [
  '',
  'a',
  '10.1.0',
  '10.1.0.256',
  '10.1.0.05',
  '0x0a.1.0.5',
  ':',
  ':::',
  '1:2:3:4:5:6:7',
  '::1::',
  'fe80::1%lo',
];

for (const text of [...NONE, ' 10.1.0.5', '10.1.0.5\n', '10.1.0.5/24']) {
  test(`${JSON.stringify(text)} is no address`, () => {
    expect(canonicalAddress(text)).toBeUndefined();
  });
}

const NO_CIDR = ['10.1.0.5', '10.1.0.5/', '10.1.0.5/33', 'fd00::/129', '10.1.0.5/24/24', '10.1.0.5/-1', '10.1.0.5/1e1'];

for (const text of [...NO_CIDR, ...NONE.map((address) => `${address}/24`), '10.1.0.5/ 24', '10.1.0.5/024']) {
  test(`${JSON.stringify(text)} is no CIDR`, () => {
    expect(parseCidr(text)).toBeUndefined();
  });
}

test('a subnet is family, prefix length and first bits', () => {
  const same = (a: string, b: string): boolean => sameSubnet(cidr(a), cidr(b));
  expect(same('10.1.0.5/24', '10.1.0.250/24')).toBe(true);
  expect(same('10.1.0.5/24', '10.1.1.5/24')).toBe(false);
  expect(same('10.1.0.5/23', '10.1.1.5/23')).toBe(true);
  expect(same('10.1.0.5/24', '10.1.0.6/25')).toBe(false);
  expect(same('10.1.0.5/31', '10.1.0.6/31')).toBe(false);
  expect(same('fd00::5/64', 'FD00:0:0:0:ffff::/64')).toBe(true);
  expect(same('fd00::5/64', 'fd00:0:0:1::5/64')).toBe(false);
  expect(same('0.0.0.1/0', '::1/0')).toBe(false);
  expect(same('0.0.0.1/0', '255.0.0.1/0')).toBe(true);
});

test('the first and the last address of a network', () => {
  const ends = (text: string): string[] => [firstAddress(cidr(text)), lastAddress(cidr(text))];
  expect(ends('10.1.0.5/24')).toEqual(['10.1.0.0', '10.1.0.255']);
  expect(ends('10.1.0.5/30')).toEqual(['10.1.0.4', '10.1.0.7']);
  expect(ends('10.1.0.5/32')).toEqual(['10.1.0.5', '10.1.0.5']);
  expect(ends('200.1.0.5/0')).toEqual(['0.0.0.0', '255.255.255.255']);
  expect(ends('fd00:1:2:3:4::5/63')).toEqual(['fd00:1:2:2::', 'fd00:1:2:3:ffff:ffff:ffff:ffff']);
});

test('text, value, text', () => {
  expect(renderCidr(cidr('FD00:0::5/64'))).toBe('fd00::5/64');
  expect(renderCidr(cidr('10.1.0.5/24'))).toBe('10.1.0.5/24');
});
