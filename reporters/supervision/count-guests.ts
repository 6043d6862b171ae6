// SPDX-License-Identifier: Apache-2.0
/** The number of VMs that a teardown has to delete, for its budgets. */
import type { CheckupEvent } from '../../model/events.ts';

/** Returns the number of VMs of the latest guest set: those of earlier networks are deleted by then. */
export function countGuests(events: readonly CheckupEvent[]): number {
  const creations = events.filter((event) => event.type === 'creating');
  const network = creations.at(-1)?.network;
  return creations.filter((event) => event.network === network).length;
}
