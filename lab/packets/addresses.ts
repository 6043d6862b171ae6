// SPDX-License-Identifier: Apache-2.0
/** MACs and IP addresses as text, in lower case and in the form of RFC 5952, and as bytes. */
import ipaddr from 'ipaddr.js';

export const BROADCAST_MAC = 'ff:ff:ff:ff:ff:ff';
export const ALL_NODES = 'ff02::1';
export const ALL_ROUTERS = 'ff02::2';

export type Family = 4 | 6;

export function familyOf(address: string): Family {
  return address.includes(':') ? 6 : 4;
}

export function macBytes(mac: string): Buffer {
  return Buffer.from(mac.replaceAll(':', ''), 'hex');
}

export function macText(bytes: Buffer): string {
  return bytes.toString('hex').replace(/..(?!$)/g, '$&:');
}

/** Returns the 4 or 16 bytes of a valid address. */
export function addressBytes(address: string): Buffer {
  return Buffer.from(ipaddr.parse(address).toByteArray());
}

export function addressText(bytes: Uint8Array): string {
  return ipaddr.fromByteArray([...bytes]).toString();
}

/** Returns the address of the network: all bits after the prefix are zero. */
export function networkAddress(address: string, prefixLength: number): string {
  const kind = familyOf(address) === 4 ? ipaddr.IPv4 : ipaddr.IPv6;
  return kind.networkAddressFromCIDR(`${address}/${prefixLength}`).toString();
}

/** Returns the canonical text of an address. */
export function canonicalAddress(address: string): string {
  return addressText(addressBytes(address));
}

/** Returns the solicited-node multicast address of an IPv6 address (RFC 4291). */
export function solicitedNode(address: string): string {
  const group = addressBytes('ff02::1:ff00:0');
  addressBytes(address).copy(group, 13, 13);
  return addressText(group);
}

/** Returns the MAC of an IPv6 multicast address (RFC 2464). */
export function multicastMac(address: string): string {
  return `33:33:${macText(addressBytes(address).subarray(12))}`;
}

/** Returns the address of a NIC in a prefix of 64 bits, from the EUI-64 of its MAC (RFC 4291, appendix A). */
export function addressOfMac(prefix: string, mac: string): string {
  const bytes = addressBytes(prefix);
  const own = macBytes(mac);
  own.writeUInt8(own.readUInt8(0) ^ 2, 0);
  bytes.set([...own.subarray(0, 3), 0xff, 0xfe, ...own.subarray(3)], 8);
  return addressText(bytes);
}
