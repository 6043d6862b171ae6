// SPDX-License-Identifier: Apache-2.0
import { addressBytes, addressText } from './addresses.ts';
import {
  decodeDiscovery,
  DISCOVERY,
  encodeDiscovery,
  macIn,
  macOption,
  OPTION,
  type DiscoveryOption,
} from './discovery-options.ts';
import type { Link } from './ethernet.ts';
import type { IcmpMessage } from './icmp.ts';
import type { Ends } from './ip.ts';

/** The question for routers and their prefixes (RFC 4861, 4862). */
export interface RouterSolicitation extends Link, Ends {
  type: 'routerSolicitation';
  sourceMac?: string;
}

export interface RouterAdvertisement extends Link, Ends {
  type: 'routerAdvertisement';
  /** Addresses are assigned by DHCPv6. */
  managed: boolean;
  /** How long it is a default router; 0: it is not one. */
  lifetimeSeconds: number;
  sourceMac?: string;
  prefixes: AdvertisedPrefix[];
}

interface AdvertisedPrefix {
  prefix: string;
  length: number;
  onLink: boolean;
  /** Hosts configure addresses in it (SLAAC). */
  autonomous: boolean;
  validSeconds: number;
  preferredSeconds: number;
}

const SOLICITATION_LENGTH = 4;
const ADVERTISEMENT_LENGTH = 12;
const PREFIX_LENGTH = 30;
const MANAGED = 0x80;
const [ON_LINK, AUTONOMOUS] = [0x80, 0x40];

export function encodeRouterSolicitation(packet: RouterSolicitation): Buffer {
  const options = macOption(OPTION.sourceMac, packet.sourceMac);
  return encodeDiscovery(packet, DISCOVERY.routerSolicitation, Buffer.alloc(SOLICITATION_LENGTH), options);
}

/** Hop limit, reachable time and retransmission timer are 0: unspecified. */
export function encodeRouterAdvertisement(packet: RouterAdvertisement): Buffer {
  const fixed = Buffer.alloc(ADVERTISEMENT_LENGTH);
  fixed.writeUInt8(packet.managed ? MANAGED : 0, 1);
  fixed.writeUInt16BE(packet.lifetimeSeconds, 2);
  const options = [...macOption(OPTION.sourceMac, packet.sourceMac), ...packet.prefixes.map(encodePrefix)];
  return encodeDiscovery(packet, DISCOVERY.routerAdvertisement, fixed, options);
}

export function decodeRouterSolicitation(link: Link, ends: Ends, icmp: IcmpMessage): RouterSolicitation | undefined {
  const message = decodeDiscovery(icmp, SOLICITATION_LENGTH);
  if (!message) return undefined;
  const sourceMac = macIn(message.options, OPTION.sourceMac);
  return { type: 'routerSolicitation', ...link, ...ends, ...(sourceMac !== undefined && { sourceMac }) };
}

export function decodeRouterAdvertisement(link: Link, ends: Ends, icmp: IcmpMessage): RouterAdvertisement | undefined {
  const message = decodeDiscovery(icmp, ADVERTISEMENT_LENGTH);
  if (!message) return undefined;
  const sourceMac = macIn(message.options, OPTION.sourceMac);
  return {
    type: 'routerAdvertisement',
    ...link,
    ...ends,
    managed: (message.fixed.readUInt8(1) & MANAGED) !== 0,
    lifetimeSeconds: message.fixed.readUInt16BE(2),
    ...(sourceMac !== undefined && { sourceMac }),
    prefixes: message.options
      .filter(({ type, body }) => type === OPTION.prefix && body.length === PREFIX_LENGTH)
      .map(decodePrefix),
  };
}

function encodePrefix(prefix: AdvertisedPrefix): DiscoveryOption {
  const body = Buffer.alloc(PREFIX_LENGTH);
  body.writeUInt8(prefix.length, 0);
  body.writeUInt8((prefix.onLink ? ON_LINK : 0) | (prefix.autonomous ? AUTONOMOUS : 0), 1);
  body.writeUInt32BE(prefix.validSeconds, 2);
  body.writeUInt32BE(prefix.preferredSeconds, 6);
  body.set(addressBytes(prefix.prefix), 14);
  return { type: OPTION.prefix, body };
}

function decodePrefix({ body }: DiscoveryOption): AdvertisedPrefix {
  return {
    prefix: addressText(body.subarray(14)),
    length: body.readUInt8(0),
    onLink: (body.readUInt8(1) & ON_LINK) !== 0,
    autonomous: (body.readUInt8(1) & AUTONOMOUS) !== 0,
    validSeconds: body.readUInt32BE(2),
    preferredSeconds: body.readUInt32BE(6),
  };
}
