// SPDX-License-Identifier: Apache-2.0
/** Names of sections that a page has once for each network: ids, and labels for screen readers. */

export interface Scope {
  /** Prefix of ids. */
  readonly id: string;
  /** Suffix of labels: ", latency/blue". */
  readonly of: string;
}

/** The page has each section once. */
export const PAGE: Scope = { id: '', of: '' };

/** Returns the value of aria-labelledby: the heading of the section, and that of its network. */
export function labelledBy({ id }: Scope, heading: string): string {
  return id === '' ? heading : `${id}${heading} ${id}name`;
}
