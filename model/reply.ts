// SPDX-License-Identifier: Apache-2.0
/** The first reply to one request. */
export interface Reply {
  /** The number of the request, from 1; it continues when the 16-bit number in the packet wraps around. */
  readonly sequence: number;
  /** Absent where ping printed none: "(truncated)". As printed, so with three digits only from iputils without -3. */
  readonly rttNs?: number;
  /** Time of arrival since the first stamped reply, by the guest's clock; only with -D. */
  readonly stampNs?: number;
}
