// SPDX-License-Identifier: Apache-2.0
import { addressBytes, multicastMac } from './addresses.ts';
import { encodeIcmp } from './icmp.ts';

const VERSION_2_REPORT = 143;
const CHANGE_TO_EXCLUDE = 4;
/** All routers that can read version 2. */
const REPORT_GROUP = 'ff02::16';

/**
 * Returns the frame in which a host without an address reports that it joins a group: a Multicast Listener Report of version 2
 * (RFC 3810), without the header option for routers.
 */
export function encodeListenerReport(mac: string, group: string): Buffer {
  const record = Buffer.concat([Buffer.from([CHANGE_TO_EXCLUDE, 0, 0, 0]), addressBytes(group)]);
  const rest = Buffer.concat([Buffer.from([0, 0, 0, 1]), record]);
  const link = { fromMac: mac, toMac: multicastMac(REPORT_GROUP) };
  return encodeIcmp({ ...link, source: '::', destination: REPORT_GROUP }, { kind: VERSION_2_REPORT, rest }, 1);
}
