// SPDX-License-Identifier: Apache-2.0
import type { Scenario } from './scenario.ts';

/** Faults by other hosts on the networks. */
export const NETWORK_SCENARIOS: readonly Scenario[] = [
  {
    name: 'address-taken',
    description: 'another host has the first address that a VM probes for',
    area: 'network',
    tolerated: true,
    options: { neighbour: { firstAsked: 1 } },
  },
  {
    name: 'all-addresses-taken',
    description: 'another host has every address that a VM probes for',
    area: 'network',
    tolerated: false,
    options: { neighbour: { firstAsked: Infinity } },
  },
];
