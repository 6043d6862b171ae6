// SPDX-License-Identifier: Apache-2.0
/** Waits for a state of the cluster that takes minutes to reach. Prints each change, and fails with the last observed state. */
import { setTimeout } from 'node:timers/promises';

export interface Observation {
  met: boolean;
  state: string;
}

export interface WaitLimits {
  signal: AbortSignal;
  deadlineMs: number;
  everyMs?: number;
}

/** Waits until `met`. @throws Error at the deadline, or the reason of the signal. A failed observation counts as a state. */
export async function waitUntil(what: string, observe: () => Promise<Observation>, limits: WaitLimits): Promise<void> {
  const { signal, deadlineMs, everyMs = 2000 } = limits;
  const start = performance.now();
  let last = '';
  for (;;) {
    const { met, state } = await observe().catch((error: unknown) => {
      signal.throwIfAborted();
      return { met: false, state: error instanceof Error ? error.message : String(error) };
    });
    const ms = performance.now() - start;
    if (state !== last) console.log(`    ${(ms / 1000).toFixed(0)}s ${what}: ${state}`);
    last = state;
    if (met) return;
    if (ms >= deadlineMs) throw new Error(`${what}: not within ${deadlineMs / 1000}s; last seen: ${state}`);
    await setTimeout(Math.min(everyMs, deadlineMs - ms), undefined, { signal });
  }
}
