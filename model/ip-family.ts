// SPDX-License-Identifier: Apache-2.0
/** The IP families a network is checked over. */
export const IP_FAMILIES = ['ipv4', 'ipv6'] as const;

export type IpFamily = (typeof IP_FAMILIES)[number];
