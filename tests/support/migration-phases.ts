// SPDX-License-Identifier: Apache-2.0
/** Waits for phases of live migrations in a lab. */
import { setTimeout as pause } from 'node:timers/promises';
import { objectsAt, textAt } from '../../lab/objects.ts';
import type { Lab } from '../../lab/lab.ts';

const LIMIT_MS = 60_000;

/** Waits until a migration has entered the phase. */
export async function untilPhase(lab: Lab, phase: string): Promise<void> {
  const end = performance.now() + LIMIT_MS;
  const hasEntered = (): boolean =>
    lab
      .list('virtualmachineinstancemigrations')
      .flatMap(({ status }) => objectsAt(status, 'phaseTransitionTimestamps'))
      .some((entered) => textAt(entered, 'phase') === phase);
  while (!hasEntered()) {
    if (performance.now() > end) throw new Error(`no migration entered phase ${phase} within 60 s`);
    await pause(5);
  }
}
