// SPDX-License-Identifier: Apache-2.0
/** Faults in the parser of the output of ping: each must make a test fail. */
import { execFile } from 'node:child_process';
import { cp, readFile, symlink, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from '@playwright/test';

const ROOT = path.join(import.meta.dirname, '..', '..', '..');
const CLI = path.join(path.dirname(createRequire(import.meta.url).resolve('@playwright/test/package.json')), 'cli.js');
const PARSER = 'fixtures/ping/parse-summary.ts';
const REPLIES = 'fixtures/ping/parse-replies.ts';
const STATISTICS = 'model/statistics.ts';
const UNITS = 'model/units.ts';

const MUTATIONS = [
  { fault: 'drops one reply', file: PARSER, from: 'received: Number(received)', to: 'received: Number(received) - 1' },
  {
    fault: 'swaps min and max',
    file: PARSER,
    from: "[, min = '', avg = '', max = '', mdev]",
    to: "[, max = '', avg = '', min = '', mdev]",
  },
  { fault: 'takes a corrupted reply for one', file: REPLIES, from: '/DUP!|BAD CHECKSUM!/', to: '/DUP!/' },
  { fault: 'takes a second reply for the first', file: REPLIES, from: '/DUP!|BAD CHECKSUM!/', to: '/BAD CHECKSUM!/' },
  { fault: 'counts BusyBox from 1', file: REPLIES, from: 'icmp === undefined ? 1 : 0', to: '0' },
  { fault: 'is one rank off', file: STATISTICS, from: '(sorted.length - 1) * p', to: '(sorted.length - 2) * p' },
  { fault: 'does not look at stamps', file: STATISTICS, from: 'apart >= 0 && (', to: 'false && (' },
  { fault: 'takes milliseconds for microseconds', file: UNITS, from: 'NS_PER_MS = 1_000_000', to: 'NS_PER_MS = 1_000' },
];

/** These tests find each fault. The others of the directory take longer. */
const SPECS = ['golden.spec.ts', 'parse-ping.spec.ts'];
const COPIED = ['fixtures', 'model', 'test-data/golden/ping', 'package.json', 'tests/unit/cpu-time.ts'];

test('a test fails with each fault in the parser, and none without', { tag: '@slow' }, async ({}, testInfo) => {
  const copy = testInfo.outputPath('copy');
  for (const part of [...COPIED, ...SPECS.map((spec) => `tests/unit/ping/${spec}`)]) {
    await cp(path.join(ROOT, part), path.join(copy, part), { recursive: true });
  }
  await writeFile(path.join(copy, 'playwright.config.ts'), "export default { testDir: 'tests' };\n");
  await symlink(path.join(ROOT, 'node_modules'), path.join(copy, 'node_modules'));

  const original = await runTests(copy);
  expect(original.passed).toBeGreaterThan(50);
  expect(original.failed).toEqual([]);
  for (const { fault, file, from, to } of MUTATIONS) {
    const source = await readFile(path.join(copy, file), 'utf8');
    expect(source.split(from), file).toHaveLength(2);
    await writeFile(path.join(copy, file), source.replace(from, to));
    const { failed } = await runTests(copy);
    console.log(`a parser that ${fault}: "${failed.join('", "')}" fails`);
    expect.soft(failed.length, `a parser that ${fault}`).toBeGreaterThan(0);
    await writeFile(path.join(copy, file), source);
  }
});

/** Runs the tests of a copy until the first failure: a new worker starts after each. Returns what passed and failed. */
async function runTests(copy: string): Promise<{ passed: number; failed: string[] }> {
  const file = path.join(copy, 'report.json');
  const args = [CLI, 'test', '--max-failures=1', '--workers=1', '--reporter=json'];
  const env = { ...process.env, PLAYWRIGHT_JSON_OUTPUT_FILE: file };
  // A failed run exits with status 1; the report contains the failures.
  await promisify(execFile)(process.execPath, args, { cwd: copy, env }).catch(() => undefined);
  const report = JSON.parse(await readFile(file, 'utf8')) as {
    suites: { specs: { title: string; tests: { status: string }[] }[] }[];
  };
  const specs = report.suites.flatMap((suite) => suite.specs);
  const ended = (status: string) => specs.filter(({ tests }) => tests.some((run) => run.status === status));
  return { passed: ended('expected').length, failed: ended('unexpected').map(({ title }) => title) };
}
