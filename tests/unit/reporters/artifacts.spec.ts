// SPDX-License-Identifier: Apache-2.0
/** A run deletes and replaces only what an earlier run has listed, and follows no link. */
import { execFileSync } from 'node:child_process';
import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { hostname } from 'node:os';
import path from 'node:path';
import { expect, test, type TestInfo } from '@playwright/test';
import { artifactsDirectory, endRun } from '../../../reporters/artifacts/directory.ts';
import { LIST_FILE, readList, replaceFile, writeList } from '../../../reporters/artifacts/list.ts';
import { clearEarlierRun } from '../../../reporters/artifacts/earlier-run.ts';
import { publish } from '../../../reporters/artifacts/publish.ts';

const RUN = {
  'html-report/index.html': 'page',
  'html-report/data/picture.svg': 'picture',
  'allure-results/1-result.json': '{}',
  'charts/rtt.svg': 'chart',
  'logs/ping.txt': 'ping',
  'manifests/vmi.yaml': 'vmi',
  'junit.xml': 'junit',
  'result.json': '{}',
  'metrics.prom': 'metrics',
};

function put(directory: string, files: Readonly<Record<string, string>>): void {
  for (const [name, body] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(directory, name)), { recursive: true });
    writeFileSync(path.join(directory, name), body);
  }
}

/** Returns every file below a directory with its content, and links with their targets, without the list itself. */
function contents(directory: string): Record<string, string> {
  const entries = readdirSync(directory, { recursive: true, encoding: 'utf8' }).sort();
  return Object.fromEntries(
    entries.flatMap((name) => {
      const stat = lstatSync(path.join(directory, name));
      if (name === LIST_FILE || stat.isDirectory()) return [];
      return [[name, stat.isFile() ? readFileSync(path.join(directory, name), 'utf8') : 'no file']];
    }),
  );
}

/** Runs once. Returns the directory it used, and its warnings. */
async function run(
  wanted: string,
  files: Readonly<Record<string, string>> = RUN,
): Promise<{ used: string; unfinished: string; warnings: string }> {
  const { warn, log } = console;
  const lines: string[] = [];
  const record = (line: unknown): void => {
    lines.push(String(line));
  };
  Object.assign(console, { warn: record, log: record });
  try {
    const artifacts = await artifactsDirectory(wanted);
    put(artifacts.unfinished, files);
    await clearEarlierRun(artifacts.directory);
    await publish(artifacts);
    await endRun(artifacts, false).catch(() => undefined);
    return { used: artifacts.directory, unfinished: artifacts.unfinished, warnings: lines.join('\n') };
  } finally {
    Object.assign(console, { warn, log });
  }
}

function own(testInfo: TestInfo): { directory: string; elsewhere: string } {
  const directory = testInfo.outputPath('artifacts');
  const elsewhere = testInfo.outputPath('elsewhere');
  for (const made of [directory, elsewhere, testInfo.outputPath('tmp')]) mkdirSync(made);
  process.env['TMPDIR'] = testInfo.outputPath('tmp');
  return { directory, elsewhere };
}

let tmpdirBefore: string | undefined;
test.beforeEach(() => {
  tmpdirBefore = process.env['TMPDIR'];
});
test.afterEach(() => {
  if (tmpdirBefore === undefined) Reflect.deleteProperty(process.env, 'TMPDIR');
  else process.env['TMPDIR'] = tmpdirBefore;
});

test('replaces the files of the previous run, and retains its result for the history', async ({}, testInfo) => {
  const { directory } = own(testInfo);
  put(directory, { 'lost+found/of-the-disk': 'x', 'notes.txt': 'mine' });
  expect(await run(directory)).toMatchObject({ used: directory, warnings: '' });
  const second = { 'allure-results/2-result.json': '{}', 'logs/other.txt': 'other', 'metrics.prom': 'new' };
  expect(await run(directory, second)).toMatchObject({ used: directory, warnings: '' });
  const theirs = { 'lost+found/of-the-disk': 'x', 'notes.txt': 'mine' };
  expect(contents(directory)).toEqual({ ...theirs, ...second, 'allure-history/1-result.json': '{}' });
});

test('the history holds the results of 50 runs', async ({}, testInfo) => {
  const { directory } = own(testInfo);
  for (let index = 0; index < 53; index += 1) {
    await run(directory, { [`allure-results/${String(index).padStart(2, '0')}-result.json`]: '{}' });
    const file = path.join(directory, 'allure-results', `${String(index).padStart(2, '0')}-result.json`);
    utimesSync(file, index, index);
  }
  const history = readdirSync(path.join(directory, 'allure-history')).sort();
  expect(history).toHaveLength(50);
  expect(history[0]).toBe('02-result.json');
});

/** Prepares a directory, with or without an earlier run. Its files must not change. */
const FOREIGN: Record<
  string,
  { earlier?: boolean; named: string; prepare: (directory: string, elsewhere: string) => void }
> = {
  'foreign manifests, as in ARTIFACTS_DIR=.': {
    named: 'manifests',
    prepare: (directory) => {
      put(directory, { 'manifests/job.yaml': 'mine', 'package.json': '{}' });
    },
  },
  'an empty directory of a name that a run uses': {
    named: 'evidence',
    prepare: (directory) => {
      mkdirSync(path.join(directory, 'evidence'));
    },
  },
  'what a version without a list left': {
    named: 'html-report',
    prepare: (directory) => {
      put(directory, RUN);
    },
  },
  'a file added to what a run left': {
    earlier: true,
    named: 'html-report/data/notes.txt',
    prepare: (directory) => {
      put(directory, { 'html-report/data/notes.txt': 'mine' });
    },
  },
  'a link in place of a directory': {
    named: 'allure-results',
    prepare: (directory, elsewhere) => {
      symlinkSync(elsewhere, path.join(directory, 'allure-results'));
    },
  },
  'a link in place of a listed directory': {
    earlier: true,
    named: 'logs',
    prepare: (directory, elsewhere) => {
      execFileSync('mv', [path.join(directory, 'logs'), path.join(elsewhere, 'logs')]);
      symlinkSync(path.join(elsewhere, 'logs'), path.join(directory, 'logs'));
    },
  },
  'a link in place of a listed file': {
    earlier: true,
    named: 'metrics.prom',
    prepare: (directory, elsewhere) => {
      execFileSync('rm', [path.join(directory, 'metrics.prom')]);
      symlinkSync(path.join(elsewhere, 'precious.txt'), path.join(directory, 'metrics.prom'));
    },
  },
  'a dangling link': {
    named: 'junit.xml',
    prepare: (directory, elsewhere) => {
      symlinkSync(path.join(elsewhere, 'missing'), path.join(directory, 'junit.xml'));
    },
  },
  'a link in place of the list': {
    named: LIST_FILE,
    prepare: (directory, elsewhere) => {
      symlinkSync(path.join(elsewhere, 'precious.txt'), path.join(directory, LIST_FILE));
    },
  },
  'a list that is cut off': {
    earlier: true,
    named: LIST_FILE,
    prepare: (directory) => {
      const text = readFileSync(path.join(directory, LIST_FILE), 'utf8');
      writeFileSync(path.join(directory, LIST_FILE), text.slice(0, -20));
    },
  },
  'a list that was edited': {
    earlier: true,
    named: LIST_FILE,
    prepare: (directory) => {
      put(directory, { 'charts/mine.svg': 'mine' });
      const text = readFileSync(path.join(directory, LIST_FILE), 'utf8');
      writeFileSync(path.join(directory, LIST_FILE), text.replace('charts/\n', 'charts/\ncharts/mine.svg\n'));
    },
  },
};

for (const [what, { earlier = false, named, prepare }] of Object.entries(FOREIGN)) {
  test(`retains ${what} and uses a fresh directory`, async ({}, testInfo) => {
    const { directory, elsewhere } = own(testInfo);
    put(elsewhere, { 'precious.txt': 'precious' });
    if (earlier) await run(directory);
    prepare(directory, elsewhere);
    const before = [contents(directory), contents(elsewhere)];
    const { used, warnings } = await run(directory);
    expect([contents(directory), contents(elsewhere)]).toEqual(before);
    expect(path.dirname(used)).toBe(testInfo.outputPath('tmp'));
    expect(contents(used)).toEqual(RUN);
    expect(warnings).toContain(`artifacts directory ${directory} contains ${named}, which no earlier run created`);
    expect(warnings).toContain(`: using ${used}`);
  });
}

for (const entry of [
  '../elsewhere/precious.txt',
  '/etc/hostname',
  'logs/../../elsewhere/precious.txt',
  'notes.txt',
  'logs//x',
]) {
  test(`a list that names ${entry} is not used`, async ({}, testInfo) => {
    const { directory, elsewhere } = own(testInfo);
    put(elsewhere, { 'precious.txt': 'precious' });
    put(directory, { 'notes.txt': 'mine' });
    await writeList(directory, new Set(['logs/', entry]));
    const { used, warnings } = await run(directory);
    expect(used).not.toBe(directory);
    expect(warnings).toContain(LIST_FILE);
    expect(contents(elsewhere)).toEqual({ 'precious.txt': 'precious' });
    expect(contents(directory)).toEqual({ 'notes.txt': 'mine' });
  });
}

test('uses an artifacts directory that is a link', async ({}, testInfo) => {
  const { elsewhere } = own(testInfo);
  const link = testInfo.outputPath('link');
  symlinkSync(elsewhere, link);
  expect(await run(link)).toMatchObject({ used: link, warnings: '' });
  expect(contents(elsewhere)).toEqual(RUN);
});

test('retains files that appear during a run, and reports where its own file is', async ({}, testInfo) => {
  const { directory } = own(testInfo);
  const { log } = console;
  const artifacts = await artifactsDirectory(directory);
  put(artifacts.unfinished, RUN);
  await clearEarlierRun(directory);
  put(directory, { 'junit.xml': 'mine', 'charts/mine.svg': 'mine' });
  const lines: unknown[] = [];
  console.log = (line: unknown) => lines.push(line);
  try {
    await publish(artifacts);
  } finally {
    console.log = log;
  }
  expect(contents(directory)).toMatchObject({
    'junit.xml': 'mine',
    'charts/mine.svg': 'mine',
    'logs/ping.txt': 'ping',
  });
  expect(lines.join('\n')).toContain(`see ${path.join(artifacts.unfinished, 'junit.xml')}`);
});

test('runs that start at the same time create missing directories', async ({}, testInfo) => {
  const parent = path.join(own(testInfo).directory, 'missing', 'parent');
  const runs = await Promise.all(['a', 'b', 'c'].map((name) => artifactsDirectory(path.join(parent, name))));
  expect(runs.map(({ directory }) => path.relative(parent, directory))).toEqual(['a', 'b', 'c']);
});

test('a second run at the same time uses a fresh directory', async ({}, testInfo) => {
  const { directory } = own(testInfo);
  const first = await artifactsDirectory(directory);
  put(first.unfinished, RUN);
  // The mark of another running process.
  writeFileSync(path.join(first.unfinished, '.running'), `${hostname()} ${process.ppid}`);
  const second = await run(directory, { 'junit.xml': 'second' });
  expect(second.warnings).toContain(`artifacts directory ${directory} is in use by another run`);
  expect(contents(second.used)).toEqual({ 'junit.xml': 'second' });
  await publish(first);
  expect(contents(directory)).toMatchObject(RUN);
});

for (const [why, sign] of [
  ['whose process is gone', `${hostname()} 999999999`],
  ['of another machine that shows no life', 'another 1'],
] as const) {
  test(`removes the unfinished files of a killed run: one ${why}`, async ({}, testInfo) => {
    const { directory, elsewhere } = own(testInfo);
    put(elsewhere, { 'precious.txt': 'precious' });
    const killed = await artifactsDirectory(directory);
    put(killed.unfinished, RUN);
    symlinkSync(elsewhere, path.join(killed.unfinished, 'link'));
    const file = path.join(killed.unfinished, '.running');
    writeFileSync(file, sign);
    if (sign.startsWith('another')) utimesSync(file, 1, 1);
    expect(await run(directory)).toMatchObject({ used: directory, warnings: '' });
    expect(existsSync(killed.unfinished)).toBe(false);
    expect(contents(directory)).toEqual(RUN);
    expect(contents(elsewhere)).toEqual({ 'precious.txt': 'precious' });
  });
}

test('other commands replace only what they have listed', async ({}, testInfo) => {
  const { directory, elsewhere } = own(testInfo);
  await replaceFile(directory, 'allure-report.html', 'one');
  await replaceFile(directory, 'allure-report.html', 'two');
  expect(contents(directory)).toEqual({ 'allure-report.html': 'two' });
  expect(await readList(directory)).toEqual(new Set(['allure-report.html']));
  put(elsewhere, { 'configmap.yaml': 'mine' });
  await expect(replaceFile(elsewhere, 'configmap.yaml', 'new')).rejects.toThrow('configmap.yaml');
  symlinkSync('/nowhere/at/all', path.join(elsewhere, 'allure-report.html'));
  await expect(replaceFile(elsewhere, 'allure-report.html', 'new')).rejects.toThrow('allure-report.html');
  expect(contents(elsewhere)).toEqual({ 'configmap.yaml': 'mine', 'allure-report.html': 'no file' });
});
