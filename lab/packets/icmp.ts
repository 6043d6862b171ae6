// SPDX-License-Identifier: Apache-2.0
import { familyOf } from './addresses.ts';
import { checksum } from './checksum.ts';
import { encodeIp, HOP_LIMIT, PROTOCOL, pseudoHeader, type Ends, type IpPacket } from './ip.ts';
import type { Link } from './ethernet.ts';

/** The common part of ICMP (RFC 792) and ICMPv6 (RFC 4443) messages. */
export interface IcmpMessage {
  kind: number;
  /** The bytes after type, code and checksum. */
  rest: Buffer;
}

const HEADER = 4;

export function encodeIcmp(packet: Link & Ends, { kind, rest }: IcmpMessage, hopLimit = HOP_LIMIT): Buffer {
  const payload = Buffer.concat([Buffer.from([kind, 0, 0, 0]), rest]);
  const { source, destination } = packet;
  payload.writeUInt16BE(checksum(coveredBesides(packet, payload.length), payload), 2);
  const protocol = familyOf(source) === 4 ? PROTOCOL.icmp : PROTOCOL.icmpv6;
  return encodeIp(packet, { source, destination, protocol, hopLimit, payload });
}

/** Returns undefined for a damaged or truncated message. */
export function decodeIcmp(ip: IpPacket): IcmpMessage | undefined {
  const { payload } = ip;
  if (payload.length < HEADER || checksum(coveredBesides(ip, payload.length), payload) !== 0) return undefined;
  return { kind: payload.readUInt8(0), rest: payload.subarray(HEADER) };
}

function coveredBesides(ends: Ends, length: number): Buffer {
  return familyOf(ends.source) === 4 ? Buffer.alloc(0) : pseudoHeader(ends, PROTOCOL.icmpv6, length);
}
