// SPDX-License-Identifier: Apache-2.0
import { addressBytes, addressText, familyOf } from './addresses.ts';
import { checksum } from './checksum.ts';
import { encodeEthernet, ETHER_TYPE, type Link } from './ethernet.ts';

/**
 * The headers of IPv4 (RFC 791) and IPv6 (RFC 8200). Packets with fragments or extension headers are not decoded.
 */

export interface Ends {
  source: string;
  destination: string;
}

export interface IpPacket extends Ends {
  protocol: number;
  hopLimit: number;
  payload: Buffer;
}

export const PROTOCOL = { icmp: 1, udp: 17, icmpv6: 58 } as const;
export const HOP_LIMIT = 64;
const [IPV4_HEADER, IPV6_HEADER] = [20, 40];
const DO_NOT_FRAGMENT = 0x4000;
/** "More fragments" and the offset. */
const FRAGMENT = 0x3fff;

export function encodeIp(link: Link, packet: IpPacket): Buffer {
  return familyOf(packet.source) === 4
    ? encodeEthernet(link, ETHER_TYPE.ipv4, encodeIpv4(packet))
    : encodeEthernet(link, ETHER_TYPE.ipv6, encodeIpv6(packet));
}

function encodeIpv4({ source, destination, protocol, hopLimit, payload }: IpPacket): Buffer {
  const header = Buffer.alloc(IPV4_HEADER);
  header.writeUInt8(0x45, 0);
  header.writeUInt16BE(IPV4_HEADER + payload.length, 2);
  // A datagram that is never fragmented needs no identification (RFC 6864).
  header.writeUInt16BE(DO_NOT_FRAGMENT, 6);
  header.set([hopLimit, protocol], 8);
  header.set(addressBytes(source), 12);
  header.set(addressBytes(destination), 16);
  header.writeUInt16BE(checksum(header), 10);
  return Buffer.concat([header, payload]);
}

function encodeIpv6({ source, destination, protocol, hopLimit, payload }: IpPacket): Buffer {
  const header = Buffer.alloc(IPV6_HEADER);
  header.writeUInt8(0x60, 0);
  header.writeUInt16BE(payload.length, 4);
  header.set([protocol, hopLimit], 6);
  header.set(addressBytes(source), 8);
  header.set(addressBytes(destination), 24);
  return Buffer.concat([header, payload]);
}

/** Returns undefined for a damaged header or a truncated packet. */
export function decodeIp(etherType: number, body: Buffer): IpPacket | undefined {
  switch (etherType) {
    case ETHER_TYPE.ipv4:
      return body.length < IPV4_HEADER ? undefined : decodeIpv4(body);
    case ETHER_TYPE.ipv6:
      return body.length < IPV6_HEADER ? undefined : decodeIpv6(body);
    default:
      return undefined;
  }
}

function decodeIpv4(body: Buffer): IpPacket | undefined {
  const headerLength = (body.readUInt8(0) & 0xf) * 4;
  const length = body.readUInt16BE(2);
  if (body.readUInt8(0) >>> 4 !== 4 || headerLength < IPV4_HEADER) return undefined;
  if (length < headerLength || body.length < length) return undefined;
  if ((body.readUInt16BE(6) & FRAGMENT) !== 0 || checksum(body.subarray(0, headerLength)) !== 0) return undefined;
  return {
    source: addressText(body.subarray(12, 16)),
    destination: addressText(body.subarray(16, 20)),
    protocol: body.readUInt8(9),
    hopLimit: body.readUInt8(8),
    payload: body.subarray(headerLength, length),
  };
}

function decodeIpv6(body: Buffer): IpPacket | undefined {
  const end = IPV6_HEADER + body.readUInt16BE(4);
  if (body.readUInt8(0) >>> 4 !== 6 || body.length < end) return undefined;
  return {
    source: addressText(body.subarray(8, 24)),
    destination: addressText(body.subarray(24, 40)),
    protocol: body.readUInt8(6),
    hopLimit: body.readUInt8(7),
    payload: body.subarray(IPV6_HEADER, end),
  };
}

/** The pseudo-header that checksums of upper layers include, except ICMP over IPv4. */
export function pseudoHeader({ source, destination }: Ends, protocol: number, length: number): Buffer {
  const tail = Buffer.alloc(familyOf(source) === 4 ? 4 : 8);
  if (tail.length === 4) tail.writeUInt16BE(length, 2);
  else tail.writeUInt32BE(length, 0);
  tail.writeUInt8(protocol, tail.length === 4 ? 1 : 7);
  return Buffer.concat([addressBytes(source), addressBytes(destination), tail]);
}
