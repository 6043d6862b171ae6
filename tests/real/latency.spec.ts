// SPDX-License-Identifier: Apache-2.0
/** Real guests under QEMU, a real ping between them. Fails without QEMU. */
import { expect } from '@playwright/test';
import { configMapData, vmisLeft } from '../support/cluster-facts.ts';
import { test } from '../support/lab-test.ts';
import { guestsOfThisProcess } from '../support/qemu-processes.ts';

test('a checkup measures the latency between two real guests', { tag: '@real' }, async ({ newLab, checkup }) => {
  const lab = await newLab({ guests: 'qemu' });
  const run = checkup(lab, { env: { SAMPLE_DURATION_SECONDS: '3' } });
  await run.until(/\.\.\. +latency/);
  expect(guestsOfThisProcess()).toBe(2);

  const { status, output } = await run.ended;
  expect(status).toBe(0);
  expect(output).toMatch(/measured .*, ping from iputils \d+$/m);
  expect(output).not.toContain('SIMULATED');
  const data = configMapData(lab);
  const [min = 0, avg = 0, max = 0] = ['min', 'avg', 'max'].map((key) => {
    return Number(data[`status.result.${key}LatencyNanoSec`]);
  });
  expect(min).toBeGreaterThan(0);
  expect(min).toBeLessThanOrEqual(avg);
  expect(avg).toBeLessThanOrEqual(max);
  expect(data['status.result.sourceNode']).not.toBe(data['status.result.targetNode']);
  expect(vmisLeft(lab)).toEqual([]);
  await expect.poll(guestsOfThisProcess).toBe(0);
});
