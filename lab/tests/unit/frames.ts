// SPDX-License-Identifier: Apache-2.0
import { encodePacket } from '../../packets/packet.ts';

/** Frames as two hosts of an IPv4 network would send them. */

export const [A, B] = ['02:00:00:00:00:0a', '02:00:00:00:00:0b'];

interface Ping {
  id?: number;
  sequence?: number;
  bytes?: number;
}

/** From 10.0.0.1, which is at A, to 10.0.0.2, which is at B. */
export function pingFrame({ id = 1, sequence = 1, bytes = 56 }: Ping = {}): Buffer {
  return encodePacket({
    type: 'echo',
    family: 4,
    request: true,
    fromMac: A,
    toMac: B,
    source: '10.0.0.1',
    destination: '10.0.0.2',
    id,
    sequence,
    payload: Buffer.alloc(bytes),
  });
}

export function pongFrame({ id = 1, sequence = 1, bytes = 56 }: Ping = {}): Buffer {
  return encodePacket({
    type: 'echo',
    family: 4,
    request: false,
    fromMac: B,
    toMac: A,
    source: '10.0.0.2',
    destination: '10.0.0.1',
    id,
    sequence,
    payload: Buffer.alloc(bytes),
  });
}
