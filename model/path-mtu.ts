/** How large a packet may be on the way from one VM to the other. */
import * as v from 'valibot';
import type { IpFamily } from './ip-family.ts';
import { WHOLE, type Infer } from './schema.ts';

export const PATH_MTU = v.object({
  /** MTU of the guest's network interface, without the Ethernet header. */
  interfaceMtuBytes: WHOLE,
  /** The largest ICMP payload that came back unfragmented. */
  largestPayloadBytes: WHOLE,
});
export type PathMtu = Infer<typeof PATH_MTU>;

/** ICMP payload of the pings that look for the first reply: small, so that what does not get through is not for its size. */
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
