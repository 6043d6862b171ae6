// SPDX-License-Identifier: Apache-2.0
/** The largest packet on the path from one VM to the other. */
import * as v from 'valibot';
import type { IpFamily } from './ip-family.ts';
import { WHOLE, type Infer } from './schema.ts';

export const PATH_MTU = v.object({
  /** MTU of the guest's network interface, without the Ethernet header. */
  interfaceMtuBytes: WHOLE,
  /** The largest ICMP payload with a reply while fragmentation was forbidden. */
  largestPayloadBytes: WHOLE,
});
export type PathMtu = Infer<typeof PATH_MTU>;

/** ICMP payload of the pings for the first reply: so small that they are not lost because of their size. */
export const WARM_UP_BYTES = 56;

const ICMP_HEADER = 8;
const IP_HEADER: Readonly<Record<IpFamily, number>> = { ipv4: 20, ipv6: 40 };

/** Bytes of a packet around its ICMP payload: IP header without options, ICMP header (RFC 791, 792, 8200, 4443). */
export function headerBytes(family: IpFamily): number {
  return IP_HEADER[family] + ICMP_HEADER;
}

export function pathMtuBytes(family: IpFamily, { largestPayloadBytes }: PathMtu): number {
  return largestPayloadBytes + headerBytes(family);
}
