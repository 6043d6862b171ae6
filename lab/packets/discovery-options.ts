// SPDX-License-Identifier: Apache-2.0
import { encodeIcmp, type IcmpMessage } from './icmp.ts';
import { macBytes, macText } from './addresses.ts';
import type { Link } from './ethernet.ts';
import type { Ends } from './ip.ts';

/** The messages of neighbour discovery (RFC 4861) are ICMPv6 with a fixed part and options, each of whole 8 bytes. */

export const DISCOVERY = {
  routerSolicitation: 133,
  routerAdvertisement: 134,
  neighbourSolicitation: 135,
  neighbourAdvertisement: 136,
} as const;

export const OPTION = { sourceMac: 1, targetMac: 2, prefix: 3, mtu: 5 } as const;

/** Packets with a lower hop limit came through a router and are ignored (RFC 4861). */
export const DISCOVERY_HOP_LIMIT = 255;

/** The body of an option, without its type and length. */
export interface DiscoveryOption {
  type: number;
  body: Buffer;
}

export function encodeDiscovery(
  packet: Link & Ends,
  kind: number,
  fixed: Buffer,
  options: readonly DiscoveryOption[],
): Buffer {
  const encoded = options.flatMap(({ type, body }) => [Buffer.from([type, (body.length + 2) / 8]), body]);
  return encodeIcmp(packet, { kind, rest: Buffer.concat([fixed, ...encoded]) }, DISCOVERY_HOP_LIMIT);
}

/** Returns the fixed part and the first option of each type; undefined for a truncated message. */
export function decodeDiscovery(
  { rest }: IcmpMessage,
  fixedLength: number,
): { fixed: Buffer; options: DiscoveryOption[] } | undefined {
  if (rest.length < fixedLength) return undefined;
  const options: DiscoveryOption[] = [];
  for (let at = fixedLength; at < rest.length;) {
    const end = at + (rest[at + 1] ?? 0) * 8;
    if (end === at || end > rest.length) return undefined;
    options.push({ type: rest.readUInt8(at), body: rest.subarray(at + 2, end) });
    at = end;
  }
  return { fixed: rest.subarray(0, fixedLength), options };
}

export function macOption(type: number, mac: string | undefined): DiscoveryOption[] {
  return mac === undefined ? [] : [{ type, body: macBytes(mac) }];
}

export function macIn(options: readonly DiscoveryOption[], type: number): string | undefined {
  const option = options.find((candidate) => candidate.type === type);
  return option && macText(option.body.subarray(0, 6));
}
