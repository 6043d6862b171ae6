// SPDX-License-Identifier: Apache-2.0
/**
 * Guests and cells. A guest is one VM of the run on one network; a cell is what one sample measures: network, from, to and IP family.
 * The network of a cell is that of its event.
 */
import * as v from 'valibot';
import { IP_FAMILIES } from './ip-family.ts';
import type { Route } from './routes.ts';
import type { Infer } from './schema.ts';

/** `source` or `target` in a pair; the name of its node in a mesh. */
export const GUEST_ID = v.string();
export type GuestId = v.InferOutput<typeof GUEST_ID>;

/** The guests of a pair. */
const PAIR = ['source', 'target'] as const;
export type PairGuest = (typeof PAIR)[number];

export const CELL = v.object({
  /** The guest that pings. */
  from: GUEST_ID,
  /** The guest that is pinged. */
  to: GUEST_ID,
  family: v.picklist(IP_FAMILIES),
});
export type Cell = Infer<typeof CELL>;

/** Returns the cell of a route in a pair. */
export function cellOf({ family, direction }: Route): Cell {
  const [source, target] = PAIR;
  return direction === 'sourceToTarget' ? { from: source, to: target, family } : { from: target, to: source, family };
}

/** Returns the route of a cell in a pair. */
export function routeOf({ from, family }: Cell): Route {
  return { family, direction: from === 'source' ? 'sourceToTarget' : 'targetToSource' };
}
