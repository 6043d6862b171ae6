/** MACs and IP addresses as text, in lower case and in the form of RFC 5952, and as bytes. */

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
  return familyOf(address) === 4 ? Buffer.from(address.split('.').map(Number)) : ipv6Bytes(address);
}

export function addressText(bytes: Buffer): string {
  return bytes.length === 4 ? bytes.join('.') : ipv6Text(bytes);
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

function ipv6Bytes(address: string): Buffer {
  const dotted = /[^:]+\.[^:]+$/.exec(address)?.[0];
  const text = dotted ? address.replace(dotted, hexGroups(addressBytes(dotted)).join(':')) : address;
  const [head = '', tail] = text.split('::');
  const groups = (part: string) => (part === '' ? [] : part.split(':'));
  const [front, back] = [groups(head), groups(tail ?? '')];
  const zeros = new Array<string>(Math.max(0, 8 - front.length - back.length)).fill('0');
  const bytes = Buffer.alloc(16);
  [...front, ...zeros, ...back].slice(0, 8).forEach((group, index) => {
    bytes.writeUInt16BE(Number.parseInt(group, 16), index * 2);
  });
  return bytes;
}

function ipv6Text(bytes: Buffer): string {
  const text = hexGroups(bytes).join(':');
  const runs = text.match(/(?<![^:])0(:0)+(?![^:])/g) ?? [];
  const longest = runs.reduce((best, run) => (run.length > best.length ? run : best), '');
  return longest === '' ? text : text.replace(new RegExp(`(^|:)${longest}(?![^:])(:|$)`), '::');
}

function hexGroups(bytes: Buffer): string[] {
  return Array.from({ length: bytes.length / 2 }, (_, index) => bytes.readUInt16BE(index * 2).toString(16));
}
