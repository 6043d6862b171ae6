// SPDX-License-Identifier: Apache-2.0
/** VMs that are retained for debugging. SIMULATED guests. */
import { expect } from '@playwright/test';
import { configMapData, setConfigMap, vmisCreated, vmisLeft } from '../support/cluster-facts.ts';
import { test } from '../support/lab-test.ts';

const TOO_SLOW = { MAX_DESIRED_LATENCY_MILLISECONDS: '0.001' };

test('onfailure: retains the VMs of a failed run, and prints the commands to access and remove them', async ({
  newLab,
  checkup,
}) => {
  const lab = await newLab();
  const run = await checkup(lab, { env: { ...TOO_SLOW, SKIP_TEARDOWN: 'onfailure' } }).ended;
  expect(run.status, run.output).toBe(1);
  expect(configMapData(lab)['status.failureReason']).toMatch(
    /^run: actual max latency "[^"]*" is greater than desired "1µs"$/,
  );
  const left = vmisLeft(lab);
  expect(left).toHaveLength(2);
  for (const name of left) {
    expect(run.output).toContain(`virtctl console -n latency ${name}`);
    expect(run.output).toContain(`kubectl delete vmi -n latency ${name}`);
  }
});

test('onfailure: deletes the VMs of a successful or interrupted run', { tag: '@slow' }, async ({ newLab, checkup }) => {
  const lab = await newLab();
  setConfigMap(lab, { 'spec.param.skipTeardown': 'onfailure', 'spec.param.overwriteResults': 'true' });
  expect((await checkup(lab).ended).status).toBe(0);
  expect(vmisLeft(lab)).toEqual([]);
  const run = checkup(lab, { env: { SAMPLE_DURATION_SECONDS: '30' } });
  await run.until(/\.\.\. +latency/);
  run.signal('SIGINT');
  expect((await run.ended).status).toBe(130);
  expect(vmisCreated(lab)).toBe(4);
  expect(vmisLeft(lab)).toEqual([]);
});

test(
  'always: retains the VMs, and the next run with the same ConfigMap starts',
  { tag: '@slow' },
  async ({ newLab, checkup }) => {
    const lab = await newLab();
    setConfigMap(lab, { 'spec.param.skipTeardown': 'always', 'spec.param.overwriteResults': 'true' });
    expect((await checkup(lab).ended).status).toBe(0);
    expect(vmisLeft(lab)).toHaveLength(2);
    const second = await checkup(lab).ended;
    expect(second.status, second.output).toBe(0);
    expect(vmisLeft(lab)).toHaveLength(4);
  },
);
