// SPDX-License-Identifier: Apache-2.0
import { addressText } from './addresses.ts';
import { ETHER_TYPE } from './ethernet.ts';

/** The byte range of the sender's address in a frame, by protocol. */
const SENDERS: Record<number, readonly [number, number]> = {
  [ETHER_TYPE.arp]: [28, 32],
  [ETHER_TYPE.ipv4]: [26, 30],
  [ETHER_TYPE.ipv6]: [22, 38],
};

/** Returns the sender's IP address of a frame, however damaged; undefined for other protocols. */
export function senderAddress(frame: Buffer): string | undefined {
  const place = frame.length < 14 ? undefined : SENDERS[frame.readUInt16BE(12)];
  return place && frame.length >= place[1] ? addressText(frame.subarray(...place)) : undefined;
}
