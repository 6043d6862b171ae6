/** `npm run report` of runs made by `npm run checkup`. SIMULATED guests. */
import { execFileSync } from 'node:child_process';
import { expect } from '@playwright/test';
import { ensureKubectl } from '../../scripts/kubectl.ts';
import { NETWORK } from '../support/command-test.ts';
import { test } from '../support/lab-test.ts';
import { launchBrowser, openOffline } from '../support/offline-page.ts';

test(
  'reports the newest run of `npm run checkup`, with the earlier one in the history of Allure',
  { tag: '@slow' },
  async ({ newLab, checkup }, testInfo) => {
    const lab = await newLab();
    const artifacts = testInfo.outputPath('artifacts');
    const run = async (...args: string[]): Promise<number | string | null> => {
      const { status } = await checkup(lab, {
        command: [process.execPath, 'command/checkup.ts'],
        args: [...NETWORK, '--local', '--duration', '1s', '--artifacts', artifacts, ...args],
        env: { KUBECTL: await ensureKubectl(), CONFIGMAP_NAMESPACE: undefined, CONFIGMAP_NAME: undefined },
      }).ended;
      return status;
    };
    expect(await run()).toBe(0);
    expect(await run('--max-latency', '1us')).toBe(1);

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
