// SPDX-License-Identifier: Apache-2.0
/** If the worker is killed (out of memory), the main process does the teardown. SIMULATED guests. */
import { expect } from '@playwright/test';
import { configMapData, vmisCreated, vmisLeft } from '../support/cluster-facts.ts';
import { test } from '../support/lab-test.ts';
import { workerBelow } from '../support/processes.ts';

test('removes the VMs and reports the cause when the worker is killed', async ({ newLab, checkup }) => {
  // Long enough to be killed while it waits for its VMs.
  const lab = await newLab({ startupDelayMs: 20_000 });
  const run = checkup(lab);
  await expect.poll(() => vmisCreated(lab), { timeout: 30_000 }).toBe(2);
  process.kill(workerBelow(run.pid) ?? NaN, 'SIGKILL');
  const { status, lastLine } = await run.ended;
  expect(status).toBe(1);
  expect(lastLine).toMatch(/^Kubevirt VM latency checkup failed: .*worker process exited unexpectedly/);
  expect(lastLine).not.toContain('kubectl delete');
  expect(vmisLeft(lab)).toEqual([]);
  const data = configMapData(lab);
  expect(lastLine).toContain(data['status.failureReason'] || 'a reason');
  expect(data).toMatchObject({ 'status.succeeded': 'false', 'status.completionTimestamp': expect.anything() });
});
