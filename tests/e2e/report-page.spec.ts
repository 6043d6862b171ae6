// SPDX-License-Identifier: Apache-2.0
/** The report page in a browser: nothing leaves it, texts are no markup, and everybody can read it. */
import { execFileSync } from 'node:child_process';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import axe from 'axe-core';
import { expect, type Browser, type Page } from '@playwright/test';
import type { ResultDocument } from '../../model/result-document.ts';
import { renderPage } from '../../reporters/views/page/page.ts';
import { setConfigMap } from '../support/cluster-facts.ts';
import { test } from '../support/lab-test.ts';
import { launchBrowser, openOffline, saveScreenshot } from '../support/offline-page.ts';
import { HISTORY_PAGES } from '../unit/reporters/page/history-documents.ts';
import { NETWORK_PAGES } from '../unit/reporters/page/network-documents.ts';
import { hostileDocument, PAGES } from '../unit/reporters/page/page-documents.ts';

const SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 960 600"><script>alert(1)</script></svg>';
/** Of a run on one network, and of one of several. */
const CHARTS = new Map(['ipv4', 'latency.blue/ipv4'].map((name) => [`charts/${name}-sourceToTarget-rtt.svg`, SVG]));
const PHONE = { width: 390, height: 844 };

/** Their elements are on other pages, too. */
const SIMILAR = [
  'slower, a failure',
  'unchanged, 12 runs',
  'not enough history, 3 runs',
  'first run',
  '500 runs',
  'three meshes',
];

let browser: Browser;

test.beforeAll(async () => {
  browser = await launchBrowser();
});

test.afterAll(async () => {
  await browser.close();
});

function written(directory: string, document: ResultDocument): string {
  const file = path.join(directory, 'report.html');
  writeFileSync(file, renderPage(document, CHARTS));
  return file;
}

/** Opens all details, so that the rules apply to them, too. */
async function violations(page: Page): Promise<string[]> {
  return await page.evaluate(`(async () => {
    for (const details of document.querySelectorAll('details')) details.open = true;
    ${axe.source};
    const { violations } = await axe.run();
    return violations.flatMap(({ id, nodes }) => nodes.map(({ html, failureSummary }) => [id, html, failureSummary].join(' ')));
  })()`);
}

for (const [name, document] of Object.entries({ ...PAGES, ...HISTORY_PAGES, ...NETWORK_PAGES })) {
  const tag = SIMILAR.includes(name) ? '@slow' : [];
  test(`the page is accessible and complete in itself: ${name}`, { tag }, async ({}, testInfo) => {
    const file = written(testInfo.outputPath(), document);
    for (const scheme of ['light', 'dark'] as const) {
      const { page, problems } = await openOffline(browser, file, scheme);
      await expect(page.locator('h1')).toBeVisible();
      await saveScreenshot(page, testInfo, `page-${name.replaceAll(' ', '-')}-${scheme}`);
      expect(await violations(page)).toEqual([]);
      expect(problems).toEqual([]);
      await page.setViewportSize(PHONE);
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(PHONE.width);
      await page.context().close();
    }
  });
}

test('hostile texts are shown as text', async ({}, testInfo) => {
  const { page, problems } = await openOffline(browser, written(testInfo.outputPath(), hostileDocument()));
  page.on('dialog', () => problems.push('dialog'));
  await expect(page.locator('.where')).toContainText(
    '<script>document.title="owned"</script><img src=x onerror=alert(1)>',
  );
  expect(await page.title()).toMatch(/KubeVirt VM latency checkup$/);
  expect(await page.locator('script, style, title, link').count()).toBe(4);
  expect(await page.locator('img:not([src^="data:image/svg+xml;base64,"])').count()).toBe(0);
  expect(await violations(page)).toEqual([]);
  expect(problems).toEqual([]);
  await page.context().close();
});

test('the policy stops scripts, styles and requests that are not the page’s own', async ({}, testInfo) => {
  const file = written(testInfo.outputPath(), PAGES['success'] ?? hostileDocument());
  const added =
    '<script>document.title = "owned"</script><img src="http://127.0.0.1:9/x"><style>h1{display:none}</style>';
  writeFileSync(file, readFileSync(file, 'utf8').replace('<main', `${added}<main`));
  const { page, problems } = await openOffline(browser, file);
  await expect(page.locator('h1')).toBeVisible();
  expect(await page.title()).not.toBe('owned');
  expect(problems.filter((problem) => problem.includes('Content Security Policy'))).toHaveLength(3);
  expect(problems.filter((problem) => problem.startsWith('requests'))).toEqual([]);
  await page.context().close();
});

test('copies, sorts and filters; without scripts the same is there to read', async ({}, testInfo) => {
  const file = written(testInfo.outputPath(), PAGES['diagnosed'] ?? hostileDocument());
  const { page } = await openOffline(browser, file);
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  const [copy] = await page.getByRole('button', { name: /^Copy kubectl debug/ }).all();
  await copy?.click();
  await expect(page.getByText('Copied')).toBeVisible();
  expect(await page.evaluate('navigator.clipboard.readText()')).toBe('kubectl debug node/node-2 -it -- bridge link');
  await page.getByText('Evidence and other files').click();
  const files = page.locator('details', { hasText: 'Evidence and other files' });
  const sizes = files.locator('tbody td:last-child');
  expect(await sizes.allTextContents()).toEqual(['1.0 kB', '12 kB', '600 kB', '']);
  await files.getByRole('button', { name: 'Size' }).click();
  expect(await sizes.allTextContents()).toEqual(['', '1.0 kB', '12 kB', '600 kB']);
  await page.getByText('Parameters', { exact: true }).click();
  const parameters = page.locator('details', { hasText: 'spec.timeout' }).first();
  await parameters.getByRole('searchbox').fill('packetsize');
  await expect(parameters.locator('tbody tr:visible')).toHaveCount(1);
  await page.context().close();

  const context = await browser.newContext({ javaScriptEnabled: false });
  const plain = await context.newPage();
  await plain.goto(`file://${file}`);
  await expect(plain.getByText('kubectl debug node/node-2')).toBeVisible();
  await plain.getByText('Evidence and other files').click();
  await expect(plain.getByRole('link', { name: 'evidence/events.txt' })).toBeVisible();
  await context.close();
});

test(
  'a mesh of 100 nodes: every pair is sorted, filtered and named; without scripts the failed ones are there',
  { tag: '@slow' },
  async ({}, testInfo) => {
    const file = written(testInfo.outputPath(), NETWORK_PAGES['mesh of 100'] ?? hostileDocument());
    expect(statSync(file).size).toBeLessThan(400_000);
    const { page, problems } = await openOffline(browser, file);
    const pairs = page.locator('.pairs');
    await expect(pairs.locator('.long-table > .note').first()).toHaveText('100 of 4,950 rows');
    await pairs.getByRole('searchbox').fill('w003 w088');
    await expect(pairs.locator('tbody tr')).toHaveCount(1);
    await expect(pairs.locator('tbody tr')).toContainText('10400');
    await pairs.getByRole('searchbox').fill('contended');
    await expect(pairs.locator('tbody tr')).toHaveCount(1);
    await expect(pairs.locator('tbody tr')).toContainText('passed alone, slower while other pairs were measured: p90 ');
    await pairs.getByRole('searchbox').fill('');
    await pairs.getByRole('button', { name: /^p90/ }).click();
    await pairs.getByRole('button', { name: /^p90/ }).click();
    await expect(pairs.locator('tbody tr').first()).toContainText('w003');
    await pairs.getByRole('button', { name: 'Show more rows' }).click();
    await expect(pairs.locator('tbody tr')).toHaveCount(1100);
    // The third row and the 88th column, in the third zone.
    const map = page.locator('svg.heat-map[data-nodes]');
    const starts = ((await map.getAttribute('data-at')) ?? '').split(' ').map(Number);
    await map.hover({ position: { x: (starts[87] ?? 0) + 4, y: (starts[2] ?? 0) + 4 } });
    await expect(page.locator('.readout')).toHaveText(/^Source w088, Target w003, ✗ failed, p50, µs 10400/);
    const hints = page.getByText('Scroll sideways to see all columns.');
    await expect(hints.filter({ visible: true })).toHaveCount(0);
    await page.setViewportSize(PHONE);
    // Zones, heat map, pairs.
    await expect(hints.filter({ visible: true })).toHaveCount(3);
    expect(problems).toEqual([]);
    await page.context().close();

    const context = await browser.newContext({ javaScriptEnabled: false });
    const plain = await context.newPage();
    await plain.goto(`file://${file}`);
    await expect(plain.locator('.pairs tbody tr')).toHaveCount(100);
    await expect(plain.locator('.pairs')).toContainText('The first 100 of 4,950 rows');
    await expect(plain.locator('.pairs').getByRole('link', { name: 'pairs.csv' })).toBeVisible();
    await context.close();
  },
);

test('several networks: failed ones are open, and a link opens another', async ({}, testInfo) => {
  const file = written(testInfo.outputPath(), NETWORK_PAGES['three networks'] ?? hostileDocument());
  const { page, problems } = await openOffline(browser, file);
  await expect(page.locator('.sentence')).toHaveText('2 of 3 networks failed: latency/red, latency/slow.');
  const items = page.locator('details.network');
  for (const [index, isOpen] of [false, true, true].entries()) {
    await expect(items.nth(index)).toHaveJSProperty('open', isOpen);
  }
  await expect(items.nth(1).locator('summary').first()).toContainText('Bridge "br10" is missing on node "node-2".');
  await expect(items.nth(1)).toContainText('kubectl debug node/node-2');
  await expect(items.nth(0).locator('figure img')).toBeHidden();
  await page.getByRole('link', { name: 'latency/blue' }).click();
  await expect(items.nth(0).locator('figure img')).toBeVisible();
  expect(problems).toEqual([]);
  await page.context().close();
});

test('prints on A4, in light colours', async ({}, testInfo) => {
  const { page } = await openOffline(
    browser,
    written(testInfo.outputPath(), PAGES['several routes'] ?? hostileDocument()),
    'dark',
  );
  const pdf = await page.pdf({ preferCSSPageSize: true });
  expect(pdf.toString('latin1')).toMatch(/\/MediaBox \[0 0 59[45][\d.]* 84[12][\d.]*\]/);
  await page.emulateMedia({ media: 'print' });
  await page.setViewportSize({ width: 690, height: 1000 });
  expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(690);
  await expect(page.locator('h1')).toHaveCSS('color', 'rgb(168, 32, 26)');
  await page.context().close();
});

test('prints the runs over time on A4, with all of the chart', async ({}, testInfo) => {
  const file = written(testInfo.outputPath(), HISTORY_PAGES['slower, 50 runs'] ?? hostileDocument());
  const { page } = await openOffline(browser, file);
  await page.emulateMedia({ media: 'print' });
  await page.setViewportSize({ width: 690, height: 1000 });
  expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(690);
  const [chart, card] = [page.locator('svg.runs[role=img]'), page.locator('.card', { has: page.locator('svg.runs') })];
  const [drawn, sheet] = [await chart.boundingBox(), await card.boundingBox()];
  expect(drawn?.width).toBeGreaterThan(500);
  expect((drawn?.x ?? 0) + (drawn?.width ?? 0)).toBeLessThan((sheet?.x ?? 0) + (sheet?.width ?? 0));
  await page.context().close();
});

test('a run on two networks writes a page that lists both', async ({ newLab, checkup }, testInfo) => {
  const lab = await newLab();
  const directory = testInfo.outputPath('artifacts');
  setConfigMap(lab, {
    'spec.param.networkAttachmentDefinitionName': '',
    'spec.param.networkAttachmentDefinitions': 'latency/blue,latency/missing',
    'spec.param.sampleDurationSeconds': '1',
  });
  await checkup(lab, { env: { ARTIFACTS_DIR: directory } }).ended;
  const { page, problems } = await openOffline(browser, path.join(directory, 'report.html'));
  await expect(page.locator('.sentence')).toHaveText('1 of 2 networks failed: latency/missing.');
  const networks = page.locator('details.network');
  await expect(networks.nth(1)).toContainText('network-attachment-definitions.k8s.cni.cncf.io "missing" not found');
  await page.getByRole('link', { name: 'latency/blue' }).click();
  await expect(networks.nth(0).locator('figure img')).toBeVisible();
  expect(await violations(page)).toEqual([]);
  expect(problems).toEqual([]);
  await page.context().close();
});

test('a run writes its page, and npm run report makes the same one', async ({ newLab, checkup }, testInfo) => {
  const lab = await newLab();
  const directory = testInfo.outputPath('artifacts');
  const env = { ARTIFACTS_DIR: directory, MAX_DESIRED_LATENCY_MILLISECONDS: '0.001' };
  await checkup(lab, { env }).ended;
  const file = path.join(directory, 'report.html');
  const first = readFileSync(file, 'utf8');
  const { page, problems } = await openOffline(browser, file);
  await expect(page.locator('.sentence')).toHaveText(/^Max [\d.]+ [µm]s exceeds the threshold of 1 µs\.$/);
  await expect(page.locator('.tile.exceeded')).toContainText('over the threshold');
  await expect(page.locator('figure img')).toBeVisible();
  expect(await page.evaluate('document.querySelector("figure img").naturalWidth')).toBeGreaterThan(900);
  expect(await violations(page)).toEqual([]);
  expect(problems).toEqual([]);
  for (const link of await page.getByRole('link').all()) {
    const target = (await link.getAttribute('href')) ?? '';
    expect(() => readFileSync(path.join(directory, target))).not.toThrow();
  }
  await page.context().close();
  const said = execFileSync('npm', ['run', '--silent', 'report', '--', directory, '--no-open'], { encoding: 'utf8' });
  expect(said).toContain(`The report is ${file}\n`);
  expect(readFileSync(file, 'utf8')).toBe(first);
});
