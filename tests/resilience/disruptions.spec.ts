/**
 * Every stage struck by everything that can end a run, with SIMULATED guests: no VM is left, the ConfigMap tells what happened.
 * The table is printed at the end.
 */
import { test } from '../support/lab-test.ts';
import { BLOWS } from './disruptions.ts';
import { ROWS } from './checkpoints.ts';
import { strike } from './inject.ts';

for (const row of ROWS) {
  for (const blow of BLOWS.filter(({ applies }) => applies?.(row) ?? true)) {
    test(`${row.title}: ${blow.title}`, { tag: '@slow' }, async ({ newLab, checkup }, testInfo) => {
      const cell = await strike(row, blow, { newLab, checkup, guests: 'scripted' });
      testInfo.annotations.push({ type: 'cell', description: JSON.stringify([row.title, blow.title, cell]) });
    });
  }
}
