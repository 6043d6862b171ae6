// SPDX-License-Identifier: Apache-2.0
/** Disruptions of runs on real guests: the VMs and their QEMU processes end. */
import { expect } from '@playwright/test';
import { test } from '../support/lab-test.ts';
import { guestsOfThisProcess } from '../support/qemu-processes.ts';
import { DISRUPTIONS } from '../resilience/disruptions.ts';
import { ROWS } from '../resilience/checkpoints.ts';
import { injectDisruption } from '../resilience/inject.ts';

/**
 * With real guests, only the end of their processes differs: the VMs are deleted by the checkup while they boot and while they ping, or by
 * garbage collection. tests/resilience/disruptions.spec.ts covers every cell.
 */
const CELLS = {
  'setup, login': ['timeout'],
  latency: ['SIGTERM to PID 1', 'SIGKILL of all'],
};
const CASES = Object.entries(CELLS).flatMap(([checkpoint, titles]) =>
  titles.map(
    (title) =>
      [
        ROWS.find((row) => row.title === checkpoint),
        DISRUPTIONS.find((disruption) => disruption.title === title),
      ] as const,
  ),
);

for (const [row, disruption] of CASES) {
  if (row === undefined || disruption === undefined) throw new Error('unknown row or column');
  test(`${row.title}: ${disruption.title}`, { tag: ['@real', '@slow'] }, async ({ newLab, checkup }, testInfo) => {
    const cell = await injectDisruption(row, disruption, { newLab, checkup, guests: 'qemu' });
    await expect.poll(guestsOfThisProcess).toBe(0);
    testInfo.annotations.push({ type: 'cell', description: JSON.stringify([row.title, disruption.title, cell]) });
  });
}
