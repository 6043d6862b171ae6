// SPDX-License-Identifier: Apache-2.0
/** What a mesh is going to measure: its nodes and its rounds. */
import * as v from 'valibot';
import { WHOLE, type Infer } from '../schema.ts';
import { MESH_RESULT } from './mesh-result.ts';

export const MESH_PLAN = v.object({
  ...v.pick(MESH_RESULT, ['nodes', 'zones', 'leftOut', 'notMeasured', 'roundsPlanned', 'firstRound', 'pairsPlanned'])
    .entries,
  /** Rounds until each pair of nodes is measured. */
  roundsInTotal: WHOLE,
  /** On which network the nodes are connected, for next steps. */
  bridge: v.exactOptional(v.string()),
  vlan: v.exactOptional(WHOLE),
});
export type MeshPlan = Infer<typeof MESH_PLAN>;

/** Returns the number of the first round of the next run: the one after the last round that was measured. */
export function nextRound({ firstRound, roundsInTotal }: MeshPlan, roundsMeasured: number): number {
  return ((firstRound - 1 + roundsMeasured) % Math.max(1, roundsInTotal)) + 1;
}
