// SPDX-License-Identifier: Apache-2.0
/** `npm test`: the pre-merge checks. With `--full`: the slow tests. */
import { fileURLToPath } from 'node:url';
import { $ } from 'zx';
import { NotAllowedError } from './as-root.ts';
import { ensureChromium } from './browser.ts';
import { findChangedPaths, isAffected } from './changed-paths.ts';
import { ensureGuests, NoGuestsError } from './guest-image.ts';
import { ensurePrometheus } from './prometheus.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const CACHE = '.cache/checks';

const STATIC: Record<string, string[]> = {
  lint: [
    'eslint',
    '.',
    '--max-warnings',
    '0',
    '--cache',
    '--cache-strategy=content',
    `--cache-location=${CACHE}/eslint`,
  ],
  types: ['tsc', '--incremental', '--tsBuildInfoFile', `${CACHE}/tsc`],
  format: ['prettier', '--check', '--log-level=warn', '--cache', `--cache-location=${CACHE}/prettier`, '.'],
  'unused code': ['knip'],
  'workflows and shell': ['node', 'scripts/lint-ci.ts'],
};

/** Downloads a package: apt-get does not run twice at a time. */
const AFTER_INSTALLATION = 'workflows and shell';

const TESTS = ['playwright', 'test', '-c', 'tests/playwright.config.ts'];
const COMMON = ['package-lock.json', 'tests/playwright.config.ts', 'tests/support/'];

interface Conditional {
  name: string;
  /** Selects the tests: projects, or the tag that they have. */
  projects?: string[];
  tag?: string;
  /** The tests run if one of these changed; in CI, and if the changes are unknown, always. */
  paths: string[];
}

const CONDITIONAL: Conditional[] = [
  { name: 'the lab', projects: ['contract', 'lab'], paths: [...COMMON, 'lab/'] },
  {
    name: 'npm run checkup',
    tag: '@command',
    paths: [...COMMON, 'command/', 'fixtures/input/', 'model/', 'manifests/', 'lab/'],
  },
  {
    name: 'the image',
    tag: '@image',
    paths: [...COMMON, 'image/', 'Dockerfile', '.dockerignore', 'package.json', 'playwright.config.ts', 'reporters/'],
  },
  { name: 'the kind cluster', tag: '@kind', paths: [...COMMON, 'scripts/', 'tests/fakes/', 'tests/real/', 'image/'] },
];

async function quickTests(): Promise<string[]> {
  const changed = await findChangedPaths(ROOT);
  const skipped = CONDITIONAL.filter(({ paths }) => !isAffected(paths, changed));
  if (skipped.length > 0) {
    console.log(
      `Unchanged, so their own tests do not run: ${skipped.map(({ name }) => name).join(', ')}. CI=true runs them.`,
    );
  }
  const without = skipped.flatMap(({ projects = [] }) => projects);
  const projects = ['unit', 'contract', 'lab', 'real', 'e2e'].filter((project) => !without.includes(project));
  const tags = skipped.flatMap(({ tag = [] }) => tag);
  return [
    ...TESTS,
    ...projects.map((project) => `--project=${project}`),
    ...(tags.length > 0 ? [`--grep-invert=${tags.join('|')}`] : []),
  ];
}

/** Makes what the tests need. A missing part fails the tests that need it, not the other ones. */
async function prepare(): Promise<void> {
  try {
    await ensureGuests();
  } catch (error) {
    if (!(error instanceof NoGuestsError)) throw error;
    console.log(`No real guests here, so the tests that need them will fail: ${error.message}`);
  }
  try {
    await ensureChromium();
  } catch (error) {
    if (!(error instanceof NotAllowedError)) throw error;
    console.log(`No browser here, so the tests that need one will fail: ${error.message}`);
  }
  try {
    await ensurePrometheus();
  } catch (error) {
    if (!(error instanceof NotAllowedError)) throw error;
    console.log(`No Prometheus here, so the tests that need it will fail: ${error.message}`);
  }
}

/** Returns whether the command succeeded. With `captured`, its output appears when it ends: several can run at a time. */
async function check(name: string, command: string[], { captured = false } = {}): Promise<boolean> {
  const start = performance.now();
  if (!captured) console.log(`── ${name}: ${command.join(' ')}`);
  const stdio = captured ? 'pipe' : 'inherit';
  const { exitCode, stdall } = await $({ cwd: ROOT, preferLocal: true, nothrow: true, quiet: true, stdio })`${command}`;
  if (captured) console.log(`── ${name}: ${command.join(' ')}\n${stdall.trimEnd()}`.trimEnd());
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  console.log(`── ${name}: ${exitCode === 0 ? 'ok' : 'FAILED'} in ${seconds}s`);
  return exitCode === 0;
}

const failed: string[] = [];
const record = (name: string, succeeded: boolean): void => {
  if (!succeeded) failed.push(name);
};
const prepared = prepare();
// Outside of CI it may ask a question, which the output of the static checks must not interrupt.
if (!process.env['CI']) await prepared;
if (process.argv.includes('--full')) {
  await prepared;
  record(
    'slow tests',
    await check('slow tests', [...TESTS, '--project=long', '--project=slow-real', '--project=slow']),
  );
  record('timed tests', await check('timed tests', [...TESTS, '--project=alone']));
} else {
  const checks = Object.entries(STATIC).map(async ([name, command]) => {
    if (name === AFTER_INSTALLATION) await prepared;
    record(name, await check(name, command, { captured: true }));
  });
  await Promise.all([prepared, ...checks]);
  record('tests', await check('tests', await quickTests()));
}
console.log(failed.length === 0 ? 'All checks passed.' : `Failed: ${failed.join(', ')}`);
process.exitCode = failed.length === 0 ? 0 : 1;
