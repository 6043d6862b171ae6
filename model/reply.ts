/** The first reply to one request. */
export interface Reply {
  /** Which request it answers, from 1, counted on where the number in the packet begins anew. */
  readonly sequence: number;
  /** Absent where ping printed none: "(truncated)". As printed, so with three digits only from iputils without -3. */
  readonly rttNs?: number;
  /** When it came, since the first that was stamped, by the guest's clock; only with -D. */
  readonly stampNs?: number;
}
