// SPDX-License-Identifier: Apache-2.0
import type { NodeState } from '../../../fixtures/cluster/objects.ts';

/** Returns a node that can run VMs. */
export function nodeState(name: string, change: Partial<NodeState> = {}): NodeState {
  return {
    name,
    labels: {},
    otherNames: [],
    ready: true,
    unreachable: false,
    cordoned: false,
    kubevirt: true,
    taint: undefined,
    allocatable: {},
    ...change,
  };
}
