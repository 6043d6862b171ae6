// SPDX-License-Identifier: Apache-2.0
/** Opens a page of a report in a browser without a network, and collects its errors. */
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { chromium, type Browser, type Page, type TestInfo } from '@playwright/test';
import { ensureChromium } from '../../scripts/browser.ts';

const SCREENSHOTS = path.join(import.meta.dirname, '..', '..', 'artifacts', 'self-test', 'screenshots');
const VIEWPORT = { width: 1280, height: 1600 };

export interface OfflinePage {
  page: Page;
  /** Requests other than for files, console errors, and page errors. */
  problems: string[];
}

export async function launchBrowser(): Promise<Browser> {
  return chromium.launch({ executablePath: await ensureChromium(), args: ['--no-sandbox'] });
}

export async function openOffline(
  browser: Browser,
  file: string,
  colorScheme: 'light' | 'dark' = 'light',
): Promise<OfflinePage> {
  const context = await browser.newContext({ viewport: VIEWPORT, colorScheme, locale: 'en-GB', timezoneId: 'UTC' });
  const problems: string[] = [];
  await context.route('**/*', async (route) => {
    const url = route.request().url();
    if (/^(file|data|blob):/.test(url)) await route.continue();
    else {
      problems.push(`requests ${url}`);
      await route.abort();
    }
  });
  const page = await context.newPage();
  page.on('console', (message) => {
    if (message.type() === 'error') problems.push(`console: ${message.text()}`);
  });
  page.on('pageerror', ({ message }) => problems.push(`error: ${message}`));
  page.on('websocket', (socket) => problems.push(`connects to ${socket.url()}`));
  await page.goto(pathToFileURL(file).href);
  return { page, problems };
}

/** Saves a screenshot with the artifacts of the self-tests, and attaches it. */
export async function saveScreenshot(page: Page, testInfo: TestInfo, name: string): Promise<void> {
  mkdirSync(SCREENSHOTS, { recursive: true });
  const file = path.join(SCREENSHOTS, `${name}.png`);
  await page.screenshot({ path: file, fullPage: true });
  await testInfo.attach(`${name}.png`, { path: file, contentType: 'image/png' });
}
