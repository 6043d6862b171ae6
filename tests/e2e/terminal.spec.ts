// SPDX-License-Identifier: Apache-2.0
/** Runs in a terminal by npx, with SIMULATED guests. */
import { expect } from '@playwright/test';
import { ensureKubectl } from '../../scripts/kubectl.ts';
import { configMapData, vmisLeft } from '../support/cluster-facts.ts';
import { test } from '../support/lab-test.ts';

/** util-linux's script gives its child a pseudo-terminal, and writes its own input there. */
const IN_TERMINAL = ['script', '--quiet', '--flush', '--return', '--command', 'npx playwright test', '/dev/null'];
/** npx draws a progress bar after its child has ended. */
const QUIET_NPX = { npm_config_progress: 'false' };
const CTRL_C = '\u0003';

test('ctrl-C in a terminal removes the VMs and prints the interruption last', async ({ newLab, checkup }) => {
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

test('interrupts the run when npx is killed', async ({ newLab, checkup }) => {
  const lab = await newLab({ startupDelayMs: 60_000 });
  const run = checkup(lab, { command: ['npx', 'playwright', 'test'] });
  await run.until(/\.\.\. +setup/);
  run.signal('SIGKILL');
  await expect
    .poll(() => configMapData(lab)['status.failureReason'], { timeout: 20_000 })
    .toMatch(/^interrupted by SIG/);
  expect(vmisLeft(lab)).toEqual([]);
});

/** Without the colour settings of the environment of these tests. */
const COLOURS = { FORCE_COLOR: undefined, NO_COLOR: undefined };
const ESCAPE = '\u001b';
const CLEAR = `\r${ESCAPE}[2K`;
/** Two drawings of one line, a second apart. */
const inPlace = new RegExp(`\\.{3} {4}setup +1\\.\\ds[^\\n]*\r${ESCAPE}\\[2K[^\\n]*\\.{3} {4}setup +2\\.\\ds`);

test('shows the running stage in place and in colours on a terminal', async ({ newLab, checkup }) => {
  const lab = await newLab({ startupDelayMs: 2500 });
  const env = { ...QUIET_NPX, TERM: 'xterm-256color', ...COLOURS, MAX_DESIRED_LATENCY_MILLISECONDS: '0.001' };
  const { status, output } = await checkup(lab, { command: IN_TERMINAL, env }).ended;
  expect(status).toBe(1);
  expect(output).toMatch(inPlace);
  expect(output).toContain(`  ${ESCAPE}[32mok${ESCAPE}[39m     setup`);
  const red = (text: string): string => `${ESCAPE}[31m${text}${ESCAPE}[39m`;
  const lines = output.replaceAll('\r', '').split('\n');
  const exceeded = (line: string): boolean => / {2}max \S+ exceeds 1µs$/.test(line);
  expect(lines.filter(exceeded)).toEqual([
    expect.stringContaining(`  ${red('FAILED')} latency `),
    expect.stringContaining(`Verdict: ${ESCAPE}[1m${red('FAILED')}${ESCAPE}[22m  `),
  ]);
  // A line drawn in place is cleared completely.
  for (const line of output.split(/\r?\n/).filter((text) => text.includes('...    '))) {
    expect(line).toContain(`${CLEAR}  `);
  }
});

test(
  'npm run checkup shows the log of the pod as a live view, and its last line uncoloured',
  { tag: '@command' },
  async ({ newLab, checkup }, testInfo) => {
    const lab = await newLab();
    const options = `--network latency/blue --duration 2s --artifacts ${testInfo.outputPath('fetched')}`;
    const command = [...IN_TERMINAL.slice(0, 5), `${process.execPath} command/checkup.ts ${options}`, '/dev/null'];
    const own = { ARTIFACTS_DIR: undefined, CONFIGMAP_NAMESPACE: undefined, CONFIGMAP_NAME: undefined };
    const env = { ...own, ...COLOURS, KUBECTL: await ensureKubectl(), TERM: 'xterm-256color' };
    const { status, output, lastLine } = await checkup(lab, { command, env }).ended;
    expect(status, output).toBe(0);
    expect(output).toContain(`${ESCAPE}[2m  ...    latency `);
    for (const stage of ['pod', 'setup', 'latency'])
      expect(output).toContain(`  ${ESCAPE}[32mok${ESCAPE}[39m     ${stage}`);
    expect(output).toContain(`Verdict: ${ESCAPE}[1m${ESCAPE}[32mSUCCEEDED`);
    expect(lastLine).toMatch(/^Kubevirt VM latency checkup succeeded: min \S+ avg \S+ max \S+$/);
  },
);

test('shows the running stage on a terminal without colours', { tag: '@slow' }, async ({ newLab, checkup }) => {
  const lab = await newLab({ startupDelayMs: 2500 });
  const env = { ...QUIET_NPX, TERM: 'xterm-256color', ...COLOURS, NO_COLOR: '1' };
  const { status, output } = await checkup(lab, { command: IN_TERMINAL, env }).ended;
  expect(status).toBe(0);
  expect(output).toMatch(inPlace);
  expect(output.replaceAll(CLEAR, '')).not.toContain(ESCAPE);
  expect(output).not.toContain('Warning');
  expect(output).toMatch(/^Report:\s+\S*\/report\.html\r?$/m);
});

test('prints plain lines and the result last on a terminal without control sequences', async ({ newLab, checkup }) => {
  const lab = await newLab();
  const { status, output, lastLine } = await checkup(lab, {
    command: IN_TERMINAL,
    env: { ...QUIET_NPX, ...COLOURS, TERM: 'dumb' },
  }).ended;
  expect(lastLine).toMatch(/^Kubevirt VM latency checkup succeeded: min/);
  expect(status).toBe(0);
  expect(output).not.toContain(ESCAPE);
  expect(output).toMatch(/^ {2}\.\.\. {4}setup\r?$/m);
});
