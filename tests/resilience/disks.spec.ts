// SPDX-License-Identifier: Apache-2.0
/** Exit status, last line and ConfigMap do not depend on a disk. Real file systems, SIMULATED guests. */
import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  constants,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import path from 'node:path';
import { expect, type TestInfo } from '@playwright/test';
import type { Lab } from '../../lab/lab.ts';
import { configMapData, vmisCreated, vmisLeft } from '../support/cluster-facts.ts';
import { CLI_COMMAND, startCheckup, type Checkup } from '../support/checkup-process.ts';
import { test } from '../support/lab-test.ts';

const LIST_FILE = '.kubevirt-vm-latency-files';

const ROOT = path.join(import.meta.dirname, '..', '..');
const UID = process.geteuid?.() ?? 0;
const EXCEEDED = { MAX_DESIRED_LATENCY_MILLISECONDS: '0.001' };

async function expectSuccess(lab: Lab, run: Checkup): Promise<string> {
  const { status, lastLine, output } = await run.ended;
  expect(lastLine).toMatch(/^Kubevirt VM latency checkup succeeded: min/);
  expect(status).toBe(0);
  expect(configMapData(lab)).toMatchObject({ 'status.succeeded': 'true', 'status.failureReason': '' });
  expect(vmisLeft(lab)).toEqual([]);
  return output;
}

/** Expects that the limit was exceeded, and no other failure. */
async function expectExceeded(lab: Lab, run: Checkup): Promise<string> {
  const { status, lastLine, output } = await run.ended;
  const reason = configMapData(lab)['status.failureReason'] ?? '';
  expect(reason).toMatch(/^run: actual max latency "[^"]+" is greater than desired "1µs"$/);
  expect(lastLine).toBe(`Kubevirt VM latency checkup failed: ${reason}`);
  expect(status).toBe(1);
  expect(vmisLeft(lab)).toEqual([]);
  return output;
}

/** Returns variables that make a temporary directory for this test alone. */
function ownTmp(testInfo: TestInfo): Record<string, string> {
  const directory = testInfo.outputPath('tmp');
  mkdirSync(directory, { recursive: true, mode: 0o777 });
  chmodSync(directory, 0o777);
  return { TMPDIR: directory };
}

const MOUNT = 'mkdir -p "$ARTIFACTS_DIR"; mount -t tmpfs tmpfs "$ARTIFACTS_DIR" -o';
const PARENT = 'mkdir -p "$(dirname "$ARTIFACTS_DIR")"';

const FULL = `${MOUNT} size=64k; head -c 64k /dev/zero > "$ARTIFACTS_DIR/fill"`;

const REPLACED: { title: string; mounts: string; why: string; artifacts?: string }[] = [
  { title: 'full', mounts: FULL, why: 'ENOSPC' },
  { title: 'too small for the reports', mounts: `${MOUNT} size=300k`, why: 'ENOSPC' },
  { title: 'out of inodes', mounts: `${MOUNT} nr_inodes=1`, why: 'ENOSPC' },
  { title: 'read-only', mounts: `${MOUNT} ro`, why: 'EROFS' },
  { title: 'a file', mounts: `${PARENT}; echo > "$ARTIFACTS_DIR"`, why: 'ENOTDIR' },
  { title: 'a dangling link', mounts: `${PARENT}; ln -s /nowhere/at/all "$ARTIFACTS_DIR"`, why: 'EEXIST' },
  { title: 'below a device', mounts: ':', artifacts: '/dev/null/x', why: 'ENOTDIR' },
];

/** Only selects the directory, as a run does before anything else. */
const SELECT = [
  process.execPath,
  '--input-type=module',
  '--eval',
  `import { artifactsDirectory } from '${path.join(ROOT, 'reporters/artifacts/directory.ts')}';
  await artifactsDirectory(process.env.ARTIFACTS_DIR);
  process.exit(0);`,
];

/** Returns the directory that is used instead of `wanted`, from the warning about it. */
function directoryInstead(output: string, wanted: string, why: string, tmp: Record<string, string>): string {
  const warning = /^warning: artifacts directory (.+) is not writable \((\w+): .*\): using (.+)$/m.exec(output) ?? [];
  expect(warning.slice(1, 3), output).toEqual([wanted, why]);
  const used = warning[3] ?? '';
  expect(path.dirname(used)).toBe(tmp['TMPDIR']);
  return used;
}

for (const { title, mounts, why, artifacts } of REPLACED) {
  test(`uses and reports another directory when the artifacts directory is ${title}`, async ({}, testInfo) => {
    const tmp = ownTmp(testInfo);
    const wanted = artifacts ?? testInfo.outputPath('artifacts');
    const { status, output } = await startCheckup('', wanted, { mounts, command: SELECT, env: tmp }).ended;
    expect(status, output).toBe(0);
    directoryInstead(output, wanted, why, tmp);
  });
}

test(
  'writes all reports to another directory when the disk is full',
  { tag: '@slow' },
  async ({ newLab, checkup }, testInfo) => {
    const lab = await newLab();
    const tmp = ownTmp(testInfo);
    const output = await expectSuccess(lab, checkup(lab, { mounts: FULL, env: tmp }));
    const used = directoryInstead(output, testInfo.outputPath('artifacts-0'), 'ENOSPC', tmp);
    const saved = ['allure-results', 'charts', 'html-report', 'junit.xml', 'logs', 'manifests'];
    expect(readdirSync(used).sort()).toEqual([LIST_FILE, ...saved, 'metrics.prom', 'report.html', 'result.json']);
  },
);

test(
  'uses another directory and does not change one with foreign files',
  { tag: '@slow' },
  async ({ newLab, checkup }, testInfo) => {
    const lab = await newLab();
    const directory = testInfo.outputPath('mine');
    const manifest = path.join(directory, 'manifests/job.yaml');
    mkdirSync(path.dirname(manifest), { recursive: true });
    writeFileSync(manifest, 'mine');
    const output = await expectSuccess(lab, checkup(lab, { env: { ...ownTmp(testInfo), ARTIFACTS_DIR: directory } }));
    const warning = /^warning: artifacts directory (.+) contains manifests, .*: using (.+)$/m.exec(output) ?? [];
    expect(warning[1]).toBe(directory);
    expect(readdirSync(warning[2] ?? '')).toEqual(expect.arrayContaining(['html-report', 'logs', 'manifests']));
    expect(readdirSync(directory, { recursive: true })).toEqual(['manifests', 'manifests/job.yaml']);
    expect(readFileSync(manifest, 'utf8')).toBe('mine');
  },
);

test(
  'does not change a directory set in variables of the runner',
  { tag: '@slow' },
  async ({ newLab, checkup }, testInfo) => {
    const lab = await newLab();
    const mine = testInfo.outputPath('mine/keep');
    mkdirSync(path.dirname(mine), { recursive: true });
    writeFileSync(mine, 'mine');
    const env = { PLAYWRIGHT_HTML_OUTPUT_DIR: path.dirname(mine), PLAYWRIGHT_JUNIT_OUTPUT_FILE: mine };
    const output = await expectSuccess(lab, checkup(lab, { env: { ...ownTmp(testInfo), ...env } }));
    expect(output).toMatch(/^warning: PLAYWRIGHT_HTML_OUTPUT_DIR, PLAYWRIGHT_JUNIT_OUTPUT_FILE is ignored/m);
    expect(readFileSync(mine, 'utf8')).toBe('mine');
    expect(readdirSync(testInfo.outputPath('artifacts-0'))).toEqual(
      expect.arrayContaining(['html-report', 'junit.xml']),
    );
  },
);

test("uses another directory instead of another user's", { tag: '@slow' }, async ({ newLab, checkup }, testInfo) => {
  const lab = await newLab();
  chmodSync(lab.kubeconfig, 0o644);
  const unprivileged = ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups'];
  const command = [...(UID === 0 ? unprivileged : []), 'npx', 'playwright', 'test'];
  const env = { ...ownTmp(testInfo), ARTIFACTS_DIR: '/usr' };
  const output = await expectSuccess(lab, checkup(lab, { command, env }));
  expect(output).toMatch(/^warning: artifacts directory \/usr is not writable \(EACCES: .*\): using /m);
});

test('a full disk does not change the reason of a failure', { tag: '@slow' }, async ({ newLab, checkup }, testInfo) => {
  const lab = await newLab();
  const output = await expectExceeded(lab, checkup(lab, { mounts: FULL, env: { ...ownTmp(testInfo), ...EXCEEDED } }));
  expect(output).toContain(
    `warning: artifacts directory ${testInfo.outputPath('artifacts-0')} is not writable (ENOSPC`,
  );
});

for (const { ends, env, expectEnd } of [
  { ends: 'success', env: {}, expectEnd: expectSuccess },
  { ends: 'failure', env: EXCEEDED, expectEnd: expectExceeded },
]) {
  test(
    `a disk that fills up does not change the result of a run that ends in ${ends}`,
    { tag: '@slow' },
    async ({ newLab, checkup }, testInfo) => {
      const lab = await newLab();
      const run = checkup(lab, { mounts: `${MOUNT} size=4m`, env });
      await run.until(/\.\.\. +latency/);
      const artifacts = testInfo.outputPath('artifacts-0');
      const disk = `/proc/${run.pid}/root${artifacts}`;
      expect(() => {
        writeFileSync(`${disk}/fill`, Buffer.alloc(5 << 20));
      }).toThrow(/ENOSPC/);
      const output = await expectEnd(lab, run);
      for (const report of ['allure-results', 'html-report']) {
        const words = `warning: the report in ${artifacts}/${report} is missing or incomplete: ENOSPC: `;
        expect(output.split(words)).toHaveLength(2);
      }
      expect(output).toContain(`warning: ${artifacts}/logs/ping.txt was not saved: ENOSPC: `);
    },
  );
}

test.describe('with an unusable /tmp', () => {
  // A checkout below /tmp must not vanish with it.
  const tmpIs = (options: string): string =>
    ROOT.startsWith('/tmp/')
      ? [
          `mount --rbind '${ROOT}' /mnt`,
          'mount -t tmpfs tmpfs /tmp',
          `mkdir -p '${ROOT}'`,
          `mount --move /mnt '${ROOT}'`,
          `mount -o remount,${options} /tmp`,
          `cd '${ROOT}'`,
        ].join('; ')
      : `mount -t tmpfs tmpfs /tmp -o ${options}`;
  let env: Record<string, string>;

  // As in the image: the files that the runner compiles exist before the first run and are read-only.
  test.beforeAll(({}, testInfo) => {
    const cache = testInfo.outputPath('cache');
    env = { TMPDIR: '/tmp', PLAYWRIGHT_TRANSFORM_CACHE_DIR: cache };
    const artifacts = testInfo.outputPath('artifacts');
    execFileSync('npx', ['playwright', 'test', '--grep', 'nothing', '--pass-with-no-tests'], {
      env: {
        ...process.env,
        TEST_WORKER_INDEX: undefined,
        PLAYWRIGHT_TRANSFORM_CACHE_DIR: cache,
        ARTIFACTS_DIR: artifacts,
      },
    });
  });
  const readOnlyCache = 'mount --bind -o ro "$PLAYWRIGHT_TRANSFORM_CACHE_DIR" "$PLAYWRIGHT_TRANSFORM_CACHE_DIR"';

  test('read-only: writes all reports', { tag: '@slow' }, async ({ newLab, checkup }, testInfo) => {
    const lab = await newLab();
    const output = await expectSuccess(lab, checkup(lab, { mounts: `${readOnlyCache}; ${tmpIs('ro')}`, env }));
    expect(output).not.toContain('warning');
    expect(existsSync(testInfo.outputPath('artifacts-0/html-report/index.html'))).toBe(true);
  });

  for (const options of ['ro', 'size=64k']) {
    test(`${options}, and no artifacts directory: writes no reports`, { tag: '@slow' }, async ({ newLab, checkup }) => {
      const lab = await newLab();
      const mounts = `${readOnlyCache}; ${tmpIs(options)}`;
      const run = checkup(lab, { mounts, env: { ...env, ...EXCEEDED, ARTIFACTS_DIR: '/dev/null/x' } });
      const output = await expectExceeded(lab, run);
      expect(output).toMatch(
        /warning: artifacts directory \/dev\/null\/x .*: and there is no other: reports will be missing/,
      );
      expect(output).toMatch(/warning: the report in \/dev\/null\/x\/html-report is missing/);
    });
  }

  test(
    'everything read-only: writes a reason into the ConfigMap, and creates no objects',
    { tag: '@slow' },
    async ({ newLab, checkup }) => {
      const lab = await newLab();
      const mounts = `${readOnlyCache}; ${tmpIs('ro')}; mount -t tmpfs tmpfs /dev/shm -o ro`;
      const { status, lastLine } = await checkup(lab, { mounts, env: { ...env, ARTIFACTS_DIR: '/dev/null/x' } }).ended;
      const reason = configMapData(lab)['status.failureReason'] ?? '';
      expect(reason).toMatch(/^no directory can be written to: /);
      expect(lastLine).toBe(`Kubevirt VM latency checkup failed: ${reason}`);
      expect(status).toBe(1);
      expect(vmisCreated(lab)).toBe(0);
    },
  );

  test(
    'everything read-only and no translation: the runner does not start, and reports the directory',
    { tag: '@slow' },
    async ({ newLab, checkup }) => {
      const lab = await newLab();
      const before = configMapData(lab);
      const bad = { TMPDIR: '/tmp', PLAYWRIGHT_TRANSFORM_CACHE_DIR: undefined };
      const checkout = `mkdir -p '${ROOT}/.cache'; mount -t tmpfs tmpfs '${ROOT}/.cache' -o ro`;
      const mounts = `${tmpIs('ro')}; mount -t tmpfs tmpfs /dev/shm -o ro; ${checkout}`;
      const { status, output } = await checkup(lab, { mounts, env: bad }).ended;
      expect(status).toBe(1);
      expect(output).toMatch(/mkdir '[^']+\/\.cache\/translated/);
      expect(configMapData(lab)).toEqual(before);
      expect(vmisCreated(lab)).toBe(0);
    },
  );
});

for (const [where, words] of [
  ['full', '> /dev/full 2> /dev/full'],
  ['closed', '>&- 2>&-'],
]) {
  test(`writes the result when the output is ${where}`, { tag: '@slow' }, async ({ newLab, checkup }) => {
    const lab = await newLab();
    const command = ['sh', '-c', `exec npx playwright test ${words}`];
    const { status } = await checkup(lab, { command, env: EXCEEDED }).ended;
    expect(status).toBe(1);
    expect(configMapData(lab)['status.failureReason']).toMatch(/^run: actual max latency /);
    expect(vmisLeft(lab)).toEqual([]);
  });
}

/** Creates a named pipe that is full and has no reader. This process holds it open. */
function fullPipe(file: string): void {
  execFileSync('mkfifo', [file]);
  const held = openSync(file, constants.O_RDWR | constants.O_NONBLOCK);
  for (const bytes of [4096, 1]) {
    expect(() => {
      for (;;) writeSync(held, Buffer.alloc(bytes));
    }).toThrow(/EAGAIN/);
  }
}

test.describe('an unread output', () => {
  const unread = (file: string): string[] => ['sh', '-c', `exec "$@" > '${file}' 2>&1`, 'sh', ...CLI_COMMAND];

  test('does not block the end of a run', { tag: '@slow' }, async ({ newLab, checkup }, testInfo) => {
    const lab = await newLab();
    const pipe = testInfo.outputPath('pipe');
    fullPipe(pipe);
    const { status } = await checkup(lab, { command: unread(pipe), env: EXCEEDED, limitMs: 40_000 }).ended;
    expect(status).toBe(1);
    expect(configMapData(lab)['status.failureReason']).toMatch(/^run: actual max latency /);
    expect(vmisLeft(lab)).toEqual([]);
  });

  test('does not block the end of a run after a signal', { tag: '@slow' }, async ({ newLab, checkup }, testInfo) => {
    const lab = await newLab({ startupDelayMs: 60_000 });
    const pipe = testInfo.outputPath('pipe');
    fullPipe(pipe);
    const run = checkup(lab, { command: unread(pipe), limitMs: 40_000 });
    await expect.poll(() => vmisCreated(lab), { timeout: 20_000 }).toBe(2);
    run.signal('SIGTERM');
    expect((await run.ended).status).toBe(130);
    expect(configMapData(lab)['status.failureReason']).toMatch(/^interrupted by SIGTERM during setup/);
    expect(vmisLeft(lab)).toEqual([]);
  });
});
