// SPDX-License-Identifier: Apache-2.0
/** The files that a run writes at its end, and the report page that is made of them later. */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test, type TestInfo } from '@playwright/test';
import { buildPage } from '../../../command/report/build-page.ts';
import type { ResultDocument } from '../../../model/result-document.ts';
import { LIST_FILE } from '../../../reporters/artifacts/list.ts';
import { writeResultFiles } from '../../../reporters/artifacts/result-files.ts';
import { PAGES } from './page/page-documents.ts';

const SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 960 600"></svg>';
const RESULT = PAGES['success'];

/** Writes the files of a successful run to a directory. */
async function writtenTo(testInfo: TestInfo, prepare: (directory: string) => void = () => undefined): Promise<string> {
  if (RESULT === undefined) throw new Error('no such document');
  const directory = testInfo.outputPath('artifacts');
  for (const [file, text] of Object.entries({
    'charts/ipv4-sourceToTarget-rtt.svg': SVG,
    'html-report/index.html': 'page',
    'html-report/data/1.md': 'a part',
    'allure-results/1-result.json': '{}',
    'logs/ping.txt': 'PING',
    '.running': 'host 1',
  })) {
    mkdirSync(path.dirname(path.join(directory, file)), { recursive: true });
    writeFileSync(path.join(directory, file), text);
  }
  prepare(directory);
  await writeResultFiles({ directory, unfinished: directory }, { ...RESULT, files: undefined }, []);
  return directory;
}

function resultOf(directory: string): ResultDocument {
  return JSON.parse(readFileSync(path.join(directory, 'result.json'), 'utf8')) as ResultDocument;
}

test('result.json lists the files with sizes and descriptions, without the parts of reports', async ({}, testInfo) => {
  const directory = await writtenTo(testInfo);
  expect(resultOf(directory).files).toEqual([
    { path: 'allure-results/', description: expect.any(String) },
    { path: 'charts/ipv4-sourceToTarget-rtt.svg', description: expect.any(String), bytes: SVG.length },
    { path: 'html-report/index.html', description: expect.any(String), bytes: 4 },
    { path: 'logs/ping.txt', description: 'output of ping', bytes: 4 },
    { path: 'metrics.prom', description: expect.any(String), bytes: expect.any(Number) },
  ]);
  expect(readFileSync(path.join(directory, 'report.html'), 'utf8')).toContain('data:image/svg+xml;base64,');
});

test('a page that cannot be written is a warning, and the other files are complete', async ({}, testInfo) => {
  const lines: string[] = [];
  const log = console.log;
  console.log = (line: string) => lines.push(line);
  try {
    const directory = await writtenTo(testInfo, (place) =>
      mkdirSync(path.join(place, 'report.html/x'), { recursive: true }),
    );
    expect(resultOf(directory).succeeded).toBe(true);
    expect(lines).toEqual([expect.stringMatching(/^ {2}warning: .*\/report\.html was not written: EISDIR/)]);
  } finally {
    console.log = log;
  }
});

test('npm run report makes the same page from the directory', async ({}, testInfo) => {
  const directory = await writtenTo(testInfo);
  const file = path.join(directory, 'report.html');
  const first = readFileSync(file, 'utf8');
  // An entry that is not on the list is foreign.
  await expect(buildPage(directory)).rejects.toThrow(/report\.html exists, and neither a checkup nor this command/);
  expect(readFileSync(file, 'utf8')).toBe(first);
  rmSync(file);
  expect(await buildPage(directory)).toBe(file);
  expect(readFileSync(file, 'utf8')).toBe(first);
  expect(readFileSync(path.join(directory, LIST_FILE), 'utf8')).toContain('\nreport.html\n');
});

test('npm run report rejects a directory without a valid result', async ({}, testInfo) => {
  const directory = await writtenTo(testInfo);
  const file = path.join(directory, 'result.json');
  writeFileSync(file, JSON.stringify({ ...resultOf(directory), succeeded: 'yes' }));
  await expect(buildPage(directory)).rejects.toThrow(`no result of a checkup in ${file}: `);
  rmSync(file);
  await expect(buildPage(directory)).rejects.toThrow(`no result of a checkup in ${file}: ENOENT`);
});
