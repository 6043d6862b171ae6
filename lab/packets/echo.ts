// SPDX-License-Identifier: Apache-2.0
import { familyOf, type Family } from './addresses.ts';
import type { Link } from './ethernet.ts';
import { encodeIcmp, type IcmpMessage } from './icmp.ts';
import type { Ends } from './ip.ts';

/** A ping or its reply, of either family. */
export interface Echo extends Link, Ends {
  type: 'echo';
  family: Family;
  request: boolean;
  /** 16 bits, as is the sequence number. */
  id: number;
  sequence: number;
  payload: Buffer;
}

const KINDS = { 4: { request: 8, reply: 0 }, 6: { request: 128, reply: 129 } } as const;
const HEADER = 4;

export function encodeEcho(echo: Echo): Buffer {
  const header = Buffer.alloc(HEADER);
  header.writeUInt16BE(echo.id & 0xffff, 0);
  header.writeUInt16BE(echo.sequence & 0xffff, 2);
  const kind = KINDS[echo.family][echo.request ? 'request' : 'reply'];
  return encodeIcmp(echo, { kind, rest: Buffer.concat([header, echo.payload]) });
}

export function decodeEcho(link: Link, ends: Ends, { kind, rest }: IcmpMessage): Echo | undefined {
  const family = familyOf(ends.source);
  const { request, reply } = KINDS[family];
  if ((kind !== request && kind !== reply) || rest.length < HEADER) return undefined;
  return {
    type: 'echo',
    ...link,
    ...ends,
    family,
    request: kind === request,
    id: rest.readUInt16BE(0),
    sequence: rest.readUInt16BE(2),
    payload: rest.subarray(HEADER),
  };
}

/** Returns the reply of a host with this MAC. */
export function replyTo(request: Echo, mac: string): Echo {
  const { source, destination, fromMac } = request;
  return { ...request, request: false, source: destination, destination: source, fromMac: mac, toMac: fromMac };
}
