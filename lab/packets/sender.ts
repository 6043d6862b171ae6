import { addressText } from './addresses.ts';
import { ETHER_TYPE } from './ethernet.ts';

/** Where each protocol says who sends: from and to which byte of the frame. */
const SENDERS: Record<number, readonly [number, number]> = {
  [ETHER_TYPE.arp]: [28, 32],
  [ETHER_TYPE.ipv4]: [26, 30],
  [ETHER_TYPE.ipv6]: [22, 38],
};

/** The address that a frame claims to come from, whatever else is in it; undefined where it claims none. */
export function senderAddress(frame: Buffer): string | undefined {
  const place = frame.length < 14 ? undefined : SENDERS[frame.readUInt16BE(12)];
  return place && frame.length >= place[1] ? addressText(frame.subarray(...place)) : undefined;
}
