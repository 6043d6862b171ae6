/** Signals in the middle of a run on real guests: they go, and so do their processes. */
import { expect } from '@playwright/test';
import { configMapData, vmisLeft } from '../checkup/cluster-facts.ts';
import { test } from '../checkup/lab-test.ts';
import { guestsOfThisProcess } from '../checkup/qemu-processes.ts';

for (const stage of ['setup', 'latency']) {
  test(`SIGTERM during ${stage}`, async ({ newLab, checkup }) => {
    const lab = await newLab({ guests: 'qemu' });
    const run = checkup(lab, { env: { SAMPLE_DURATION_SECONDS: '30' } });
    await run.until(new RegExp(`\\.\\.\\. +${stage}`));
    await expect.poll(guestsOfThisProcess).toBe(2);
    run.signal('SIGTERM');
    const { status, lastLine } = await run.ended;
    expect(status).toBe(130);
    const reason = `interrupted by SIGTERM during ${stage}`;
    expect(lastLine).toBe(`Kubevirt VM latency checkup failed: ${reason}`);
    expect(configMapData(lab)).toMatchObject({
      'status.startTimestamp': expect.any(String),
      'status.completionTimestamp': expect.any(String),
      'status.succeeded': 'false',
      'status.failureReason': reason,
    });
    expect(vmisLeft(lab)).toEqual([]);
    await expect.poll(guestsOfThisProcess).toBe(0);
  });
}
