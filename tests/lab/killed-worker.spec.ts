/** A worker that is killed (out of memory) tears nothing down: the main process does. SIMULATED guests. */
import { readdirSync, readFileSync } from 'node:fs';
import { expect } from '@playwright/test';
import { configMapData, vmisCreated, vmisLeft } from '../checkup/cluster-facts.ts';
import { test } from '../checkup/lab-test.ts';

/** The process that Playwright forked to run the check. */
function workerOf(runner: number): number {
  const parentOf = (pid: string) => Number(/\) \S (\d+) [^)]*$/.exec(readFileSync(`/proc/${pid}/stat`, 'utf8'))?.[1]);
  const children = readdirSync('/proc').filter((pid) => {
    try {
      return /^\d+$/.test(pid) && parentOf(pid) === runner;
    } catch {
      return false; // It has ended meanwhile.
    }
  });
  const [worker, ...more] = children.map(Number);
  expect(more).toEqual([]);
  if (worker === undefined) throw new Error(`process ${runner} has no worker`);
  return worker;
}

test('its VMs are removed, and the reason tells what happened', async ({ newLab, checkup }) => {
  // Long enough to be killed while it waits for its VMs.
  const lab = await newLab({ startupDelayMs: 20_000 });
  const run = checkup(lab);
  await expect.poll(() => vmisCreated(lab), { timeout: 30_000 }).toBe(2);
  process.kill(workerOf(run.pid), 'SIGKILL');
  const { status, lastLine } = await run.ended;
  expect(status).toBe(1);
  expect(lastLine).toMatch(/^Kubevirt VM latency checkup failed: .*worker process exited unexpectedly/);
  expect(lastLine).not.toContain('kubectl delete');
  expect(vmisLeft(lab)).toEqual([]);
  const data = configMapData(lab);
  expect(lastLine).toContain(data['status.failureReason'] || 'a reason');
  expect(data).toMatchObject({ 'status.succeeded': 'false', 'status.completionTimestamp': expect.anything() });
});
