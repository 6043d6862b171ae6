// SPDX-License-Identifier: Apache-2.0
import { addressBytes, addressText } from './addresses.ts';
import { decodeDiscovery, DISCOVERY, encodeDiscovery, macIn, macOption, OPTION } from './discovery-options.ts';
import type { Link } from './ethernet.ts';
import type { IcmpMessage } from './icmp.ts';
import type { Ends } from './ip.ts';

/** The question which host has an IPv6 address (RFC 4861). A duplicate probe has the source `::` (RFC 4862). */
export interface NeighbourSolicitation extends Link, Ends {
  type: 'neighbourSolicitation';
  target: string;
  sourceMac?: string;
}

export interface NeighbourAdvertisement extends Link, Ends {
  type: 'neighbourAdvertisement';
  router: boolean;
  /** Whether it is a reply to a host with an address. */
  solicited: boolean;
  override: boolean;
  target: string;
  targetMac?: string;
}

const FIXED_LENGTH = 20;
const TARGET = 4;
const [ROUTER, SOLICITED, OVERRIDE] = [0x80, 0x40, 0x20];

export function encodeSolicitation(packet: NeighbourSolicitation): Buffer {
  const fixed = Buffer.alloc(FIXED_LENGTH);
  fixed.set(addressBytes(packet.target), TARGET);
  const options = macOption(OPTION.sourceMac, packet.sourceMac);
  return encodeDiscovery(packet, DISCOVERY.neighbourSolicitation, fixed, options);
}

export function encodeAdvertisement(packet: NeighbourAdvertisement): Buffer {
  const { router, solicited, override } = packet;
  const fixed = Buffer.alloc(FIXED_LENGTH);
  fixed.writeUInt8((router ? ROUTER : 0) | (solicited ? SOLICITED : 0) | (override ? OVERRIDE : 0), 0);
  fixed.set(addressBytes(packet.target), TARGET);
  const options = macOption(OPTION.targetMac, packet.targetMac);
  return encodeDiscovery(packet, DISCOVERY.neighbourAdvertisement, fixed, options);
}

export function decodeSolicitation(link: Link, ends: Ends, icmp: IcmpMessage): NeighbourSolicitation | undefined {
  const message = decodeDiscovery(icmp, FIXED_LENGTH);
  if (!message) return undefined;
  const sourceMac = macIn(message.options, OPTION.sourceMac);
  return {
    type: 'neighbourSolicitation',
    ...link,
    ...ends,
    target: addressText(message.fixed.subarray(TARGET)),
    ...(sourceMac !== undefined && { sourceMac }),
  };
}

export function decodeAdvertisement(link: Link, ends: Ends, icmp: IcmpMessage): NeighbourAdvertisement | undefined {
  const message = decodeDiscovery(icmp, FIXED_LENGTH);
  if (!message) return undefined;
  const flags = message.fixed.readUInt8(0);
  const targetMac = macIn(message.options, OPTION.targetMac);
  return {
    type: 'neighbourAdvertisement',
    ...link,
    ...ends,
    router: (flags & ROUTER) !== 0,
    solicited: (flags & SOLICITED) !== 0,
    override: (flags & OVERRIDE) !== 0,
    target: addressText(message.fixed.subarray(TARGET)),
    ...(targetMac !== undefined && { targetMac }),
  };
}
