// SPDX-License-Identifier: Apache-2.0
/** Interruptions in the phases of a live migration: VMs, migration and pods are removed. SIMULATED guests and migrations. */
import { expect } from '@playwright/test';
import { configMapData, migratedObjectsLeft } from '../support/cluster-facts.ts';
import { test } from '../support/lab-test.ts';
import { untilPhase } from '../support/migration-phases.ts';
import { workerBelow } from '../support/processes.ts';

const OPTIONS = { env: { LIVE_MIGRATION: 'true' } };

for (const phase of ['Pending', 'Scheduling', 'Running', 'Succeeded']) {
  test(
    `removes the VMs and the migration after SIGTERM in phase ${phase}`,
    { tag: '@slow' },
    async ({ newLab, checkup }) => {
      const lab = await newLab();
      const run = checkup(lab, OPTIONS);
      await untilPhase(lab, phase);
      run.signal('SIGTERM');
      const { status, output } = await run.ended;
      expect(status, output).toBe(130);
      expect(configMapData(lab)['status.failureReason']).toBe('interrupted by SIGTERM during migration');
      expect(migratedObjectsLeft(lab)).toEqual([]);
    },
  );
}

test(
  'removes the VMs and the migration when the worker is killed while the VM migrates',
  { tag: '@slow' },
  async ({ newLab, checkup }) => {
    const lab = await newLab({ migrationFault: 'never-ends' });
    const run = checkup(lab, OPTIONS);
    await untilPhase(lab, 'Running');
    process.kill(workerBelow(run.pid) ?? NaN, 'SIGKILL');
    const { status, lastLine } = await run.ended;
    expect(status).toBe(1);
    expect(lastLine).toMatch(/worker process exited unexpectedly/);
    // The migration is deleted by the garbage collector, together with its VMI.
    await expect.poll(() => migratedObjectsLeft(lab)).toEqual([]);
  },
);
