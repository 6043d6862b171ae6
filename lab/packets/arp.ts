// SPDX-License-Identifier: Apache-2.0
import { addressBytes, addressText, macBytes, macText } from './addresses.ts';
import { encodeEthernet, ETHER_TYPE, type Link } from './ethernet.ts';

/** ARP over Ethernet (RFC 826). A duplicate probe has the sender 0.0.0.0 (RFC 5227). */
export interface Arp extends Link {
  type: 'arp';
  request: boolean;
  senderMac: string;
  sender: string;
  targetMac: string;
  target: string;
}

const LENGTH = 28;
const [REQUEST, REPLY] = [1, 2];

export function encodeArp(arp: Arp): Buffer {
  const body = Buffer.alloc(LENGTH);
  body.set([0, 1, 8, 0, 6, 4, 0, arp.request ? REQUEST : REPLY]);
  body.set(macBytes(arp.senderMac), 8);
  body.set(addressBytes(arp.sender), 14);
  body.set(macBytes(arp.targetMac), 18);
  body.set(addressBytes(arp.target), 24);
  return encodeEthernet(arp, ETHER_TYPE.arp, body);
}

export function decodeArp(link: Link, body: Buffer): Arp | undefined {
  if (body.length < LENGTH) return undefined;
  const operation = body.readUInt16BE(6);
  if (body.toString('hex', 0, 6) !== '000108000604' || (operation !== REQUEST && operation !== REPLY)) return undefined;
  return {
    type: 'arp',
    ...link,
    request: operation === REQUEST,
    senderMac: macText(body.subarray(8, 14)),
    sender: addressText(body.subarray(14, 18)),
    targetMac: macText(body.subarray(18, 24)),
    target: addressText(body.subarray(24, 28)),
  };
}
