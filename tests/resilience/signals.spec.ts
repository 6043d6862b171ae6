// SPDX-License-Identifier: Apache-2.0
/**
 * Signals in the middle of a run, with SIMULATED guests: teardown, the four status keys, exit status 130. disruptions.spec.ts
 * (full suite) covers each signal at each checkpoint.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { expect } from '@playwright/test';
import type { Lab } from '../../lab/lab.ts';
import { configMapData, vmisCreated, vmisLeft } from '../support/cluster-facts.ts';
import { CLI_COMMAND, type Checkup } from '../support/checkup-process.ts';
import { test } from '../support/lab-test.ts';
import { runnerBelow } from '../support/processes.ts';

async function expectInterrupted(lab: Lab, checkup: Checkup, signal: string, stage: string): Promise<void> {
  const { status, lastLine } = await checkup.ended;
  const reason = `interrupted by ${signal} during ${stage}`;
  expect(lastLine).toBe(`Kubevirt VM latency checkup failed: ${reason}`);
  expect(status).toBe(130);
  expect(vmisLeft(lab)).toEqual([]);
  expect(configMapData(lab)).toMatchObject({
    'status.startTimestamp': expect.any(String),
    'status.completionTimestamp': expect.any(String),
    'status.succeeded': 'false',
    'status.failureReason': reason,
  });
}

test('reports an interruption by SIGINT to the command line during setup', async ({ newLab, checkup }) => {
  const lab = await newLab({ startupDelayMs: 60_000 });
  const run = checkup(lab);
  await run.until(/\.\.\. +setup/);
  await expect.poll(() => vmisCreated(lab)).toBe(2);
  run.signal('SIGINT');
  await expectInterrupted(lab, run, 'SIGINT', 'setup');
});

test('reports an interruption by SIGTERM to the first process of a container, 100 ms after its start', async ({
  newLab,
  checkup,
}) => {
  const lab = await newLab();
  const command = ['unshare', '--pid', '--fork', '--mount-proc', '--kill-child', ...CLI_COMMAND];
  const run = checkup(lab, { command });
  const started = performance.now();
  const runner = (): number => runnerBelow(run.pid) ?? 0;
  await expect.poll(runner, { intervals: [10] }).not.toBe(0);
  await pause(Math.max(0, 100 - (performance.now() - started)));
  process.kill(runner(), 'SIGTERM');
  const { status, lastLine } = await run.ended;
  const reason = 'interrupted by SIGTERM before the first stage';
  expect(lastLine).toBe(`Kubevirt VM latency checkup failed: ${reason}`);
  expect(status).toBe(130);
  expect(configMapData(lab)).toMatchObject({ 'status.succeeded': 'false', 'status.failureReason': reason });
  expect(vmisCreated(lab)).toBe(0);
});

test('reports an interruption by SIGQUIT to the process group, as by ctrl-\\ in a terminal', async ({
  newLab,
  checkup,
}) => {
  const lab = await newLab();
  const run = checkup(lab, { env: { SAMPLE_DURATION_SECONDS: '20' } });
  await run.until(/\.\.\. +latency/);
  run.signal('SIGQUIT', 'group');
  await expectInterrupted(lab, run, 'SIGQUIT', 'latency');
});

test('reports no deleted VM as leaked after SIGTERM at the start of setup', async ({ newLab, checkup }) => {
  const lab = await newLab({ startupDelayMs: 60_000 });
  const run = checkup(lab);
  await run.until(/\.\.\. +setup/);
  run.signal('SIGTERM');
  await expectInterrupted(lab, run, 'SIGTERM', 'setup');
});

test('writes the result when the reader of stdout closes it', async ({ newLab, checkup }) => {
  const lab = await newLab();
  await checkup(lab, { command: ['sh', '-c', 'npx playwright test | head -n 2'] }).ended;
  await expect.poll(() => configMapData(lab)['status.succeeded'], { timeout: 20_000 }).toBe('true');
  expect(vmisLeft(lab)).toEqual([]);
});
