// SPDX-License-Identifier: Apache-2.0
/**
 * The image's files as in a pod: a read-only mount outside of any home directory, any user id, nothing of this machine's
 * environment. SIMULATED guests.
 */
import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { chromium, expect, type TestInfo } from '@playwright/test';
import type { Lab } from '../../lab/lab.ts';
import { IMAGE_ENTRYPOINT } from '../../image/entrypoint.ts';
import packageJson from '../../package.json' with { type: 'json' };
import { ensureChromium } from '../../scripts/browser.ts';
import { listPackages, makeSbom } from '../../scripts/release/sbom.ts';
import { configMapData, setConfigMap, vmisLeft } from '../support/cluster-facts.ts';
import type { CheckupOptions } from '../support/checkup-process.ts';
import { containerRoot, podEnvironment, writeServiceAccount } from '../support/container-root.ts';
import { test } from '../support/lab-test.ts';
import { CHECKUP_ACCOUNT, checkupRbac } from '../support/permissions.ts';

const ROOT = path.join(import.meta.dirname, '..', '..');
/** The image has 25 MB; the complete packages would have 110 MB. */
const MOST_MEGABYTES = 32;

test.skip(process.geteuid?.() !== 0, 'a root file system and a user of its own take root');

// The tests share one image tree.
test.describe.configure({ mode: 'default' });

let directory = '';
let sizes = '';

/** The tree is built from the build context of Docker only. */
test.beforeAll(() => {
  directory = mkdtempSync(path.join(tmpdir(), 'image-tree-test-'));
  const context = path.join(directory, 'context');
  const allowed = readFileSync(path.join(ROOT, '.dockerignore'), 'utf8').match(/(?<=^!).+$/gm) ?? [];
  for (const name of allowed) cpSync(path.join(ROOT, name), path.join(context, name), { recursive: true });
  symlinkSync(path.join(ROOT, 'node_modules'), path.join(context, 'node_modules'));
  // Fewer open files than any image build allows: `ulimit -n` is 1024 in many of them.
  const command = ['-c', 'ulimit -n 256 && exec "$@"', 'sh', process.execPath, 'image/tree.ts'];
  sizes = execFileSync('sh', [...command, path.join(directory, 'tree')], { cwd: context, encoding: 'utf8' });
  console.log(sizes);
});

test.afterAll(() => {
  rmSync(directory, { recursive: true, force: true });
});

/** Returns all files of the tree with their modes and times. */
function listing(): string {
  return execFileSync('find', [path.join(directory, 'tree'), '-printf', '%P %s %T@ %m %u\\n'], { encoding: 'utf8' });
}

function inContainer(lab: Lab, testInfo: TestInfo, command: readonly string[]): CheckupOptions {
  const account = testInfo.outputPath('serviceaccount');
  writeServiceAccount(lab.kubeconfigOf('latency', CHECKUP_ACCOUNT), account);
  const places = { account, artifacts: testInfo.outputPath('artifacts'), scratch: testInfo.outputPath('scratch') };
  const root = containerRoot({ tree: path.join(directory, 'tree'), ...places });
  return { mounts: root.mounts, command: root.command(podEnvironment(lab.url), command) };
}

test('the SBOM of a release lists the packages in the image, and Node', { tag: '@image' }, async () => {
  const files = readdirSync(path.join(directory, 'tree', 'node_modules'), { recursive: true, encoding: 'utf8' });
  const manifests = files.filter((file) => /^(.*\/node_modules\/)?(@[^/]+\/)?[^@/][^/]*\/package\.json$/.test(file));
  const packages = manifests.map((file) => {
    const text = readFileSync(path.join(directory, 'tree', 'node_modules', file), 'utf8');
    const { name, version } = JSON.parse(text) as { name: string; version: string };
    return `${name} ${version}`;
  });
  const node = `node.js ${packageJson.dependencies.node}`;
  expect(listPackages(await makeSbom())).toEqual([...new Set([...packages, node])].sort());
});

test('the image is below its size limit', { tag: '@image' }, () => {
  const parts = [...sizes.matchAll(/^ {2}(\S.*?) +([\d.]+) MB +\d+ files?$/gm)].map(([, name, size]) => [
    name,
    Number(size),
  ]);
  expect(parts.map(([name]) => name)).toEqual(expect.arrayContaining(['Playwright', 'compiled code', 'the checkup']));
  const [, all] = parts.find(([name]) => name === 'all') ?? [];
  expect(all).toBeGreaterThan(15);
  expect(all).toBeLessThan(MOST_MEGABYTES);
});

/** Returns the text of the run's page in the HTML report. */
async function shownBy(report: string): Promise<string> {
  const browser = await chromium.launch({ executablePath: await ensureChromium(), args: ['--no-sandbox'] });
  try {
    const page = await browser.newPage();
    page.setDefaultTimeout(20_000);
    await page.goto(`file://${report}`);
    await page.getByRole('link', { name: /^latency\/blue: / }).click();
    await page.getByText('The target replies to the source').first().waitFor();
    return await page.locator('body').innerText();
  } finally {
    await browser.close();
  }
}

for (const [name, command] of Object.entries({ entrypoint: IMAGE_ENTRYPOINT, npx: ['npx', 'playwright', 'test'] })) {
  test(
    `the checkup runs from the image's files, by ${name}`,
    { tag: '@image' },
    async ({ newLab, checkup }, testInfo) => {
      const lab = await newLab({ objects: checkupRbac() });
      setConfigMap(lab, { 'spec.param.sampleDurationSeconds': '1' });
      const before = listing();
      const { status, lastLine, output } = await checkup(lab, inContainer(lab, testInfo, command)).ended;
      expect(lastLine, output).toMatch(/^Kubevirt VM latency checkup succeeded: min \S+ avg \S+ max \S+$/);
      expect(status).toBe(0);
      expect(output).not.toMatch(/EROFS|EACCES|is not writable|npm (warn|error|notice)/i);
      expect(configMapData(lab)).toMatchObject({ 'status.succeeded': 'true', 'status.failureReason': '' });
      expect(vmisLeft(lab)).toEqual([]);
      const artifacts = testInfo.outputPath('artifacts');
      expect(readdirSync(artifacts)).toEqual(
        expect.arrayContaining(['allure-results', 'html-report', 'logs', 'manifests', 'report.html']),
      );
      expect(listing()).toBe(before);
      expect(await shownBy(path.join(artifacts, 'html-report/index.html'))).toContain('latency max: ');
    },
  );
}

test(
  'SIGTERM interrupts a run from the image, and removes its VMs',
  { tag: '@image' },
  async ({ newLab, checkup }, testInfo) => {
    const lab = await newLab({ objects: checkupRbac() });
    setConfigMap(lab, { 'spec.param.sampleDurationSeconds': '30' });
    const run = checkup(lab, inContainer(lab, testInfo, IMAGE_ENTRYPOINT));
    await run.until(/\.\.\. +latency/);
    run.signal('SIGTERM');
    const { status, lastLine } = await run.ended;
    expect(lastLine).toBe('Kubevirt VM latency checkup failed: interrupted by SIGTERM during latency');
    expect(status).toBe(130);
    expect(configMapData(lab)['status.failureReason']).toBe('interrupted by SIGTERM during latency');
    expect(vmisLeft(lab)).toEqual([]);
  },
);
