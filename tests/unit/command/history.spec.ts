// SPDX-License-Identifier: Apache-2.0
/** The history of a network: one result for each run, and no file of a user is replaced. */
import { mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test, type TestInfo } from '@playwright/test';
import { earlierResults, saveToHistory } from '../../../command/history.ts';

function put(file: string, body: string): void {
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, body);
}

/** Creates a run with a result that contains its start time. Returns its directory. */
function makeRun(testInfo: TestInfo, start: string): string {
  const directory = testInfo.outputPath('default.br10', start);
  put(path.join(directory, 'allure-results', '1234-result.json'), start);
  put(path.join(directory, 'allure-results', '5678-container.json'), '{}');
  return directory;
}

/** Saves the result of a run. Returns the warnings. */
async function save(directory: string): Promise<string> {
  const { log } = console;
  const lines: unknown[] = [];
  console.log = (line: unknown) => lines.push(line);
  try {
    await saveToHistory(directory);
    return lines.join('\n');
  } finally {
    console.log = log;
  }
}

const names = (files: readonly string[]): string[] => files.map((file) => path.basename(file, '-result.json'));

test('a run has the earlier runs of its network as history, in their order', async ({}, testInfo) => {
  const starts = ['2026-11-26T10-00-00Z', '2026-11-26T10-00-00Z-2', '2026-11-26T10-00-00Z-10', '2026-11-26T10-00-01Z'];
  const runs = starts.map((start) => makeRun(testInfo, start));
  for (const run of runs.toReversed()) expect(await save(run)).toBe('');
  const history = testInfo.outputPath('default.br10', 'allure-history');
  expect(readdirSync(history).sort()).toEqual(starts.map((start) => `${start}-result.json`).sort());
  expect(readFileSync(path.join(history, `${starts[2] ?? ''}-result.json`), 'utf8')).toBe(starts[2]);
  for (const [index, run] of runs.entries()) expect(names(await earlierResults(run))).toEqual(starts.slice(0, index));
});

test('a report has the newest 50 runs of a longer history', async ({}, testInfo) => {
  const start = (minute: number): string => `2026-11-26T10-${String(minute).padStart(2, '0')}-00Z`;
  for (let minute = 0; minute < 59; minute += 1) await save(makeRun(testInfo, start(minute)));
  const earlier = names(await earlierResults(makeRun(testInfo, start(59))));
  expect(earlier).toHaveLength(50);
  expect([earlier[0], earlier[49]]).toEqual([start(9), start(58)]);
});

test('a run on several networks has a result for each one', async ({}, testInfo) => {
  const [first, second] = ['2026-11-26T10-00-00Z', '2026-11-26T10-00-01Z'].map((start) => {
    const directory = makeRun(testInfo, start);
    put(path.join(directory, 'allure-results', '9abc-result.json'), 'another network');
    return directory;
  });
  expect(await save(first ?? '')).toBe('');
  expect(names(await earlierResults(second ?? ''))).toEqual(['2026-11-26T10-00-00Z.1', '2026-11-26T10-00-00Z.2']);
});

test('a directory that several runs used has its own history', async ({}, testInfo) => {
  const directory = testInfo.outputPath('artifacts');
  put(path.join(directory, 'allure-history', 'a-result.json'), '{}');
  put(path.join(testInfo.outputPath('allure-history'), 'b-result.json'), '{}');
  expect(names(await earlierResults(directory))).toEqual(['a']);
});

test('a run without a result adds nothing', async ({}, testInfo) => {
  const directory = testInfo.outputPath('default.br10', '2026-11-26T10-00-00Z');
  mkdirSync(directory, { recursive: true });
  expect(await save(directory)).toBe('');
  expect(readdirSync(path.dirname(directory))).toEqual([path.basename(directory)]);
});

test('replaces nothing and follows no link', async ({}, testInfo) => {
  const run = makeRun(testInfo, '2026-11-26T10-00-00Z');
  const history = testInfo.outputPath('default.br10', 'allure-history');
  const mine = testInfo.outputPath('mine');
  put(path.join(mine, 'x.txt'), 'mine');
  symlinkSync(mine, history);
  expect(await save(run)).toContain(
    `warning: the result was not added to the history of the network: ${history} is not`,
  );
  expect(await earlierResults(makeRun(testInfo, '2026-11-26T11-00-00Z'))).toEqual([]);
  expect(readdirSync(mine)).toEqual(['x.txt']);

  const other = testInfo.outputPath('default.br11', '2026-11-26T10-00-00Z');
  put(path.join(other, 'allure-results', '1-result.json'), 'result');
  const taken = testInfo.outputPath('default.br11', 'allure-history', '2026-11-26T10-00-00Z-result.json');
  put(taken, 'mine');
  expect(await save(other)).toContain('EEXIST');
  expect(readFileSync(taken, 'utf8')).toBe('mine');
});

test('a result that is a link, or too big, is not added', async ({}, testInfo) => {
  const linked = testInfo.outputPath('default.br12', '2026-11-26T10-00-00Z');
  put(testInfo.outputPath('secret'), 'secret');
  mkdirSync(path.join(linked, 'allure-results'), { recursive: true });
  symlinkSync(testInfo.outputPath('secret'), path.join(linked, 'allure-results', '1-result.json'));
  expect(await save(linked)).toBe('');
  const big = makeRun(testInfo, '2026-11-26T10-00-00Z');
  put(path.join(big, 'allure-results', '1-result.json'), 'x'.repeat(2 ** 20 + 1));
  expect(await save(big)).toContain('has 1048577 bytes');
});
