// SPDX-License-Identifier: Apache-2.0
import { setTimeout as sleep } from 'node:timers/promises';
import type { MigrationTarget } from '../guest.ts';
import type { Link } from './link.ts';

/** The times of a SIMULATED migration. */
export interface ScriptedMigration {
  /** Milliseconds in which the guest still runs on its node while its memory would be copied. Default: 1000. */
  copyMs?: number;
  /** Milliseconds in which its NICs are connected to no node. Default: 300; a real cluster needed 174 to 480. */
  gapMs?: number;
}

const COPY_MS = 1000;
const GAP_MS = 300;

/**
 * Returns a guest's `prepareMigration`: SIMULATED, its links leave their node for a time. Before that, the interface of the target pod
 * sends frames with their MAC, as on a cluster: requests then go to the target and are lost until the guest itself sends.
 */
export function migrationOf(
  links: readonly Link[],
  times: ScriptedMigration,
): (node: string) => Promise<MigrationTarget> {
  let isPrepared = false;
  return (node) => {
    if (isPrepared) return Promise.reject(new Error('a migration of this guest is prepared already'));
    isPrepared = true;
    const canceled = new AbortController();
    let hasLeft = false;
    const targets = links.map((link) => link.connectTarget(node));
    const disconnectTargets = () => {
      for (const disconnect of targets.splice(0)) disconnect();
    };
    return Promise.resolve({
      async run() {
        try {
          await sleep(times.copyMs ?? COPY_MS, undefined, { signal: canceled.signal, ref: false });
        } catch {
          throw new Error('the migration was canceled');
        }
        hasLeft = true;
        const arrivals = links.map((link) => link.leave());
        await sleep(times.gapMs ?? GAP_MS, undefined, { ref: false });
        disconnectTargets();
        for (const arrive of arrivals) arrive(node);
        isPrepared = false;
      },
      cancel() {
        if (!canceled.signal.aborted && !hasLeft) {
          disconnectTargets();
          isPrepared = false;
          canceled.abort();
        }
        return Promise.resolve();
      },
    });
  };
}
