/** What ends runs on real guests: they go, and so do their processes. */
import { expect } from '@playwright/test';
import { test } from '../support/lab-test.ts';
import { guestsOfThisProcess } from '../support/qemu-processes.ts';
import { BLOWS } from '../resilience/disruptions.ts';
import { ROWS } from '../resilience/checkpoints.ts';
import { strike } from '../resilience/inject.ts';

const TITLES = ['SIGTERM to PID 1', 'SIGINT to npx and all', 'SIGKILL of all', 'SIGKILL of worker', 'timeout'];
/** Before, no guest has been asked for. */
const FIRST = 'setup, between creates';

const rows = ROWS.slice(ROWS.findIndex(({ title }) => title === FIRST));
const blows = BLOWS.filter(({ title }) => TITLES.includes(title));

for (const row of rows) {
  for (const blow of blows.filter(({ applies }) => applies?.(row) ?? true)) {
    test(`${row.title}: ${blow.title}`, { tag: ['@real', '@slow'] }, async ({ newLab, checkup }, testInfo) => {
      const cell = await strike(row, blow, { newLab, checkup, guests: 'qemu' });
      await expect.poll(guestsOfThisProcess).toBe(0);
      testInfo.annotations.push({ type: 'cell', description: JSON.stringify([row.title, blow.title, cell]) });
    });
  }
}
