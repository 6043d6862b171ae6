// SPDX-License-Identifier: Apache-2.0
/** Live migrations of real guests: interrupted ones leave no QEMU process, and an unwanted one is noticed. */
import { expect } from '@playwright/test';
import { VMI_SCENARIOS } from '../../lab/scenarios.ts';
import { configMapData, migratedObjectsLeft } from '../support/cluster-facts.ts';
import { test } from '../support/lab-test.ts';
import { untilPhase } from '../support/migration-phases.ts';
import { guestsOfThisProcess } from '../support/qemu-processes.ts';

for (const phase of ['Running', 'Succeeded']) {
  test(
    `removes both QEMU processes after SIGTERM in phase ${phase}`,
    { tag: ['@real', '@slow'] },
    async ({ newLab, checkup }) => {
      const lab = await newLab({ guests: 'qemu' });
      const run = checkup(lab, { env: { LIVE_MIGRATION: 'true' } });
      await untilPhase(lab, phase);
      run.signal('SIGTERM');
      const { status, output } = await run.ended;
      expect(status, output).toBe(130);
      expect(configMapData(lab)['status.failureReason']).toBe('interrupted by SIGTERM during migration');
      expect(migratedObjectsLeft(lab)).toEqual([]);
      await expect.poll(guestsOfThisProcess).toBe(0);
    },
  );
}

test('notices an unwanted migration and names the nodes', { tag: ['@real', '@slow'] }, async ({ newLab, checkup }) => {
  const lab = await newLab({ guests: 'qemu' });
  VMI_SCENARIOS.find(({ name }) => name === 'vmi-migrated')?.begin?.(lab);
  const { status, output } = await checkup(lab, { env: { SAMPLE_DURATION_SECONDS: '10' } }).ended;
  expect(status, output).toBe(1);
  const data = configMapData(lab);
  expect(data['status.failureReason']).toMatch(
    /^run: VMI '\S+' (moved|was live-migrated|is being live-migrated|is about to be live-migrated) from node "(node-1" to node "node-2|node-2" to node "node-1)"/,
  );
  const nodes = [data['status.result.sourceNode'], data['status.result.targetNode']];
  expect(nodes.filter((node) => node !== undefined)).toHaveLength(1);
  expect(migratedObjectsLeft(lab)).toEqual([]);
  await expect.poll(guestsOfThisProcess).toBe(0);
});
