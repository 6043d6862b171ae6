/** Waits for a state of the cluster that takes minutes to come, says each change of it, and on giving up what it last saw. */
import { setTimeout } from 'node:timers/promises';

export interface Look {
  met: boolean;
  seen: string;
}

export interface Patience {
  signal: AbortSignal;
  deadlineMs: number;
  everyMs?: number;
}

/** @throws Error at the deadline, or the reason of the signal. A look that fails is a state, too. */
export async function untilSeen(what: string, look: () => Promise<Look>, patience: Patience): Promise<void> {
  const { signal, deadlineMs, everyMs = 2000 } = patience;
  const start = performance.now();
  let last = '';
  for (;;) {
    const { met, seen } = await look().catch((error: unknown) => {
      signal.throwIfAborted();
      return { met: false, seen: error instanceof Error ? error.message : String(error) };
    });
    const ms = performance.now() - start;
    if (seen !== last) console.log(`    ${(ms / 1000).toFixed(0)}s ${what}: ${seen}`);
    last = seen;
    if (met) return;
    if (ms >= deadlineMs) throw new Error(`${what}: not within ${deadlineMs / 1000}s; last seen: ${seen}`);
    await setTimeout(Math.min(everyMs, deadlineMs - ms), undefined, { signal });
  }
}
