// SPDX-License-Identifier: Apache-2.0
import { familyOf } from './addresses.ts';
import { decodeArp, encodeArp, type Arp } from './arp.ts';
import { decodeDhcp, encodeDhcp, type Dhcp } from './dhcp.ts';
import { DISCOVERY, DISCOVERY_HOP_LIMIT } from './discovery-options.ts';
import { decodeEcho, encodeEcho, type Echo } from './echo.ts';
import { ETHER_TYPE, ETHERNET_HEADER, linkOf, type Link } from './ethernet.ts';
import { decodeIcmp } from './icmp.ts';
import { decodeIp, PROTOCOL, type IpPacket } from './ip.ts';
import {
  decodeAdvertisement,
  decodeSolicitation,
  encodeAdvertisement,
  encodeSolicitation,
  type NeighbourAdvertisement,
  type NeighbourSolicitation,
} from './neighbour-discovery.ts';
import {
  decodeRouterAdvertisement,
  decodeRouterSolicitation,
  encodeRouterAdvertisement,
  encodeRouterSolicitation,
  type RouterAdvertisement,
  type RouterSolicitation,
} from './router-discovery.ts';
import { decodeUdp } from './udp.ts';

/** The kinds of packets that hosts of the lab use, one per Ethernet frame. Addresses have the form of `addresses.ts`. */
export type Packet =
  Arp | Echo | Dhcp | NeighbourSolicitation | NeighbourAdvertisement | RouterSolicitation | RouterAdvertisement;

export function encodePacket(packet: Packet): Buffer {
  switch (packet.type) {
    case 'arp':
      return encodeArp(packet);
    case 'echo':
      return encodeEcho(packet);
    case 'dhcp':
      return encodeDhcp(packet);
    case 'neighbourSolicitation':
      return encodeSolicitation(packet);
    case 'neighbourAdvertisement':
      return encodeAdvertisement(packet);
    case 'routerSolicitation':
      return encodeRouterSolicitation(packet);
    case 'routerAdvertisement':
      return encodeRouterAdvertisement(packet);
  }
}

/** A broadcast has as many receivers as there are hosts, and each of them decodes it. */
const decoded = new WeakMap<Buffer, Packet | { type: 'other' }>();

/**
 * Returns undefined for other packets, truncated ones, and those with a wrong checksum or hop limit. A frame is decoded once: it
 * must not change afterwards.
 */
export function decodePacket(frame: Buffer): Readonly<Packet> | undefined {
  const packet = decoded.get(frame) ?? decode(frame) ?? { type: 'other' };
  decoded.set(frame, packet);
  return packet.type === 'other' ? undefined : packet;
}

function decode(frame: Buffer): Packet | undefined {
  if (frame.length < ETHERNET_HEADER) return undefined;
  const body = frame.subarray(ETHERNET_HEADER);
  const etherType = frame.readUInt16BE(12);
  const link = linkOf(frame);
  const ip = decodeIp(etherType, body);
  if (!ip) return etherType === ETHER_TYPE.arp ? decodeArp(link, body) : undefined;
  const version = familyOf(ip.source);
  if (ip.protocol === (version === 4 ? PROTOCOL.icmp : PROTOCOL.icmpv6)) return decodeMessage(link, ip);
  const datagram = ip.protocol === PROTOCOL.udp && version === 4 ? decodeUdp(ip) : undefined;
  return datagram && decodeDhcp(link, { source: ip.source, destination: ip.destination }, datagram);
}

function decodeMessage(link: Link, ip: IpPacket): Packet | undefined {
  const icmp = decodeIcmp(ip);
  if (!icmp) return undefined;
  const { source, destination, hopLimit, protocol } = ip;
  const ends = { source, destination };
  if (protocol === PROTOCOL.icmpv6 && hopLimit === DISCOVERY_HOP_LIMIT) {
    switch (icmp.kind) {
      case DISCOVERY.neighbourSolicitation:
        return decodeSolicitation(link, ends, icmp);
      case DISCOVERY.neighbourAdvertisement:
        return decodeAdvertisement(link, ends, icmp);
      case DISCOVERY.routerSolicitation:
        return decodeRouterSolicitation(link, ends, icmp);
      case DISCOVERY.routerAdvertisement:
        return decodeRouterAdvertisement(link, ends, icmp);
    }
  }
  return decodeEcho(link, ends, icmp);
}
