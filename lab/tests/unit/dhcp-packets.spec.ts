// SPDX-License-Identifier: Apache-2.0
import { expect, test } from '@playwright/test';
import { decodePacket, encodePacket, type Packet } from '../../packets/packet.ts';
import { senderAddress } from '../../packets/sender.ts';

/** DHCP messages written by hand, field by field from RFC 2131; checksums from another tool. */

const A = '02:00:00:00:00:0a';
const B = '02:00:00:00:00:0b';
const ZEROS = (bytes: number) => '00'.repeat(bytes);

const DISCOVER: Packet = {
  type: 'dhcp',
  message: 'discover',
  fromMac: A,
  toMac: 'ff:ff:ff:ff:ff:ff',
  source: '0.0.0.0',
  destination: '255.255.255.255',
  transaction: 0xdeadbeef,
  clientMac: A,
  clientAddress: '0.0.0.0',
  yourAddress: '0.0.0.0',
  broadcast: true,
  requested: '10.0.0.7',
};
const ACK: Packet = {
  type: 'dhcp',
  message: 'ack',
  fromMac: B,
  toMac: A,
  source: '10.0.0.1',
  destination: '10.0.0.7',
  transaction: 0xdeadbeef,
  clientMac: A,
  clientAddress: '0.0.0.0',
  yourAddress: '10.0.0.7',
  broadcast: false,
  server: '10.0.0.1',
  prefixLength: 23,
  leaseSeconds: 3600,
};

const CASES: [string, Packet, string][] = [
  [
    'a DISCOVER',
    DISCOVER,
    `ffffffffffff 02000000000a 0800
     45 00 0148 0000 4000 40 11 39a6 00000000 ffffffff
     0044 0043 0134 dd34
     01 01 06 00 deadbeef 0000 8000 00000000 00000000 00000000 00000000 02000000000a ${ZEROS(10)} ${ZEROS(192)}
     63825363 35 01 01  32 04 0a000007  ff ${ZEROS(50)}`,
  ],
  [
    'an ACK',
    ACK,
    `02000000000a 02000000000b 0800
     45 00 0148 0000 4000 40 11 259e 0a000001 0a000007
     0043 0044 0134 26e2
     02 01 06 00 deadbeef 0000 0000 00000000 0a000007 00000000 00000000 02000000000a ${ZEROS(10)} ${ZEROS(192)}
     63825363 35 01 05  36 04 0a000001  01 04 fffffe00  33 04 00000e10  ff ${ZEROS(38)}`,
  ],
];

for (const [name, packet, bytes] of CASES) {
  const frame = Buffer.from(bytes.replaceAll(/\s/g, ''), 'hex');

  test(`encodes and decodes ${name} as in the RFC`, () => {
    expect(encodePacket(packet).toString('hex')).toBe(frame.toString('hex'));
    expect(decodePacket(frame)).toEqual(packet);
  });

  test(`does not decode a truncated or damaged ${name}`, () => {
    for (let length = 0; length < frame.length; length += 1)
      expect(decodePacket(frame.subarray(0, length))).toBe(undefined);
    const damaged = Buffer.from(frame);
    damaged.writeUInt8(1, frame.length - 1);
    expect(decodePacket(damaged)).toBe(undefined);
  });
}

test('accepts a datagram without a checksum', () => {
  const frame = encodePacket(ACK);
  frame.writeUInt16BE(0, 14 + 20 + 6);
  expect(decodePacket(frame)).toEqual(ACK);
});

test('requires matching ports of server and client', () => {
  const frame = encodePacket(ACK);
  frame.writeUInt16BE(67, 14 + 20 + 2);
  frame.writeUInt16BE(0, 14 + 20 + 6);
  expect(decodePacket(frame)).toBe(undefined);
});

test('finds the sender address of any frame', () => {
  expect(senderAddress(encodePacket(ACK))).toBe('10.0.0.1');
  const link = { fromMac: A, toMac: B };
  const arp: Packet = {
    type: 'arp',
    ...link,
    request: true,
    senderMac: A,
    sender: '10.0.0.5',
    targetMac: B,
    target: '10.0.0.6',
  };
  expect(senderAddress(encodePacket(arp))).toBe('10.0.0.5');
  const ends = { source: 'fd00::5', destination: 'ff02::2' };
  expect(senderAddress(encodePacket({ type: 'routerSolicitation', ...link, ...ends }))).toBe('fd00::5');
  const unknown = encodePacket(arp);
  unknown.writeUInt16BE(0x88cc, 12);
  expect(senderAddress(unknown)).toBe(undefined);
  expect(senderAddress(encodePacket(arp).subarray(0, 20))).toBe(undefined);
});
