// SPDX-License-Identifier: Apache-2.0
/** The reports in a browser without a network: their text, and no network requests. SIMULATED guests. */
import { execFileSync } from 'node:child_process';
import { readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, type Browser, type Page, type TestInfo } from '@playwright/test';
import { optionsOf, SCENARIOS } from '../../lab/scenarios.ts';
import { test } from '../support/lab-test.ts';
import { saveScreenshot, launchBrowser, openOffline } from '../support/offline-page.ts';

/** At the beginning of the title of a run. */
const NETWORK = 'latency/blue: ';
const STAGES = [
  'Input is complete and valid',
  'The cluster has what the checkup needs',
  'Two VMs run, answer and have their addresses',
  'The target replies to the source',
  'Latency and loss are within their limits',
  'Everything created is removed',
];
const EXCEEDED = { MAX_DESIRED_LATENCY_MILLISECONDS: '0.001' };
/** The environment of a run in the lab. */
const ENVIRONMENT = ['latency/blue', 'bridge', 'node-1', 'node-2', 'v1.36.2', 'v1.9.0', 'alpine-with-test-tooling'];

const SUCCESS =
  /^latency\/blue: worst of 4 routes: p50 [\d.]+[mµ]s p99 [\d.]+[mµ]s max [\d.]+[mµ]s, 0% loss \(node-\d → node-\d\)$/;
const EXCEEDED_TITLE = /^latency\/blue: max [\d.]+[mµ]s exceeds 1µs \(node-\d → node-\d\)$/;

let browser: Browser;

test.beforeAll(async () => {
  browser = await launchBrowser();
});

test.afterAll(async () => {
  await browser.close();
});

/** Runs `npm run report` as users do. */
function report(directory: string): void {
  const said = execFileSync('npm', ['run', '--silent', 'report', '--', directory, '--no-open'], { encoding: 'utf8' });
  expect(said).toMatch(new RegExp(`^The Allure report is ${directory}/allure-report\\.html$`, 'm'));
}

/** Returns the text of a page and its frames: Allure shows a description in a frame. */
async function textOf(page: Page): Promise<string> {
  const texts = await Promise.all(page.frames().map((frame) => frame.locator('body').innerText()));
  return texts.join('\n');
}

/** Opens the only test. */
async function openTest(page: Page): Promise<void> {
  await page.getByText(NETWORK).first().click();
  await expect(page.getByText(STAGES[0] ?? '').first()).toBeVisible();
}

async function htmlReport(directory: string, testInfo: TestInfo, name: string, title: RegExp): Promise<string> {
  const { page, problems } = await openOffline(browser, path.join(directory, 'html-report', 'index.html'));
  await expect(page.getByText(title)).toBeVisible();
  await openTest(page);
  await saveScreenshot(page, testInfo, `html-${name}`);
  const text = await textOf(page);
  await page.context().close();
  expect(problems).toEqual([]);
  return text;
}

async function allureReport(
  directory: string,
  testInfo: TestInfo,
  name: string,
): Promise<{ overview: string; text: string; history: string }> {
  const { page, problems } = await openOffline(browser, path.join(directory, 'allure-report.html'));
  await expect(page.getByText(NETWORK).first()).toBeVisible();
  // Success rates are not shown: they could be read as packet loss.
  const rate = page.locator('[aria-label^="Success rate"]');
  await expect(rate).toHaveCount(1);
  await expect(rate).toBeHidden();
  await saveScreenshot(page, testInfo, `allure-${name}-overview`);
  const overview = await textOf(page);
  await openTest(page);
  // Attachments after the eighth are collapsed.
  await page.getByText('Show more').first().click();
  await saveScreenshot(page, testInfo, `allure-${name}`);
  const text = await textOf(page);
  await page.getByText('History').first().click();
  await saveScreenshot(page, testInfo, `allure-${name}-history`);
  const history = await textOf(page);
  await page.context().close();
  expect(problems).toEqual([]);
  return { overview, text, history };
}

function expectWords(text: string, words: readonly string[]): void {
  // Long lines are wrapped.
  const plain = text.replaceAll(/\s+/g, ' ');
  for (const word of words) expect(plain).toContain(word);
}

test(
  'shows a success and a later failure, and junit.xml is well-formed XML for a browser',
  { tag: '@slow' },
  async ({ newLab, checkup }, testInfo) => {
    const lab = await newLab();
    const directory = testInfo.outputPath('artifacts');
    const env = { ARTIFACTS_DIR: directory, OVERWRITE_RESULTS: 'true', SAMPLE_DURATION_SECONDS: '3' };
    const routes = { BIDIRECTIONAL: 'true', IP_FAMILIES: 'ipv4,ipv6' };
    const { status, output } = await checkup(lab, { env: { ...env, ...routes } }).ended;
    expect(status, output).toBe(0);
    report(directory);
    const success = await htmlReport(directory, testInfo, 'success', SUCCESS);
    expectWords(success, [
      ...STAGES,
      ...ENVIRONMENT,
      'sample duration: 3s',
      'result: succeeded: worst of 4 routes: p50 ',
      'routes: IPv4, source to target | ',
      'latency max: ',
      'ping.txt',
      'Charts',
    ]);
    expect(success).not.toContain('Screenshots');
    const allure = await allureReport(directory, testInfo, 'success');
    expectWords(allure.overview, ENVIRONMENT);
    expect(allure.overview.split('\n')).toContainEqual(expect.stringMatching(SUCCESS));
    expectWords(allure.text, [...STAGES, 'sample duration', '3s', 'IPv6, target to source', 'packet loss']);

    const failed = await checkup(lab, { env: { ...env, ...EXCEEDED } }).ended;
    const reason = /actual max latency "[^"]+" is greater than desired "1µs"/.exec(failed.lastLine)?.[0] ?? 'a reason';
    report(directory);
    const failure = await htmlReport(directory, testInfo, 'failure', EXCEEDED_TITLE);
    expectWords(failure, [...STAGES, `LatencyExceeded: ${reason}`, 'max desired latency: 1µs', 'events.txt']);
    expect(failure).not.toMatch(/checkup-event|error-context|checks\/vm-latency\.check\.ts:\d+:\d+/);
    const { text, history } = await allureReport(directory, testInfo, 'failure');
    expectWords(text, [...STAGES, 'LatencyExceeded: ', reason, 'Category: LatencyExceeded', 'limit on max']);
    expect(text).not.toContain('checkup-event');
    // The previous run is part of the history, not a retry.
    expect(text).toMatch(/History\n1\n/);
    expect(text).not.toMatch(/Retries\n\d/);
    expect(history).toMatch(/\d+\/\d+\/\d+ at \d+:\d+:\d+\n\d+s/);

    const junit = await openOffline(browser, path.join(directory, 'junit.xml'));
    // Chromium shows errors of XML in this element.
    await expect(junit.page.locator('parsererror')).toHaveCount(0);
    const error = junit.page.locator('testsuites > testsuite > testcase > error');
    await expect(error).toHaveAttribute('type', 'LatencyExceeded');
    await junit.page.context().close();
    expect(junit.problems).toEqual([]);

    const charts = readdirSync(path.join(directory, 'charts')).filter((name) => name.endsWith('.svg'));
    expect(charts.length).toBeGreaterThan(0);
    expectWords(failure, charts);
    expectWords(text, charts);
    for (const chart of charts) {
      for (const scheme of ['light', 'dark'] as const) {
        const alone = await openOffline(browser, path.join(directory, 'charts', chart), scheme);
        await expect(alone.page.locator('svg text').first()).toBeVisible();
        await alone.page.context().close();
        // As an image on a page, for a screenshot.
        const shown = testInfo.outputPath(`${chart}.html`);
        writeFileSync(
          shown,
          `<meta name="color-scheme" content="light dark"><img src="${path.join(directory, 'charts', chart)}">`,
        );
        const { page, problems } = await openOffline(browser, shown, scheme);
        await saveScreenshot(page, testInfo, `chart-${path.basename(chart, '.svg')}-${scheme}`);
        await page.context().close();
        expect([...alone.problems, ...problems]).toEqual([]);
      }
    }
  },
);

test('shows a failure with its diagnosis', { tag: '@slow' }, async ({ newLab, checkup }, testInfo) => {
  const lab = await newLab(optionsOf(SCENARIOS.filter(({ name }) => name === 'all-addresses-taken')));
  const directory = testInfo.outputPath('artifacts');
  const { output } = await checkup(lab, { env: { ARTIFACTS_DIR: directory } }).ended;
  const summary = /^Diagnosis: (.*)$/m.exec(output)?.[1] ?? 'no diagnosis';
  report(directory);
  expectWords(await htmlReport(directory, testInfo, 'diagnosis', /^latency\/blue: .* \(node-\d → node-\d\)$/), [
    `Diagnosis: ${summary}`,
    'What to do next:',
  ]);
  const { text } = await allureReport(directory, testInfo, 'diagnosis');
  expectWords(text, ['Category: SetupFailed', `SetupFailed: ${summary}`, 'Diagnosis:', 'What to do next:']);
});
