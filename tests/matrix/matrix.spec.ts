/**
 * Every stage struck by everything that can end a run, with SIMULATED guests: no VM is left, the ConfigMap tells what happened.
 * The table is printed at the end.
 */
import { test } from '../checkup/lab-test.ts';
import { BLOWS } from './blows.ts';
import { ROWS } from './moments.ts';
import { strike } from './strike.ts';

test.describe.configure({ mode: 'parallel' });

for (const row of ROWS) {
  for (const blow of BLOWS.filter(({ applies }) => applies?.(row) ?? true)) {
    test(`${row.title}: ${blow.title}`, async ({ newLab, checkup }, testInfo) => {
      const cell = await strike(row, blow, { newLab, checkup, guests: 'scripted' });
      testInfo.annotations.push({ type: 'cell', description: JSON.stringify([row.title, blow.title, cell]) });
    });
  }
}
