/** Signals in the middle of a run, with SIMULATED guests: teardown, the four status keys, exit status 130. */
import { setTimeout as pause } from 'node:timers/promises';
import { expect } from '@playwright/test';
import type { Lab } from '../../lab/lab.ts';
import { configMapData, vmisCreated, vmisLeft } from '../support/cluster-facts.ts';
import { CLI_COMMAND, type Checkup } from '../support/checkup-process.ts';
import { test } from '../support/lab-test.ts';
import { runnerBelow } from '../support/processes.ts';

/** When a test strikes: told by stdout, and by what the lab was asked. */
const MOMENTS = {
  setup: {
    lab: { startupDelayMs: 60_000 },
    reached: async (checkup: Checkup, lab: Lab) => {
      await checkup.until(/\.\.\. +setup/);
      await expect.poll(() => vmisCreated(lab)).toBe(2);
    },
  },
  latency: { lab: {}, reached: (checkup: Checkup) => checkup.until(/\.\.\. +latency/) },
};

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

for (const [stage, moment] of Object.entries(MOMENTS)) {
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) {
    test(`${signal} to the command line during ${stage}`, async ({ newLab, checkup }) => {
      const lab = await newLab(moment.lab);
      const run = checkup(lab, { env: { SAMPLE_DURATION_SECONDS: '20' } });
      await moment.reached(run, lab);
      run.signal(signal);
      await expectInterrupted(lab, run, signal, stage);
    });
  }
}

test('SIGTERM during teardown lets it finish', async ({ newLab, checkup }) => {
  const lab = await newLab();
  const run = checkup(lab);
  const struck = new Promise<void>((resolve) => {
    const stop = lab.onRequest(({ verb }) => {
      if (verb !== 'delete') return;
      stop();
      run.signal('SIGTERM');
      resolve();
    });
  });
  await struck;
  await expectInterrupted(lab, run, 'SIGTERM', 'teardown');
});

test('SIGHUP to the whole process group, as from a terminal that is closed', async ({ newLab, checkup }) => {
  const lab = await newLab();
  const run = checkup(lab, { env: { SAMPLE_DURATION_SECONDS: '20' } });
  await run.until(/\.\.\. +latency/);
  run.signal('SIGHUP', 'group');
  await expectInterrupted(lab, run, 'SIGHUP', 'latency');
});

for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  test(`${signal} to the first process of a container, 100 ms after its start`, async ({ newLab, checkup }) => {
    const lab = await newLab();
    const command = ['unshare', '--pid', '--fork', '--mount-proc', '--kill-child', ...CLI_COMMAND];
    const run = checkup(lab, { command });
    const started = performance.now();
    const runner = (): number => runnerBelow(run.pid) ?? 0;
    await expect.poll(runner, { intervals: [10] }).not.toBe(0);
    await pause(Math.max(0, 100 - (performance.now() - started)));
    process.kill(runner(), signal);
    const { status, lastLine } = await run.ended;
    const reason = `interrupted by ${signal} before the first stage`;
    expect(lastLine).toBe(`Kubevirt VM latency checkup failed: ${reason}`);
    expect(status).toBe(130);
    expect(configMapData(lab)).toMatchObject({ 'status.succeeded': 'false', 'status.failureReason': reason });
    expect(vmisCreated(lab)).toBe(0);
  });
}

test('SIGQUIT to the whole process group, as by ctrl-\\ in a terminal', async ({ newLab, checkup }) => {
  const lab = await newLab();
  const run = checkup(lab, { env: { SAMPLE_DURATION_SECONDS: '20' } });
  await run.until(/\.\.\. +latency/);
  run.signal('SIGQUIT', 'group');
  await expectInterrupted(lab, run, 'SIGQUIT', 'latency');
});

test('SIGTERM at the first moment of setup names nothing that is gone', async ({ newLab, checkup }) => {
  const lab = await newLab({ startupDelayMs: 60_000 });
  const run = checkup(lab);
  await run.until(/\.\.\. +setup/);
  run.signal('SIGTERM');
  await expectInterrupted(lab, run, 'SIGTERM', 'setup');
});

test('a reader of stdout that goes away does not take the verdict with it', async ({ newLab, checkup }) => {
  const lab = await newLab();
  await checkup(lab, { command: ['sh', '-c', 'npx playwright test | head -n 2'] }).ended;
  await expect.poll(() => configMapData(lab)['status.succeeded'], { timeout: 20_000 }).toBe('true');
  expect(vmisLeft(lab)).toEqual([]);
});
