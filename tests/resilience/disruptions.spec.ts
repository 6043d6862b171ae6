// SPDX-License-Identifier: Apache-2.0
/**
 * Every disruption at every checkpoint, with SIMULATED guests: no VM is leaked, and the ConfigMap contains the reason.
 * A reporter prints the table at the end.
 */
import { test } from '../support/lab-test.ts';
import { DISRUPTIONS } from './disruptions.ts';
import { ROWS } from './checkpoints.ts';
import { injectDisruption } from './inject.ts';

for (const row of ROWS) {
  for (const disruption of DISRUPTIONS.filter(({ applies }) => applies?.(row) ?? true)) {
    test(`${row.title}: ${disruption.title}`, { tag: '@slow' }, async ({ newLab, checkup }, testInfo) => {
      const cell = await injectDisruption(row, disruption, { newLab, checkup, guests: 'scripted' });
      testInfo.annotations.push({ type: 'cell', description: JSON.stringify([row.title, disruption.title, cell]) });
    });
  }
}
