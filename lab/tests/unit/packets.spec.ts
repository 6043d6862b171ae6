// SPDX-License-Identifier: Apache-2.0
import { expect, test } from '@playwright/test';
import { addressOfMac, canonicalAddress, multicastMac, solicitedNode } from '../../packets/addresses.ts';
import { decodePacket, encodePacket, type Packet } from '../../packets/packet.ts';
import { pingFrame } from './frames.ts';

/** Frames written by hand, field by field from the RFCs; checksums from another tool. */

const A = '02:00:00:00:00:0a';
const B = '02:00:00:00:00:0b';

const CASES: { name: string; packet: Packet; bytes: string }[] = [
  {
    name: 'an ARP request',
    packet: {
      type: 'arp',
      fromMac: A,
      toMac: 'ff:ff:ff:ff:ff:ff',
      request: true,
      senderMac: A,
      sender: '0.0.0.0',
      targetMac: '00:00:00:00:00:00',
      target: '192.168.1.2',
    },
    bytes: `ffffffffffff 02000000000a 0806
      0001 0800 06 04 0001  02000000000a 00000000  000000000000 c0a80102`,
  },
  {
    name: 'an ARP reply',
    packet: {
      type: 'arp',
      fromMac: B,
      toMac: A,
      request: false,
      senderMac: B,
      sender: '192.168.1.2',
      targetMac: A,
      target: '192.168.1.1',
    },
    bytes: `02000000000a 02000000000b 0806
      0001 0800 06 04 0002  02000000000b c0a80102  02000000000a c0a80101`,
  },
  {
    name: 'an IPv4 echo request',
    packet: {
      type: 'echo',
      family: 4,
      request: true,
      fromMac: A,
      toMac: B,
      source: '192.168.1.1',
      destination: '192.168.1.2',
      id: 0x1234,
      sequence: 7,
      payload: Buffer.from('abc'),
    },
    bytes: `02000000000b 02000000000a 0800
      45 00 001f  0000 4000  40 01 b78a  c0a80101 c0a80102
      08 00 2162  1234 0007  616263`,
  },
  {
    name: 'an IPv6 echo reply',
    packet: {
      type: 'echo',
      family: 6,
      request: false,
      fromMac: B,
      toMac: A,
      source: 'fd00::2',
      destination: 'fd00::1',
      id: 0xffff,
      sequence: 0xffff,
      payload: Buffer.from('abcd'),
    },
    bytes: `02000000000a 02000000000b 86dd
      60000000 000c 3a 40  fd000000000000000000000000000002  fd000000000000000000000000000001
      81 00 bfed  ffff ffff  61626364`,
  },
  {
    name: 'a probe for duplicates',
    packet: {
      type: 'neighbourSolicitation',
      fromMac: A,
      toMac: '33:33:ff:00:00:01',
      source: '::',
      destination: 'ff02::1:ff00:1',
      target: 'fd00::1',
    },
    bytes: `3333ff000001 02000000000a 86dd
      60000000 0018 3a ff  00000000000000000000000000000000  ff0200000000000000000001ff000001
      87 00 7da5  00000000  fd000000000000000000000000000001`,
  },
  {
    name: 'a neighbour solicitation',
    packet: {
      type: 'neighbourSolicitation',
      fromMac: A,
      toMac: '33:33:ff:00:00:02',
      source: 'fd00::1',
      destination: 'ff02::1:ff00:2',
      target: 'fd00::2',
      sourceMac: A,
    },
    bytes: `3333ff000002 02000000000a 86dd
      60000000 0020 3a ff  fd000000000000000000000000000001  ff0200000000000000000001ff000002
      87 00 7d8e  00000000  fd000000000000000000000000000002  01 01 02000000000a`,
  },
  {
    name: 'a neighbour advertisement',
    packet: {
      type: 'neighbourAdvertisement',
      fromMac: B,
      toMac: A,
      source: 'fd00::2',
      destination: 'fd00::1',
      router: false,
      solicited: true,
      override: true,
      target: 'fd00::2',
      targetMac: B,
    },
    bytes: `02000000000a 02000000000b 86dd
      60000000 0020 3a ff  fd000000000000000000000000000002  fd000000000000000000000000000001
      88 00 1c91  60000000  fd000000000000000000000000000002  02 01 02000000000b`,
  },
  {
    name: 'a router solicitation',
    packet: {
      type: 'routerSolicitation',
      fromMac: A,
      toMac: '33:33:00:00:00:02',
      source: 'fe80::ff:fe00:a',
      destination: 'ff02::2',
      sourceMac: A,
    },
    bytes: `333300000002 02000000000a 86dd
      60000000 0010 3a ff  fe80000000000000000000fffe00000a  ff020000000000000000000000000002
      85 00 7b1a  00000000  01 01 02000000000a`,
  },
  {
    name: 'a router advertisement',
    packet: {
      type: 'routerAdvertisement',
      fromMac: B,
      toMac: '33:33:00:00:00:01',
      managed: false,
      lifetimeSeconds: 0,
      source: 'fe80::ff:fe00:b',
      destination: 'ff02::1',
      sourceMac: B,
      prefixes: [
        {
          prefix: 'fd10:200::',
          length: 64,
          onLink: true,
          autonomous: true,
          validSeconds: 3600,
          preferredSeconds: 1800,
        },
      ],
    },
    bytes: `333300000001 02000000000b 86dd
      60000000 0038 3a ff  fe80000000000000000000fffe00000b  ff020000000000000000000000000001
      86 00 2204  00 00 0000  00000000 00000000  01 01 02000000000b
      03 04 40 c0  00000e10 00000708 00000000  fd100200000000000000000000000000`,
  },
];

for (const { name, packet, bytes } of CASES) {
  const frame = Buffer.from(bytes.replaceAll(/\s/g, ''), 'hex');

  test(`encodes ${name} as in the RFC`, () => {
    expect(encodePacket(packet).toString('hex')).toBe(frame.toString('hex'));
  });

  test(`decodes ${name} as in the RFC`, () => {
    expect(decodePacket(frame)).toEqual(packet);
  });

  test(`decodes ${name} from a frame padded to the minimum length`, () => {
    expect(decodePacket(Buffer.concat([frame, Buffer.alloc(18)]))).toEqual(packet);
  });

  test(`does not decode ${name} truncated at any length`, () => {
    for (let length = 0; length < frame.length; length += 1)
      expect(decodePacket(frame.subarray(0, length))).toBe(undefined);
  });

  if (packet.type !== 'arp') {
    test(`does not decode ${name} with a wrong checksum`, () => {
      const damaged = Buffer.from(frame);
      damaged.writeUInt8(damaged.readUInt8(damaged.length - 1) ^ 1, damaged.length - 1);
      expect(decodePacket(damaged)).toBe(undefined);
    });
  }
}

test('does not decode neighbour discovery with a hop limit below 255', () => {
  for (const { packet, bytes } of CASES.filter((known) => /neighbour|router/.test(known.packet.type))) {
    const frame = Buffer.from(bytes.replaceAll(/\s/g, ''), 'hex');
    expect(decodePacket(frame)).toEqual(packet);
    const forwarded = Buffer.from(frame);
    forwarded.writeUInt8(254, 14 + 7);
    expect(decodePacket(forwarded)).toBe(undefined);
  }
});

test('does not decode a fragment', () => {
  const frame = pingFrame({ bytes: 8 });
  // "More fragments" instead of "do not fragment": the checksum grows by the difference.
  frame.writeUInt16BE(0x2000, 14 + 6);
  frame.writeUInt16BE(frame.readUInt16BE(14 + 10) + 0x2000, 14 + 10);
  expect(decodePacket(frame)).toBe(undefined);
});

const WAYS_OF_WRITING: [string, string][] = [
  ['FD00:0:0:0:0:0:0:1', 'fd00::1'],
  ['0:0:0:0:0:0:0:0', '::'],
  ['2001:db8:0:1:1:1:1:1', '2001:db8:0:1:1:1:1:1'],
  ['2001:0db8:0:0:1:0:0:1', '2001:db8::1:0:0:1'],
  ['2001:0:0:1:0:0:0:1', '2001:0:0:1::1'],
  ['fe80:0:0:0:0:0:0:0', 'fe80::'],
  ['0:0:1:10:0:0:0:0', '0:0:1:10::'],
  ['::ffff:192.0.2.1', '::ffff:c000:201'],
  ['198.18.4.1', '198.18.4.1'],
];

for (const [written, canonical] of WAYS_OF_WRITING) {
  test(`spells ${written} as ${canonical}`, () => {
    expect(canonicalAddress(written)).toBe(canonical);
  });
}

test('returns the solicited-node group of an IPv6 address and its MAC', () => {
  expect(solicitedNode('fe80::2aa:ff:fe28:9c5a')).toBe('ff02::1:ff28:9c5a');
  expect(multicastMac('ff02::1:ff28:9c5a')).toBe('33:33:ff:28:9c:5a');
});

test('derives the link-local address of a NIC from its MAC', () => {
  expect(addressOfMac('fe80::', '00:aa:00:3f:2a:1c')).toBe('fe80::2aa:ff:fe3f:2a1c');
});
