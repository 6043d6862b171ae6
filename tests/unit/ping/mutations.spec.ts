/** Faults in the parser of ping's output: each must make a certain test fail. */
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

test('the tests of the parser pass without a fault', { tag: '@slow' }, async ({}, testInfo) => {
  expect(await failures(testInfo.outputPath('copy'))).toEqual([]);
});

for (const { fault, file, from, to } of MUTATIONS) {
  test(`a test fails when the parser ${fault}`, { tag: '@slow' }, async ({}, testInfo) => {
    const red = await failures(testInfo.outputPath('copy'), async (copy) => {
      const source = await readFile(path.join(copy, file), 'utf8');
      expect(source.split(from)).toHaveLength(2);
      await writeFile(path.join(copy, file), source.replace(from, to));
    });
    expect(red.length).toBeGreaterThan(0);
    testInfo.annotations.push({ type: 'red', description: red.join('; ') });
    console.log(`a parser that ${fault}: red is ${red.join('; ')}`);
  });
}

/** Returns the names of the parser's tests that fail in a copy of the project. */
async function failures(copy: string, mutate?: (copy: string) => Promise<void>): Promise<string[]> {
  for (const part of ['fixtures', 'model', 'test-data', 'tests', 'package.json', 'tsconfig.json']) {
    await cp(path.join(ROOT, part), path.join(copy, part), { recursive: true });
  }
  await symlink(path.join(ROOT, 'node_modules'), path.join(copy, 'node_modules'));
  await mutate?.(copy);
  const args = [CLI, 'test', '-c', 'tests/playwright.config.ts', '--project=unit', 'unit/ping', '--reporter=json'];
  const env = { ...process.env, PLAYWRIGHT_JSON_OUTPUT_FILE: path.join(copy, 'report.json') };
  // A failed run exits with status 1; the report contains the failures.
  await promisify(execFile)(process.execPath, args, { cwd: copy, env }).catch(() => undefined);
  const report = JSON.parse(await readFile(path.join(copy, 'report.json'), 'utf8')) as {
    suites: { specs: { title: string; ok: boolean }[] }[];
  };
  const specs = report.suites.flatMap((suite) => suite.specs);
  expect(specs.length).toBeGreaterThan(5);
  return specs.filter(({ ok }) => !ok).map(({ title }) => title);
}
