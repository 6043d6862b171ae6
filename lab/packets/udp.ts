// SPDX-License-Identifier: Apache-2.0
import { checksum } from './checksum.ts';
import { encodeIp, HOP_LIMIT, PROTOCOL, pseudoHeader, type Ends, type IpPacket } from './ip.ts';
import type { Link } from './ethernet.ts';

/** A datagram (RFC 768). */
export interface Datagram {
  fromPort: number;
  toPort: number;
  data: Buffer;
}

const HEADER = 8;

export function encodeUdp(packet: Link & Ends, { fromPort, toPort, data }: Datagram): Buffer {
  const header = Buffer.alloc(HEADER);
  const length = HEADER + data.length;
  header.writeUInt16BE(fromPort, 0);
  header.writeUInt16BE(toPort, 2);
  header.writeUInt16BE(length, 4);
  // 0 means that there is no checksum.
  header.writeUInt16BE(checksum(pseudoHeader(packet, PROTOCOL.udp, length), header, data) || 0xffff, 6);
  const { source, destination } = packet;
  const payload = Buffer.concat([header, data]);
  return encodeIp(packet, { source, destination, protocol: PROTOCOL.udp, hopLimit: HOP_LIMIT, payload });
}

/** Returns undefined for a damaged or truncated datagram. */
export function decodeUdp(ip: IpPacket): Datagram | undefined {
  const { payload } = ip;
  if (payload.length < HEADER) return undefined;
  const length = payload.readUInt16BE(4);
  if (length < HEADER || length > payload.length) return undefined;
  const covered = payload.subarray(0, length);
  const summed = payload.readUInt16BE(6) !== 0;
  if (summed && checksum(pseudoHeader(ip, PROTOCOL.udp, length), covered) !== 0) return undefined;
  return { fromPort: payload.readUInt16BE(0), toPort: payload.readUInt16BE(2), data: covered.subarray(HEADER) };
}
