// SPDX-License-Identifier: Apache-2.0
/** Networks that assign addresses, and drop frames from other addresses. */
import { expect, test } from '@playwright/test';
import { Networks } from '../../network/networks.ts';
import { addressOfMac, ALL_ROUTERS, multicastMac, solicitedNode } from '../../packets/addresses.ts';
import type { Dhcp } from '../../packets/dhcp.ts';
import { decodePacket, encodePacket, type Packet } from '../../packets/packet.ts';
import { A, B } from './frames.ts';

const EVERYBODY = 'ff:ff:ff:ff:ff:ff';
const BOTH = JSON.stringify({ type: 'ovn', subnets: '10.200.0.0/29,fd10:200::/64' });

function network(initial = BOTH) {
  let config = initial;
  const impairment = { delayMs: 0, jitterMs: 0, lossPercent: 0, cut: false, seed: 1 };
  const networks = new Networks(impairment, undefined, () => config);
  return {
    networks,
    change: (changed: string) => {
      config = changed;
    },
    refused: () => networks.reports()[0]?.refused,
    /** A NIC: `send` returns the frames that arrive meanwhile. */
    nic: () => {
      const received: (Packet | undefined)[] = [];
      const port = networks.plug('ns/ovn', (frame) => received.push(decodePacket(frame)));
      return {
        received,
        send: (packet: Packet) => {
          received.length = 0;
          port.send(encodePacket(packet));
          return [...received];
        },
      };
    },
  };
}

function dhcp(mac: string, message: Dhcp['message'], more: Partial<Dhcp> = {}): Dhcp {
  return {
    type: 'dhcp',
    message,
    fromMac: mac,
    toMac: EVERYBODY,
    source: '0.0.0.0',
    destination: '255.255.255.255',
    transaction: 77,
    clientMac: mac,
    clientAddress: '0.0.0.0',
    yourAddress: '0.0.0.0',
    broadcast: false,
    ...more,
  };
}

function echo(mac: string, source: string, destination: string, toMac = EVERYBODY): Packet {
  const link = { fromMac: mac, toMac };
  const family = source.includes(':') ? 6 : 4;
  return {
    type: 'echo',
    ...link,
    family,
    request: true,
    source,
    destination,
    id: 1,
    sequence: 1,
    payload: Buffer.alloc(8),
  };
}

function arp(mac: string, sender: string, target: string): Packet {
  const link = { fromMac: mac, toMac: EVERYBODY };
  return { type: 'arp', ...link, request: true, senderMac: mac, sender, targetMac: '00:00:00:00:00:00', target };
}

type Send = (packet: Packet) => (Packet | undefined)[];

/** Returns the address that a MAC gets. */
function lease(send: Send, mac: string): string {
  const [offer] = send(dhcp(mac, 'discover'));
  const offered = offer?.type === 'dhcp' ? offer.yourAddress : 'none';
  expect(send(dhcp(mac, 'request', { requested: offered, server: '10.200.0.1' }))).toMatchObject([
    { message: 'ack', yourAddress: offered, clientMac: mac },
  ]);
  return offered;
}

test('offers and assigns an address to one client only', () => {
  const { nic } = network();
  const { send } = nic();
  const offer = {
    type: 'dhcp',
    message: 'offer',
    transaction: 77,
    clientMac: A,
    yourAddress: '10.200.0.2',
    server: '10.200.0.1',
    prefixLength: 29,
    leaseSeconds: 3600,
    source: '10.200.0.1',
  };
  expect(send(dhcp(A, 'discover'))).toMatchObject([{ ...offer, toMac: A, destination: '10.200.0.2' }]);
  const toAll = { toMac: EVERYBODY, destination: '255.255.255.255' };
  expect(send(dhcp(A, 'discover', { broadcast: true }))).toMatchObject([{ ...offer, ...toAll }]);
  const requested = { requested: '10.200.0.2', server: '10.200.0.1' };
  expect(send(dhcp(A, 'request', requested))).toMatchObject([{ ...offer, message: 'ack' }]);
});

test('assigns a MAC the same address, also after a release, and another MAC a different one', () => {
  const { nic } = network();
  const { send } = nic();
  const [first, second] = [lease(send, A), lease(send, B)];
  expect([first, second]).toEqual(['10.200.0.2', '10.200.0.3']);
  const renewal = dhcp(A, 'request', { source: first, clientAddress: first });
  expect(send(renewal)).toMatchObject([{ message: 'ack', destination: first }]);
  expect(send(dhcp(A, 'release', { source: first, clientAddress: first }))).toEqual([]);
  expect(lease(send, A)).toBe(first);
});

test('refuses another address, and ignores unknown clients and requests for another server', () => {
  const { nic } = network();
  const { send } = nic();
  expect(send(dhcp(A, 'request', { requested: '10.200.0.2' }))).toEqual([]);
  lease(send, A);
  expect(send(dhcp(A, 'request', { requested: '10.200.0.5' }))).toMatchObject([{ message: 'nak', toMac: EVERYBODY }]);
  expect(send(dhcp(A, 'request', { requested: '10.200.0.2', server: '10.9.9.9' }))).toEqual([]);
});

test('does not offer a declined address again', () => {
  const { nic } = network();
  const { send } = nic();
  const first = lease(send, A);
  expect(send(dhcp(A, 'decline', { requested: first, server: '10.200.0.1' }))).toEqual([]);
  expect(lease(send, A)).not.toBe(first);
});

test('reassigns the oldest lease when the pool is exhausted', () => {
  const { nic } = network();
  const { send } = nic();
  const macs = Array.from({ length: 6 }, (_, i) => `02:00:00:00:01:0${i}`);
  const given = macs.map((mac) => lease(send, mac));
  expect(given).toEqual(['10.200.0.2', '10.200.0.3', '10.200.0.4', '10.200.0.5', '10.200.0.6', '10.200.0.2']);
  expect(send(dhcp(macs[0] ?? '', 'request', { requested: '10.200.0.2' }))).toEqual([]);
});

test('answers a router solicitation with the prefix and without a default route', () => {
  const { nic } = network();
  const { send } = nic();
  const source = addressOfMac('fe80::', A);
  const solicitation: Packet = {
    type: 'routerSolicitation',
    fromMac: A,
    toMac: multicastMac(ALL_ROUTERS),
    source,
    destination: ALL_ROUTERS,
    sourceMac: A,
  };
  expect(send(solicitation)).toMatchObject([
    {
      type: 'routerAdvertisement',
      destination: 'ff02::1',
      managed: false,
      lifetimeSeconds: 0,
      prefixes: [{ prefix: 'fd10:200::', length: 64, autonomous: true }],
    },
  ]);
});

test('the server answers for its own addresses', () => {
  const { nic } = network();
  const { send } = nic();
  const own = lease(send, A);
  const [reply] = send(arp(A, own, '10.200.0.1'));
  expect(reply).toMatchObject({ type: 'arp', request: false, sender: '10.200.0.1' });
  const mac = reply?.fromMac ?? '';
  expect(send(echo(A, own, '10.200.0.1', mac))).toMatchObject([{ type: 'echo', source: '10.200.0.1' }]);
  const destination = solicitedNode('fd10:200::1');
  const link = { fromMac: A, toMac: multicastMac(destination) };
  const asked: Packet = {
    type: 'neighbourSolicitation',
    ...link,
    source: 'fd10:200::a',
    destination,
    target: 'fd10:200::1',
  };
  expect(send(asked)).toMatchObject([{ type: 'neighbourAdvertisement', target: 'fd10:200::1' }]);
});

const SENDERS: [string, boolean, (own: string) => Packet][] = [
  ['the address it was given', true, (own) => echo(A, own, '10.200.0.9')],
  ["another host's MAC", false, (own) => echo(B, own, '10.200.0.9')],
  ['another address of the subnet', false, () => echo(A, '10.200.0.5', '10.200.0.9')],
  ['a static address', false, () => echo(A, '198.18.4.1', '198.18.4.2')],
  ['the unspecified address', true, () => echo(A, '0.0.0.0', '10.200.0.9')],
  ['ARP of the address it was given', true, (own) => arp(A, own, '10.200.0.9')],
  ['ARP of a static address', false, () => arp(A, '198.18.4.1', '198.18.4.2')],
  ['a probe for duplicates', true, () => arp(A, '0.0.0.0', '198.18.4.1')],
  ['the prefix', true, () => echo(A, 'fd10:200::99', 'fd10:200::9')],
  ['another prefix', false, () => echo(A, 'fd10:201::99', 'fd10:200::9')],
  ['its link', true, () => echo(A, 'fe80::1', 'fd10:200::9')],
  ['the unspecified IPv6 address', true, () => echo(A, '::', 'fd10:200::9')],
];

for (const [sender, passes, packet] of SENDERS) {
  test(`a frame from ${sender} ${passes ? 'passes' : 'is refused'}`, () => {
    const { nic, refused, networks } = network();
    const [near, far] = [nic(), nic()];
    const sent = packet(lease(near.send, A));
    far.received.length = 0;
    near.send(sent);
    expect(far.received).toEqual(passes ? [sent] : []);
    expect(refused()).toBe(passes ? 0 : 1);
    expect(networks.echoes().every(({ request }) => request.fate === (passes ? 'delivered' : 'refused'))).toBe(true);
  });
}

test('a network without IPAM passes all frames and does not answer', () => {
  const { nic, refused } = network('{"type":"bridge"}');
  const [near, far] = [nic(), nic()];
  near.send(echo(A, '198.18.4.1', '198.18.4.2'));
  expect(far.received).toHaveLength(1);
  expect(near.send(dhcp(A, 'discover'))).toEqual([]);
  expect(refused()).toBe(0);
});

test('a changed configuration applies from the next NIC on', () => {
  const { nic, change, refused } = network('{"type":"bridge"}');
  const near = nic();
  change(BOTH);
  expect(near.send(dhcp(A, 'discover'))).toEqual([]);
  nic();
  expect(near.send(dhcp(A, 'discover'))).toMatchObject([{ message: 'offer' }]);
  near.send(echo(A, '198.18.4.1', '198.18.4.2'));
  expect(refused()).toBe(1);
});
