// SPDX-License-Identifier: Apache-2.0
/** `npm run demo` and `npm run lab`, most with real guests. */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { expect, test as base } from '@playwright/test';
import { parse } from 'yaml';
import { startCheckup, type Checkup, type CheckupOptions } from '../support/checkup-process.ts';
import { guestsOfGroup } from '../support/qemu-processes.ts';

interface Tools {
  /** Starts a command in its own process group; it is killed after the test. */
  run: (options: CheckupOptions, kubeconfig?: string) => Checkup;
}

const test = base.extend<Tools>({
  run: async ({}, use, testInfo) => {
    const commands: Checkup[] = [];
    await use((options, kubeconfig = '') => {
      const command = startCheckup(kubeconfig, testInfo.outputPath('artifacts'), options);
      commands.push(command);
      return command;
    });
    for (const command of commands) await command.kill();
    for (const [index, { output }] of commands.entries()) {
      await testInfo.attach(`command-${index}.log`, { body: output() });
    }
  },
});

/** Four emulated guests boot in 30 to 40 s on two cores. */
const MESH_LIMIT_MS = 240_000;
const DEMO = ['npm', 'run', '--silent', 'demo'];

async function writtenData(directory: string): Promise<Record<string, string>> {
  const document = parse(await readFile(`${directory}/configmap.yaml`, 'utf8')) as { data: Record<string, string> };
  return document.data;
}

test(
  "the demo exits with the checkup's exit code, and leaves no process",
  { tag: ['@real', '@slow'] },
  async ({ run }, testInfo) => {
    const demo = run({ command: DEMO, env: { CI: 'true', SAMPLE_DURATION_SECONDS: undefined } });
    const { status, lastLine, output } = await demo.ended;
    expect(lastLine).toMatch(/^Kubevirt VM latency checkup succeeded: min \S+ avg \S+ max \S+$/);
    expect(status).toBe(0);
    expect(output).toContain('VMIs left in the cluster: none');
    expect(output).not.toContain('SIMULATED');
    expect(guestsOfGroup(demo.pid)).toBe(0);
    const data = await writtenData(testInfo.outputPath('artifacts'));
    expect(data['status.succeeded']).toBe('true');
    expect(Number(data['status.result.minLatencyNanoSec'])).toBeGreaterThan(0);
  },
);

test(
  'the demo of a mesh passes its environment to the checkup, fails with it, and names the slow link between four real guests',
  { tag: ['@real', '@slow'] },
  async ({ run }, testInfo) => {
    const env = { CI: 'true', SAMPLE_DURATION_SECONDS: '1', RETEST_WORST_PAIRS: '0' };
    const demo = run({ command: [...DEMO, '--', '--mesh'], env, limitMs: MESH_LIMIT_MS });
    const { status, lastLine, output } = await demo.ended;
    expect(status, output).toBe(1);
    expect(output).not.toContain('SIMULATED');
    expect(output).toContain('VMIs left in the cluster: none');
    expect(lastLine).toBe(
      'Kubevirt VM latency checkup failed: run: 1 of 6 pairs failed: probably the link between nodes "node-2" and "node-3" (this pair failed)',
    );
    const data = await writtenData(testInfo.outputPath('artifacts'));
    expect(lastLine).toBe(`Kubevirt VM latency checkup failed: ${data['status.failureReason']}`);
  },
);

for (const signal of ['SIGINT', 'SIGTERM', 'SIGKILL'] as const) {
  test(`${signal} to the lab ends its guests`, { tag: ['@real', '@slow'] }, async ({ run }, testInfo) => {
    const directory = testInfo.outputPath('lab');
    // The process of the lab: a SIGKILL to npm or the shell would not end it.
    const lab = run({ command: [process.execPath, 'scripts/lab.ts', '--directory', directory] });
    await lab.until(/export KUBECONFIG=(\S+)/);
    expect(existsSync(`${directory}/kubeconfig`)).toBe(true);
    run({}, `${directory}/kubeconfig`);
    await expect.poll(() => guestsOfGroup(lab.pid), { timeout: 60_000 }).toBe(2);
    lab.signal(signal);
    const { status } = await lab.ended;
    expect(status).toBe(signal === 'SIGKILL' ? 'SIGKILL' : 0);
    await expect.poll(() => guestsOfGroup(lab.pid)).toBe(0);
  });
}

test(
  'the lab prints the command for its fault, and stops when npm is killed',
  { tag: '@slow' },
  async ({ run }, testInfo) => {
    const lab = run({
      command: [
        'npm',
        'run',
        'lab',
        '--',
        '--guests',
        'scripted',
        '--fault',
        'mtu',
        '--directory',
        testInfo.outputPath('lab'),
      ],
    });
    await lab.until(/^ {2}npm run checkup -- --network latency\/blue --param packetSizeBytes=1472$/m);
    await lab.until(/Ctrl-C stops it/);
    lab.signal('SIGKILL');
    await lab.until(/Stopping/);
  },
);

test(
  'the lab handles 500 VMIs and 2,000 ConfigMaps, and prints times and memory',
  { tag: '@slow' },
  async ({ run }) => {
    const { status, output } = await run({ command: ['npm', 'run', '--silent', 'lab:scale'] }).ended;
    expect(status, output).toBe(0);
    console.log(output.trimEnd());
    expect(output).toMatch(/list 500 VMIs +[\d.]+ ms/);
    expect(output).toMatch(/list 2000 ConfigMaps +[\d.]+ ms/);
    expect(output).toMatch(/delete 500 VMIs, until they and their pods are gone +[\d.]+ s +\d+ MiB/);
    expect(output).toContain('"DELETED":500');
  },
);

test('a mesh of scripted guests loses no ping', { tag: '@slow' }, async ({ run }) => {
  const { status, output } = await run({
    command: ['npm', 'run', '--silent', 'lab:mesh', '--', '--nodes', '20', '--seconds', '2'],
  }).ended;
  expect(status, output).toBe(0);
  console.log(output.trimEnd());
  expect(output).toContain('150 of 150 replies');
});
