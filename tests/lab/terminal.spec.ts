/** As people run it: in a terminal, by npx, with SIMULATED guests. */
import { expect } from '@playwright/test';
import { configMapData, vmisLeft } from '../checkup/cluster-facts.ts';
import { test } from '../checkup/lab-test.ts';

/** util-linux's script gives its child a pseudo-terminal, and types there what it reads from its input. */
const IN_TERMINAL = ['script', '--quiet', '--flush', '--return', '--command', 'npx playwright test', '/dev/null'];
/** npx draws a progress bar after its child has ended. */
const QUIET_NPX = { npm_config_progress: 'false' };
const CTRL_C = '\u0003';

test('ctrl-C in a terminal removes the VMs and says so last', async ({ newLab, checkup }) => {
  const lab = await newLab();
  const run = checkup(lab, { command: IN_TERMINAL, env: { SAMPLE_DURATION_SECONDS: '30' } });
  await run.until(/\.\.\. +latency/);
  run.type(CTRL_C);
  const { status, lastLine } = await run.ended;
  const reason = 'interrupted by SIGINT during latency';
  expect(lastLine.trimEnd()).toBe(`Kubevirt VM latency checkup failed: ${reason}`);
  expect(status).toBe(130);
  expect(vmisLeft(lab)).toEqual([]);
  expect(configMapData(lab)).toMatchObject({ 'status.succeeded': 'false', 'status.failureReason': reason });
});

test('the last line in a terminal is ours', async ({ newLab, checkup }) => {
  const lab = await newLab();
  const { status, lastLine } = await checkup(lab, { command: IN_TERMINAL, env: QUIET_NPX }).ended;
  expect(lastLine).toMatch(/^Kubevirt VM latency checkup succeeded: min/);
  expect(status).toBe(0);
});

test('a killed npx ends the run as an interruption', async ({ newLab, checkup }) => {
  const lab = await newLab({ startupDelayMs: 60_000 });
  const run = checkup(lab, { command: ['npx', 'playwright', 'test'] });
  await run.until(/\.\.\. +setup/);
  run.signal('SIGKILL');
  await expect
    .poll(() => configMapData(lab)['status.failureReason'], { timeout: 20_000 })
    .toMatch(/^interrupted by SIG/);
  expect(vmisLeft(lab)).toEqual([]);
});
