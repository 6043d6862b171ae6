// SPDX-License-Identifier: Apache-2.0
/** Another host on the network that uses addresses. */
import { expect, test } from '@playwright/test';
import { NETWORK_SCENARIOS } from '../../faults/network-scenarios.ts';
import type { NeighbourOptions } from '../../network/neighbour.ts';
import { Networks } from '../../network/networks.ts';
import { multicastMac, solicitedNode } from '../../packets/addresses.ts';
import { decodePacket, encodePacket, type Packet } from '../../packets/packet.ts';
import { A } from './frames.ts';

const EVERYBODY = 'ff:ff:ff:ff:ff:ff';
const UNKNOWN_MAC = '00:00:00:00:00:00';

/** Returns a function that sends a packet from a NIC at A, and returns the neighbour's replies. */
function beside(neighbour: NeighbourOptions) {
  const networks = new Networks({ delayMs: 0, jitterMs: 0, lossPercent: 0, cut: false, seed: 1 }, neighbour);
  const answers: (Packet | undefined)[] = [];
  const port = networks.plug('ns/net', (frame) => answers.push(decodePacket(frame)));
  return (packet: Packet) => {
    answers.length = 0;
    port.send(encodePacket(packet));
    return answers;
  };
}

function arp(target: string, sender = '0.0.0.0'): Packet {
  const link = { fromMac: A, toMac: EVERYBODY };
  return { type: 'arp', ...link, request: true, senderMac: A, sender, targetMac: UNKNOWN_MAC, target };
}

function solicitation(target: string, source = '::'): Packet {
  const destination = solicitedNode(target);
  const link = { fromMac: A, toMac: multicastMac(destination) };
  return { type: 'neighbourSolicitation', ...link, source, destination, target };
}

function ping(destination: string, toMac: string): Packet {
  return {
    type: 'echo',
    family: 4,
    request: true,
    fromMac: A,
    toMac,
    source: '10.0.0.1',
    destination,
    id: 1,
    sequence: 1,
    payload: Buffer.from('x'),
  };
}

test('answers a probe for an address in use, and no other probe', () => {
  const send = beside({ addresses: ['10.0.0.9', 'FD00:0::9'] });
  expect(send(arp('10.0.0.9'))).toMatchObject([
    { type: 'arp', request: false, sender: '10.0.0.9', toMac: A, targetMac: A, target: '0.0.0.0' },
  ]);
  expect(send(arp('10.0.0.8'))).toEqual([]);
  expect(send(solicitation('fd00::9'))).toMatchObject([
    {
      type: 'neighbourAdvertisement',
      target: 'fd00::9',
      solicited: false,
      override: true,
      source: 'fd00::9',
      destination: 'ff02::1',
      toMac: '33:33:00:00:00:01',
    },
  ]);
  expect(send(solicitation('fd00::8'))).toEqual([]);
});

test('answers address resolution and pings with unicast', () => {
  const send = beside({ addresses: ['10.0.0.9', 'fd00::9'] });
  expect(send(solicitation('fd00::9', 'fd00::1'))).toMatchObject([
    { type: 'neighbourAdvertisement', solicited: true, destination: 'fd00::1', toMac: A },
  ]);
  const [reply] = send(arp('10.0.0.9', '10.0.0.1'));
  expect(reply).toMatchObject({ type: 'arp', target: '10.0.0.1' });
  const mac = reply?.fromMac ?? '';
  expect(send(ping('10.0.0.9', mac))).toMatchObject([
    { type: 'echo', request: false, source: '10.0.0.9', destination: '10.0.0.1', fromMac: mac, toMac: A },
  ]);
  expect(send(ping('10.0.0.8', mac))).toEqual([]);
  expect(send(ping('10.0.0.9', '02:00:00:00:00:0c'))).toEqual([]);
});

test('takes the first probed addresses and retains them', () => {
  const send = beside({ firstAsked: 2 });
  expect(send(arp('10.0.0.1', '10.0.0.7'))).toEqual([]);
  expect(send(solicitation('fe80::1'))).toEqual([]);
  expect(send(arp('10.0.0.1'))).toHaveLength(1);
  expect(send(arp('10.0.0.1'))).toHaveLength(1);
  expect(send(solicitation('fd00::1'))).toHaveLength(1);
  expect(send(arp('10.0.0.2'))).toEqual([]);
  expect(send(arp('10.0.0.1'))).toHaveLength(1);
});

test('the scenarios take one address and all addresses', () => {
  const taken = NETWORK_SCENARIOS.map(({ options }) => {
    const send = beside(options?.neighbour ?? {});
    const addresses = Array.from({ length: 50 }, (_, i) => `10.0.0.${i + 1}`);
    return addresses.filter((address) => send(arp(address)).length > 0).length;
  });
  expect(taken).toEqual([1, 50]);
});
