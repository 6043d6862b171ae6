// SPDX-License-Identifier: Apache-2.0
/** The budgets of a teardown grow with the number of VMs; those of a pair do not change. */
import { expect, test } from '@playwright/test';
import { Run } from '../../../fixtures/run.ts';
import {
  INTERRUPTED_RESULTS_MS,
  INTERRUPTED_TEARDOWN_BUDGET_MS,
  TEARDOWN_BUDGET_MS,
  teardownGrowthMs,
} from '../../../model/stages.ts';

test('budgets grow by a tenth of a second for each VM beyond two', () => {
  expect([TEARDOWN_BUDGET_MS, INTERRUPTED_TEARDOWN_BUDGET_MS, INTERRUPTED_RESULTS_MS]).toEqual([
    60_000, 18_000, 25_000,
  ]);
  expect([0, 1, 2, 3, 20, 100].map(teardownGrowthMs)).toEqual([0, 0, 0, 100, 1800, 9800]);
});

test('a teardown has its budget, and less after a signal; both grow with the VMs', () => {
  const run = new Run();
  const left = (vms: number): number => Math.round(run.teardownLeft(vms) / 1000);
  expect([left(2), left(100)]).toEqual([60, 70]);
  run.interrupt();
  expect([left(2), left(100)]).toEqual([18, 28]);
});
