/** What ends runs on real guests: they go, and so do their processes. */
import { expect } from '@playwright/test';
import { test } from '../support/lab-test.ts';
import { guestsOfThisProcess } from '../support/qemu-processes.ts';
import { BLOWS } from '../resilience/disruptions.ts';
import { ROWS } from '../resilience/checkpoints.ts';
import { strike } from '../resilience/inject.ts';

/** What differs with real guests is only that their processes end; tests/resilience/disruptions.spec.ts has every cell. */
const CELLS = {
  'setup, waiting': ['SIGTERM to PID 1', 'SIGKILL of all', 'SIGKILL of worker'],
  'setup, login': ['timeout'],
  latency: ['SIGTERM to PID 1', 'SIGKILL of all', 'SIGKILL of worker', 'timeout'],
  teardown: ['SIGTERM to PID 1'],
};
const CASES = Object.entries(CELLS).flatMap(([moment, titles]) =>
  titles.map(
    (title) => [ROWS.find((row) => row.title === moment), BLOWS.find((blow) => blow.title === title)] as const,
  ),
);

for (const [row, blow] of CASES) {
  if (row === undefined || blow === undefined) throw new Error('there is no such row or column');
  test(`${row.title}: ${blow.title}`, { tag: ['@real', '@slow'] }, async ({ newLab, checkup }, testInfo) => {
    const cell = await strike(row, blow, { newLab, checkup, guests: 'qemu' });
    await expect.poll(guestsOfThisProcess).toBe(0);
    testInfo.annotations.push({ type: 'cell', description: JSON.stringify([row.title, blow.title, cell]) });
  });
}
