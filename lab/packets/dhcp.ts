// SPDX-License-Identifier: Apache-2.0
import { addressBytes, addressText, macBytes, macText } from './addresses.ts';
import type { Link } from './ethernet.ts';
import type { Ends } from './ip.ts';
import { encodeUdp, type Datagram } from './udp.ts';

/** A DHCPv4 message (RFC 2131) with the options that an address needs (RFC 2132). */
export interface Dhcp extends Link, Ends {
  type: 'dhcp';
  message: DhcpMessage;
  /** 32 bits, chosen by the client. */
  transaction: number;
  clientMac: string;
  /** The client's current address; `0.0.0.0` without one. */
  clientAddress: string;
  /** The assigned address; `0.0.0.0` from a client. */
  yourAddress: string;
  /** The client receives no unicast before it has its address. */
  broadcast: boolean;
  requested?: string;
  server?: string;
  prefixLength?: number;
  leaseSeconds?: number;
}

/** Message types by number, from 1. */
const MESSAGES = ['discover', 'offer', 'request', 'decline', 'ack', 'nak', 'release', 'inform'] as const;
const FROM_SERVER: readonly string[] = ['offer', 'ack', 'nak'];
type DhcpMessage = (typeof MESSAGES)[number];

const PORT = { server: 67, client: 68 } as const;
const OPTION = { pad: 0, mask: 1, requested: 50, lease: 51, message: 53, server: 54, end: 255 } as const;
const [TRANSACTION, FLAGS, CLIENT, YOURS, HARDWARE, COOKIE, OPTIONS] = [4, 10, 12, 16, 28, 236, 240];
const MAGIC = 0x63825363;
const BROADCAST = 0x8000;
/** The minimum length of BOOTP messages (RFC 1542). */
const SHORTEST = 300;

export function encodeDhcp(packet: Dhcp): Buffer {
  const fixed = Buffer.alloc(OPTIONS);
  const fromServer = FROM_SERVER.includes(packet.message);
  fixed.set([fromServer ? 2 : 1, 1, 6]);
  fixed.writeUInt32BE(packet.transaction, TRANSACTION);
  fixed.writeUInt16BE(packet.broadcast ? BROADCAST : 0, FLAGS);
  fixed.set(addressBytes(packet.clientAddress), CLIENT);
  fixed.set(addressBytes(packet.yourAddress), YOURS);
  fixed.set(macBytes(packet.clientMac), HARDWARE);
  fixed.writeUInt32BE(MAGIC, COOKIE);
  const options: [number, Buffer][] = [[OPTION.message, Buffer.from([MESSAGES.indexOf(packet.message) + 1])]];
  const { requested, server, prefixLength, leaseSeconds } = packet;
  if (requested !== undefined) options.push([OPTION.requested, addressBytes(requested)]);
  if (server !== undefined) options.push([OPTION.server, addressBytes(server)]);
  if (prefixLength !== undefined) options.push([OPTION.mask, word(2 ** 32 - 2 ** (32 - prefixLength))]);
  if (leaseSeconds !== undefined) options.push([OPTION.lease, word(leaseSeconds)]);
  const encoded = options.map(([code, value]) => Buffer.concat([Buffer.from([code, value.length]), value]));
  const message = Buffer.concat([fixed, ...encoded, Buffer.from([OPTION.end])]);
  const data = Buffer.concat([message, Buffer.alloc(Math.max(0, SHORTEST - message.length))]);
  const { server: fromPort, client: toPort } = PORT;
  return encodeUdp(packet, fromServer ? { fromPort, toPort, data } : { fromPort: toPort, toPort: fromPort, data });
}

/** Undefined for other datagrams. */
export function decodeDhcp(link: Link, ends: Ends, { toPort, data }: Datagram): Dhcp | undefined {
  if ((toPort !== PORT.server && toPort !== PORT.client) || data.length < OPTIONS) return undefined;
  if (data.readUInt32BE(COOKIE) !== MAGIC) return undefined;
  const options = readOptions(data.subarray(OPTIONS));
  const message = MESSAGES[(options.get(OPTION.message)?.[0] ?? 0) - 1];
  if (!message || FROM_SERVER.includes(message) !== (toPort === PORT.client)) return undefined;
  const address = (code: number) => {
    const value = options.get(code);
    return value?.length === 4 ? addressText(value) : undefined;
  };
  const number = (code: number) => {
    const value = options.get(code);
    return value?.length === 4 ? value.readUInt32BE(0) : undefined;
  };
  const [requested, server] = [address(OPTION.requested), address(OPTION.server)];
  const [mask, leaseSeconds] = [number(OPTION.mask), number(OPTION.lease)];
  return {
    type: 'dhcp',
    ...link,
    ...ends,
    message,
    transaction: data.readUInt32BE(TRANSACTION),
    clientMac: macText(data.subarray(HARDWARE, HARDWARE + 6)),
    clientAddress: addressText(data.subarray(CLIENT, CLIENT + 4)),
    yourAddress: addressText(data.subarray(YOURS, YOURS + 4)),
    broadcast: (data.readUInt16BE(FLAGS) & BROADCAST) !== 0,
    ...(requested !== undefined && { requested }),
    ...(server !== undefined && { server }),
    ...(mask !== undefined && { prefixLength: Math.clz32(~mask) }),
    ...(leaseSeconds !== undefined && { leaseSeconds }),
  };
}

function readOptions(data: Buffer): Map<number, Buffer> {
  const options = new Map<number, Buffer>();
  for (let at = 0; at < data.length && data[at] !== OPTION.end;) {
    const code = data.readUInt8(at);
    const length = data[at + 1] ?? 0;
    if (code !== OPTION.pad) options.set(code, data.subarray(at + 2, at + 2 + length));
    at += code === OPTION.pad ? 1 : 2 + length;
  }
  return options;
}

function word(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}
