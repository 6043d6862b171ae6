// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { BlockList, isIP, isIPv6 } from 'node:net';
import { test } from '@playwright/test';
import fc from 'fast-check';
import {
  canonicalAddress,
  firstAddress,
  lastAddress,
  parseCidr,
  renderCidr,
  sameSubnet,
  type Cidr,
} from '../../../fixtures/addresses/cidr.ts';
import { anyText, holds } from '../property.ts';

const byte = fc.integer({ min: 0, max: 255 });
const ipv4 = fc.array(byte, { minLength: 4, maxLength: 4 }).map((bytes) => bytes.join('.'));
const group = fc.oneof(fc.constant(0), fc.constant(0), fc.integer({ min: 0, max: 0xffff }));
const groups = fc.array(group, { minLength: 8, maxLength: 8 });
/** One of the ways to write an IPv6 address. */
const ipv6 = fc.tuple(groups, fc.boolean(), fc.boolean(), fc.nat(6)).map(([parts, upper, padded, gap]) => {
  const texts = parts.map((part) => part.toString(16).padStart(padded ? 4 : 0, '0'));
  const short = parts[gap] === 0 && parts[gap + 1] === 0;
  const text = short ? `${texts.slice(0, gap).join(':')}::${texts.slice(gap + 2).join(':')}` : texts.join(':');
  return upper ? text.toUpperCase() : text;
});
const cidr = fc
  .oneof(fc.tuple(ipv4, fc.integer({ min: 0, max: 32 })), fc.tuple(ipv6, fc.integer({ min: 0, max: 128 })))
  .map(([address, length]) => `${address}/${length}`);

function parsed(text: string): Cidr {
  const value = parseCidr(text);
  assert.ok(value !== undefined, text);
  return value;
}

test('parses any text to a CIDR in canonical spelling, or to none', () => {
  const almost = fc
    .tuple(cidr, fc.nat(40), anyText)
    .map(([text, at, piece]) => text.slice(0, at) + piece + text.slice(at));
  holds([fc.oneof(anyText, almost, fc.ipV4(), fc.ipV6(), cidr)], (text) => {
    const value = parseCidr(text);
    assert.equal(value !== undefined, /^[^/%]*\/(0|[1-9]\d*)$/.test(text) && looksRight(text));
    if (value === undefined) return;
    assert.equal(isIP(value.address), value.family === 'ipv4' ? 4 : 6);
    assert.deepEqual(parseCidr(renderCidr(value)), value);
  });
});

function looksRight(text: string): boolean {
  const [address = '', length = ''] = text.split('/');
  const version = isIP(address);
  return version !== 0 && Number(length) <= (version === 4 ? 32 : 128);
}

test('spells an address as the URL standard does', () => {
  holds([fc.oneof(ipv4, ipv6, fc.ipV6())], (text) => {
    const { hostname } = new URL(isIPv6(text) ? `http://[${text}]` : `http://${text}`);
    const canonical = canonicalAddress(text) ?? '';
    // The URL standard has no dots in IPv6 addresses.
    const mapped = /^::(ffff:)?\d+\.[\d.]+$/.test(canonical);
    assert.equal(mapped ? new URL(`http://[${canonical}]`).hostname : canonical, mapped ? hostname : bare(hostname));
    assert.equal(canonicalAddress(canonical), canonical);
    assert.equal(canonicalAddress(text.toLowerCase()), canonical);
  });
});

function bare(hostname: string): string {
  return hostname.replace(/^\[|\]$/g, '');
}

test('a network contains the addresses from its first to its last, and no other', () => {
  holds([cidr, cidr], (a, b) => {
    const [one, other] = [parsed(a), parsed(b)];
    const network = new BlockList();
    network.addSubnet(one.address, one.prefixLength, one.family);
    const near = { ...other, family: one.family, prefixLength: one.prefixLength };
    if (other.family === one.family) {
      assert.equal(sameSubnet(one, near), network.check(near.address, near.family));
      assert.equal(sameSubnet(one, other), sameSubnet(other, one));
    }
    // Not in ::/96, as firstAddress() says.
    if (/^::.*\./.test(one.address)) return;
    for (const address of [firstAddress(one), lastAddress(one)]) assert.ok(network.check(address, one.family));
    assert.equal(firstAddress({ ...one, address: lastAddress(one) }), firstAddress(one));
    assert.equal(firstAddress(one) === lastAddress(one), one.prefixLength === (one.family === 'ipv4' ? 32 : 128));
  });
});
