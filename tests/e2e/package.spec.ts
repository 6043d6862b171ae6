// SPDX-License-Identifier: Apache-2.0
/** The npm package in an empty directory, as a user installs it: by npx, from the registry of this machine. SIMULATED guests. */
import { execFileSync, spawnSync } from 'node:child_process';
import { lstatSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect } from '@playwright/test';
import { filesBelow } from '../../image/lay-out.ts';
import type { Lab } from '../../lab/lab.ts';
import { ensureKubectl } from '../../scripts/kubectl.ts';
import { makeNpmPackage } from '../../scripts/release/npm-package.ts';
import type { Checkup, CheckupOptions } from '../support/checkup-process.ts';
import { expectArtifacts, NETWORK, objectsIn, savedData, test } from '../support/command-test.ts';

/** docs/cluster.md states the size. */
const MOST_MEGABYTES = 170;
const IMAGE = `registry.example/kubevirt-vm-latency@sha256:${'ab'.repeat(32)}`;
/** Variables of `npm test` that a user's shell does not have. */
const OF_NPM_TEST = ['npm_config_local_prefix', 'npm_config_node_options', 'NODE_OPTIONS'];

// The tests share one installed package.
test.describe.configure({ mode: 'default' });

let directory = '';
let packageFile = '';
let installed = '';
let help = '';

function environment(): Record<string, string | undefined> {
  return {
    ...Object.fromEntries(OF_NPM_TEST.map((name) => [name, undefined])),
    npm_config_cache: path.join(directory, 'cache'),
    PATH: `${path.dirname(process.execPath)}:${process.env['PATH'] ?? ''}`,
  };
}

/** The path is relative: npx tries to execute the file at an absolute one. */
function npx(...args: string[]): string[] {
  return ['npx', '--yes', '--prefer-offline', `../${path.basename(packageFile)}`, ...args];
}

function emptyDirectory(name: string): string {
  const empty = path.join(directory, name);
  mkdirSync(empty);
  return empty;
}

test.beforeAll(async () => {
  directory = mkdtempSync(path.join(tmpdir(), 'npm-package-test-'));
  packageFile = await makeNpmPackage({ directory });
  // The downloads of this machine, but no installed package.
  const downloads = path.join(execFileSync('npm', ['config', 'get', 'cache'], { encoding: 'utf8' }).trim(), '_cacache');
  mkdirSync(downloads, { recursive: true });
  mkdirSync(path.join(directory, 'cache'));
  symlinkSync(downloads, path.join(directory, 'cache', '_cacache'));
  const [program = '', ...args] = npx('--help');
  const env = { ...process.env, ...environment() };
  help = execFileSync(program, args, { cwd: emptyDirectory('help'), env, encoding: 'utf8' });
  const [hash = ''] = readdirSync(path.join(directory, 'cache', '_npx'));
  installed = path.join(directory, 'cache', '_npx', hash, 'node_modules');
});

test.afterAll(() => {
  rmSync(directory, { recursive: true, force: true });
});

test('npx prints the help, and installs only what a run needs', { tag: '@slow' }, async () => {
  expect(help).toMatch(/^ {2}--network NAMESPACE\/NAME /m);
  const packages = readdirSync(installed);
  expect(packages).toEqual(expect.arrayContaining(['kubevirt-vm-latency', 'playwright']));
  for (const name of ['eslint', 'typescript', 'esbuild', 'knip', 'node', 'axe-core'])
    expect(packages).not.toContain(name);
  const files = await filesBelow(installed);
  expect(files.filter((file) => /^kubevirt-vm-latency\/.*\.ts$/.test(file))).toEqual([]);
  const megabytes = files.reduce((sum, file) => sum + lstatSync(path.join(installed, file)).size, 0) / 1e6;
  console.log(`the installed package and its dependencies have ${Math.round(megabytes)} MB`);
  expect(megabytes).toBeGreaterThan(20);
  expect(megabytes).toBeLessThan(MOST_MEGABYTES);
});

test('names the version that it expects on an older Node', { tag: '@slow' }, () => {
  const older = "Object.defineProperty(process.versions, 'node', { value: '22.9.0' }); require(process.argv[1])";
  const start = path.join(installed, 'kubevirt-vm-latency', 'command', 'start.cjs');
  const { status, stderr } = spawnSync(process.execPath, ['-e', older, start, '--help'], { encoding: 'utf8' });
  expect(stderr).toBe('kubevirt-vm-latency: Node 22.9.0 is too old: expected 22.19 or later\n');
  expect(status).toBe(1);
});

test('contains the image that the release names', { tag: '@slow' }, async ({}, testInfo) => {
  const repository = 'https://github.com/example/kubevirt-vm-latency';
  const released = await makeNpmPackage({ directory: testInfo.outputPath(), image: IMAGE, repository });
  const read = (file: string) => execFileSync('tar', ['-xzOf', released, `package/${file}`], { encoding: 'utf8' });
  expect(read('manifests/job.yaml')).toContain(` image: ${IMAGE}\n`);
  expect(JSON.parse(read('package.json'))).toMatchObject({ repository: { type: 'git', url: `git+${repository}.git` } });
});

async function run(
  checkup: (lab: Lab, options: CheckupOptions) => Checkup,
  lab: Lab,
  cwd: string,
  args: string[],
  mounts?: string,
) {
  const own = { CONFIGMAP_NAMESPACE: undefined, CONFIGMAP_NAME: undefined, SAMPLE_DURATION_SECONDS: undefined };
  return await checkup(lab, {
    command: ['env', '-C', cwd, ...npx(...args)],
    env: { ...environment(), ...own, ARTIFACTS_DIR: undefined, KUBECTL: await ensureKubectl() },
    ...(mounts !== undefined && { mounts }),
  }).ended;
}

test('npx runs a checkup as a Job', { tag: '@slow' }, async ({ newLab, checkup }) => {
  const lab = await newLab();
  const before = objectsIn(lab);
  const cwd = emptyDirectory('job');
  const { status, lastLine, output } = await run(checkup, lab, cwd, [...NETWORK, '--duration', '1s']);
  expect(lastLine, output).toMatch(/^Kubevirt VM latency checkup succeeded: min \S+ avg \S+ max \S+$/);
  expect(status).toBe(0);
  expect(output).toMatch(/\nApplying \d+ objects\n/);
  expect(savedData(path.join(cwd, 'artifacts'))).toMatchObject({ 'status.succeeded': 'true' });
  expectArtifacts(path.join(cwd, 'artifacts'));
  expect(objectsIn(lab)).toEqual(before);
});

test(
  'npx --local runs a checkup from a read-only directory, and makes its report',
  { tag: '@slow' },
  async ({ newLab, checkup }) => {
    const lab = await newLab();
    const cwd = emptyDirectory('local');
    // npx itself writes to the directory above it.
    const own = path.join(installed, 'kubevirt-vm-latency');
    const readOnly = `mount --bind ${own} ${own}; mount -o remount,bind,ro ${own}`;
    const local = await run(checkup, lab, cwd, [...NETWORK, '--duration', '1s', '--local'], readOnly);
    expect(local.lastLine, local.output).toMatch(/^Kubevirt VM latency checkup succeeded: min \S+ avg \S+ max \S+$/);
    expect(local.status).toBe(0);
    expect(local.output).not.toMatch(/EROFS|npm (warn|error)/i);
    expect(lab.list('jobs')).toEqual([]);
    expect(lab.list('virtualmachineinstances')).toEqual([]);
    expectArtifacts(path.join(cwd, 'artifacts'));

    const report = await run(checkup, lab, cwd, ['report', '--no-open'], readOnly);
    expect(report.status, report.output).toBe(0);
    const [, page = ''] = /^The Allure report is (.*)$/m.exec(report.output) ?? [];
    expect(path.relative(path.join(cwd, 'artifacts'), page)).not.toMatch(/^\.\./);
    expect(readFileSync(page, 'utf8')).toContain('</html>');
  },
);
