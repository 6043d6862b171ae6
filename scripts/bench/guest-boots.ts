// SPDX-License-Identifier: Apache-2.0
/** Times of the guests' login prompts, from their serial output, independent of console connections. */
import type { Lab } from '../../lab/lab.ts';
import { now } from './clock.ts';

const PROMPT = / login: $/m;
/** A prompt may arrive in two chunks, so the end of the output is buffered. */
const TAIL_CHARACTERS = 100;

export interface GuestBoots {
  /** Times of the first login prompt of each guest, ascending. */
  readonly promptsMs: readonly number[];
  stop(): void;
}

/** Records every guest that prints from now on. */
export function watchGuestBoots(lab: Pick<Lab, 'onSerial'>): GuestBoots {
  const promptsMs: number[] = [];
  const tails = new Map<string, string>();
  const prompted = new Set<string>();
  const stop = lab.onSerial((vmi, data) => {
    if (prompted.has(vmi)) return;
    const tail = ((tails.get(vmi) ?? '') + Buffer.from(data).toString('latin1')).slice(-TAIL_CHARACTERS);
    tails.set(vmi, tail);
    if (!PROMPT.test(tail)) return;
    prompted.add(vmi);
    promptsMs.push(now());
  });
  return { promptsMs, stop };
}
