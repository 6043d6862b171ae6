import type { Scenario } from './scenario.ts';

/** Faults by other hosts on the networks. */
export const NETWORK_SCENARIOS: readonly Scenario[] = [
  {
    name: 'address-taken',
    description: 'somebody already has the first address a VM asks for',
    area: 'network',
    passes: true,
    options: { neighbour: { firstAsked: 1 } },
  },
  {
    name: 'all-addresses-taken',
    description: 'somebody already has every address a VM asks for',
    area: 'network',
    passes: false,
    options: { neighbour: { firstAsked: Infinity } },
  },
];
