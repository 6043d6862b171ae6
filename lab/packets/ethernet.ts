// SPDX-License-Identifier: Apache-2.0
import { macBytes, macText } from './addresses.ts';

/** The MACs of a frame. */
export interface Link {
  fromMac: string;
  toMac: string;
}

export const ETHERNET_HEADER = 14;
export const ETHER_TYPE = { ipv4: 0x0800, arp: 0x0806, ipv6: 0x86dd } as const;

export function encodeEthernet({ fromMac, toMac }: Link, etherType: number, body: Buffer): Buffer {
  const type = Buffer.alloc(2);
  type.writeUInt16BE(etherType);
  return Buffer.concat([macBytes(toMac), macBytes(fromMac), type, body]);
}

/** Returns the MACs of a frame, which has a whole header. */
export function linkOf(frame: Buffer): Link {
  return { fromMac: macText(frame.subarray(6, 12)), toMac: macText(frame.subarray(0, 6)) };
}
