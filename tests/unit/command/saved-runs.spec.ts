// SPDX-License-Identifier: Apache-2.0
/** The saved history of a network: what one run of the command saves, the next one begins with. */
import { mkdirSync, readdirSync, readFileSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from '@playwright/test';
import { saveHistory, savedHistory, savedRunsFile } from '../../../command/saved-runs.ts';

const id = (run: number): string => String(run).padStart(16, '0');

function line(run: number): string {
  const networks = [{ network: 'latency/blue', succeeded: true }];
  return `${JSON.stringify({ run: id(run), time: '2026-11-27T07:06:35Z', networks })}\n`;
}

/** Returns the ConfigMap after a run that began with these lines. */
function configMapAfter(run: number, began: string, more: Record<string, string> = {}) {
  return { data: { 'status.runId': id(run), 'history.runs': began + line(run), ...more } };
}

/** Returns what a function printed, and its value. */
async function printed<T>(run: () => Promise<T>): Promise<{ value: T; output: string }> {
  const { log } = console;
  const lines: unknown[] = [];
  console.log = (text: unknown) => lines.push(text);
  try {
    return { value: await run(), output: lines.join('\n') };
  } finally {
    console.log = log;
  }
}

function putRuns(parent: string, text: string): string {
  const file = savedRunsFile(parent);
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, text);
  return file;
}

test('the next run begins with the lines and the round of the previous one', async ({}, testInfo) => {
  const parent = testInfo.outputPath('default.br10');
  expect(await savedHistory(parent, 50)).toEqual({});
  const { output } = await printed(async () => {
    await saveHistory(parent, configMapAfter(1, '', { 'history.nextRound': '4' }), 50);
    const began = await savedHistory(parent, 50);
    expect(began).toEqual({ 'history.runs': line(1), 'history.nextRound': '4' });
    await saveHistory(parent, configMapAfter(2, line(1)), 50);
    // A run that ended before it wrote a line, and one whose ConfigMap could not be read.
    await saveHistory(parent, { data: { 'status.runId': id(3), 'history.runs': line(1) } }, 50);
    await saveHistory(parent, undefined, 50);
  });
  expect(output).toBe('');
  expect(readFileSync(savedRunsFile(parent), 'utf8')).toBe(line(1) + line(2));
  expect(readdirSync(path.dirname(savedRunsFile(parent))).sort()).toEqual(['next-round', 'runs.jsonl']);
});

test('two commands at the same time both keep their lines', async ({}, testInfo) => {
  const parent = testInfo.outputPath('default.br10');
  putRuns(parent, line(1));
  await saveHistory(parent, configMapAfter(3, line(1)), 50);
  await saveHistory(parent, configMapAfter(2, line(1)), 50);
  expect(readFileSync(savedRunsFile(parent), 'utf8')).toBe(line(1) + line(3) + line(2));
});

test('historyRuns limits the lines, and with 0 the saved ones stay as they are', async ({}, testInfo) => {
  const parent = testInfo.outputPath('default.br10');
  const file = putRuns(parent, line(1) + line(2) + line(3));
  expect(await savedHistory(parent, 2)).toEqual({ 'history.runs': line(2) + line(3) });
  expect(await savedHistory(parent, 0)).toEqual({});
  await saveHistory(parent, configMapAfter(4, ''), 0);
  expect(readFileSync(file, 'utf8')).toBe(line(1) + line(2) + line(3));
  await saveHistory(parent, configMapAfter(4, line(3)), 2);
  expect(readFileSync(file, 'utf8')).toBe(line(3) + line(4));
});

test('damaged lines are not handed on, with one warning', async ({}, testInfo) => {
  const parent = testInfo.outputPath('default.br10');
  const file = putRuns(parent, `${line(1)}{"run":\n\u0000\n${line(2)}`);
  const { value, output } = await printed(() => savedHistory(parent, 50));
  expect(value).toEqual({ 'history.runs': line(1) + line(2) });
  expect(output).toBe(`warning: ${file}: 2 lines are not runs and are dropped`);
});

test('a link or a file that is too long is neither read nor replaced', async ({}, testInfo) => {
  const mine = testInfo.outputPath('mine');
  writeFileSync(mine, line(1));
  const linked = testInfo.outputPath('linked');
  mkdirSync(path.dirname(savedRunsFile(linked)), { recursive: true });
  symlinkSync(mine, savedRunsFile(linked));
  const long = testInfo.outputPath('long');
  truncateSync(putRuns(long, ''), 100 * 2 ** 20);
  for (const parent of [linked, long]) {
    const why = `${savedRunsFile(parent)} is not a regular file of at most 1048576 bytes`;
    const read = await printed(() => savedHistory(parent, 50));
    expect(read).toEqual({ value: {}, output: `warning: the run begins without the history of the network: ${why}` });
    const saved = await printed(() => saveHistory(parent, configMapAfter(2, ''), 50));
    expect(saved.output).toBe(`warning: the history of the network was not saved: ${why}`);
  }
  expect(readFileSync(mine, 'utf8')).toBe(line(1));
});

test('a directory that cannot be written is a warning', async ({}, testInfo) => {
  const parent = testInfo.outputPath('default.br10');
  writeFileSync(parent, 'mine');
  const { output } = await printed(() => saveHistory(parent, configMapAfter(1, ''), 50));
  expect(output).toMatch(/^warning: the history of the network was not saved: ENOTDIR/);
});
