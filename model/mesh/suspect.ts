// SPDX-License-Identifier: Apache-2.0
/** Where the fault of a mesh most likely is. */
import * as v from 'valibot';
import { described, WHOLE, type Infer } from '../schema.ts';

/** From the widest scope to the narrowest. */
export const SUSPECT_KINDS = ['network', 'uplink', 'zonePair', 'zone', 'node', 'link'] as const;
export type SuspectKind = (typeof SUSPECT_KINDS)[number];

export const SUSPECT = v.object({
  kind: described(
    v.picklist(SUSPECT_KINDS),
    'network: all of it. uplink: between one zone and all others. zonePair: between two zones. zone: inside of a zone. node: one node. link: between two nodes.',
  ),
  names: described(
    v.array(v.string()),
    'Of the node, the zone, both zones, or both nodes; empty for the network, and for further links.',
  ),
  bad: described(WHOLE, 'Pairs of nodes in this scope that failed; with `slow`, that are slow.'),
  of: described(
    WHOLE,
    'Pairs of nodes in this scope that were measured, without those that an earlier suspect explains.',
  ),
  slow: v.exactOptional(
    described(v.literal(true), 'The pairs are slow: their median is more than three times that of the network.'),
  ),
  summary: described(v.string(), 'One line, with the counts. A suspicion, not a proof.'),
  next: described(v.array(v.string()), 'Next steps, one line each.'),
});
export type Suspect = Infer<typeof SUSPECT>;
