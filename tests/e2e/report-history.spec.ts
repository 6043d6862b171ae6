// SPDX-License-Identifier: Apache-2.0
/** The history of runs made by `npm run checkup`: `npm run report`, and `--history`. SIMULATED guests. */
import { execFileSync } from 'node:child_process';
import { appendFileSync, globSync } from 'node:fs';
import path from 'node:path';
import { expect } from '@playwright/test';
import { ensureKubectl } from '../../scripts/kubectl.ts';
import { NETWORK } from '../support/command-test.ts';
import { test } from '../support/lab-test.ts';
import { launchBrowser, openOffline } from '../support/offline-page.ts';

test(
  'reports the newest run of `npm run checkup`, with the earlier one in the history of Allure, and prints both with --history',
  { tag: '@slow' },
  async ({ newLab, checkup }, testInfo) => {
    const lab = await newLab();
    const artifacts = testInfo.outputPath('artifacts');
    const command = async (...args: string[]): Promise<{ status: number | string; output: string }> => {
      return await checkup(lab, {
        command: [process.execPath, 'command/checkup.ts'],
        args,
        env: { KUBECTL: await ensureKubectl(), CONFIGMAP_NAMESPACE: undefined, CONFIGMAP_NAME: undefined },
      }).ended;
    };
    const saved = [...NETWORK, '--artifacts', artifacts];
    const run = (...args: string[]) => command(...saved, '--local', '--duration', '1s', ...args);
    expect((await run()).status).toBe(0);
    const network = 'latency/\u001b[2J\u2028\ud800';
    const hostile = { run: 'f'.repeat(16), time: '2026-11-27T00:00:00Z', networks: [{ network, succeeded: true }] };
    const [savedRuns = ''] = globSync(path.join(artifacts, '*', 'latency.blue', 'history', 'runs.jsonl'));
    appendFileSync(savedRuns, `${JSON.stringify(hostile)}\ndamaged\n`);
    const second = await run('--max-latency', '1us', '--keep');
    expect(second.status).toBe(1);
    expect(second.output.match(/warning: .* not (a run|runs) .*/g)).toEqual([
      `warning: ${savedRuns}: 1 line is not a run and is dropped`,
    ]);

    // The new ConfigMap of the second run began with the saved lines.
    const rows = [
      expect.stringMatching(/^\d{4}-\d\d-\d\d \d\d:\d\d {2}passed {2}.* 0% {2}not enough history$/),
      expect.stringMatching(/^\d{4}-\d\d-\d\d \d\d:\d\d {2}failed {2}.* 0%$/),
    ];
    const [, name = ''] = /^Applying configmap\/(\S+)$/m.exec(second.output) ?? [];
    for (const where of [saved, ['--network', 'latency/blue', '--configmap', `latency/${name}`]]) {
      const { status, output } = await command('--history', ...where);
      expect(status, output).toBe(0);
      expect(output).toMatch(/^latency\/blue: 2 runs\np50 [▁█]{2}\n/);
      expect(output).toContain('\n  LatencyExceeded, not enough history\n');
      expect(output.split('\n').filter((line) => /^\d{4}-/.test(line))).toEqual(rows);
    }
    const none = await command('--history', '--network', 'latency/red', '--configmap', `latency/${name}`);
    expect(none.output).toMatch(
      /^latency\/red: no runs\n\nnetworks in "history\.runs" of ConfigMap \S+: latency\/blue, latency\/ \ufffd\n$/,
    );
    const all = (await command('--history', '--configmap', `latency/${name}`)).output;
    expect(all).toMatch(/^latency\/blue: 2 runs\n[^]*\nlatency\/ \ufffd: 1 run\n/);
    const other = ['--history', '--network', 'latency/red', '--artifacts', artifacts];
    expect(await command(...other)).toMatchObject({ status: 0, output: expect.stringMatching(/^No runs in \S+\n$/) });
    const missing = await command('--history', '--configmap', 'latency/none');
    expect(missing.status).toBe(1);
    expect(missing.output).toMatch(/Error from server \(NotFound\): configmaps "none" not found/);

    const output = execFileSync('npm', ['run', '--silent', 'report', '--', '--no-open'], {
      encoding: 'utf8',
      env: { ...process.env, ARTIFACTS_DIR: artifacts },
    });
    expect(output).toMatch(/^Newest run: network latency\/blue, started \S+, failed$/m);
    expect(output).toMatch(/^1 other run in /m);
    expect(output).toMatch(/^ {2}succeeded {2}\S+\/latency\.blue\/\S+$/m);
    const file = /^The Allure report is (\S+)$/m.exec(output)?.[1] ?? '';
    const browser = await launchBrowser();
    try {
      const { page, problems } = await openOffline(browser, file);
      await page.getByText('latency/blue: max').first().click();
      await expect(page.locator('body')).toContainText(/History\s*1/);
      expect(problems).toEqual([]);
    } finally {
      await browser.close();
    }
  },
);
