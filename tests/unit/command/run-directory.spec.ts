// SPDX-License-Identifier: Apache-2.0
/** The directory of a run: below the artifacts directory whatever the names are, and never that of another run. */
import { lstatSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from '@playwright/test';
import {
  compareStartTimes,
  createRunDirectory,
  parseStartTime,
  portableName,
  removeEmptyDirectory,
} from '../../../command/run-directory.ts';

const NETWORK = { namespace: 'default', name: 'br10' };
const START = new Date('2026-11-26T19:03:31.987Z');

test('is named by cluster, network and start time', async ({}, testInfo) => {
  const artifacts = testInfo.outputPath('missing', 'artifacts');
  const directory = await createRunDirectory({ artifacts, cluster: 'kind-kind', networks: [NETWORK], start: START });
  expect(directory).toBe(path.join(artifacts, 'kind-kind', 'default.br10', '2026-11-26T19-03-31Z'));
  expect(readdirSync(directory)).toEqual([]);
});

test('runs that begin in the same second have different directories', async ({}, testInfo) => {
  const request = { artifacts: testInfo.outputPath('a'), cluster: 'c', networks: [NETWORK], start: START };
  const directories = await Promise.all([1, 2, 3].map(() => createRunDirectory(request)));
  const names = directories.map((directory) => path.basename(directory)).sort();
  expect(names).toEqual(['2026-11-26T19-03-31Z', '2026-11-26T19-03-31Z-2', '2026-11-26T19-03-31Z-3']);
  const starts = names.flatMap((name) => parseStartTime(name) ?? []);
  expect(starts.map(({ count }) => count)).toEqual([1, 2, 3]);
  expect(starts.toReversed().sort(compareStartTimes)).toEqual(starts);
});

const PORTABLE = ['kind-kind', 'kubernetes', 'gke_project_europe-west1_prod', 'default.br10', 'Prod.1'];
const CHANGED = [
  '',
  '.',
  '..',
  '../../etc',
  '/etc/passwd',
  'a/b',
  'a\\b',
  'arn:aws:eks:eu-west-1:123456789012:cluster/prod',
  'api-ocp-example-com:6443',
  '-rf',
  '.hidden',
  'dot.',
  'con',
  'CON.blue',
  'con:x',
  'lpt1.x',
  'nul\0x',
  'line\nbreak',
  'größe',
  '\u202egnp',
  'x'.repeat(300),
  `${'x'.repeat(300)}y`,
  // Names that a checkup in the same directory uses.
  'logs',
  'evidence',
  'allure-history',
  'unfinished-abc123',
  'kind-e2e',
];

for (const name of PORTABLE) {
  test(`uses the name ${name} as it is`, () => {
    expect(portableName(name)).toBe(name);
  });
}

for (const name of CHANGED) {
  test(`uses a portable name for ${JSON.stringify(name).slice(-60)}`, async ({}, testInfo) => {
    expect(portableName(name)).toMatch(/^(?!(?:con|nul|lpt1)\.)[A-Za-z0-9_][\w.-]{0,90}-[0-9a-f]{8}$/i);
    const artifacts = testInfo.outputPath('artifacts');
    const directory = await createRunDirectory({ artifacts, cluster: name, networks: [NETWORK], start: START });
    expect(path.relative(artifacts, directory).split(path.sep)).toHaveLength(3);
  });
}

test('different names have different directories', () => {
  const names = [...PORTABLE, ...CHANGED, 'a:b', 'a_b'].map(portableName);
  expect(new Set(names).size).toBe(names.length);
});

test('a network with the longest possible name has a directory', async ({}, testInfo) => {
  const network = { namespace: 'n'.repeat(63), name: 'x'.repeat(253) };
  const request = { artifacts: testInfo.outputPath('a'), cluster: 'c', networks: [network], start: START };
  expect(path.basename(path.dirname(await createRunDirectory(request)))).toMatch(/^n{63}\.x{16}-[0-9a-f]{8}$/);
});

const BR11 = { namespace: 'default', name: 'br11' };
const MANY = Array.from({ length: 12 }, (_, index) => ({ namespace: 'default', name: `network-${index}` }));

for (const [what, request, name] of [
  ['several networks', { networks: [NETWORK, BR11] }, /^default\.br10_default\.br11$/],
  ['the same networks in another order', { networks: [BR11, NETWORK] }, /^default\.br10_default\.br11$/],
  ['a mesh', { networks: [NETWORK], mesh: true }, /^default\.br10_mesh$/],
  ['a mesh of several networks', { networks: [BR11, NETWORK], mesh: true }, /^default\.br10_default\.br11_mesh$/],
  ['many networks', { networks: MANY }, /^default\.network-0_default\.network-1_[\w.-]+-[0-9a-f]{8}$/],
] as const) {
  test(`the directory of ${what} has a stable name`, async ({}, testInfo) => {
    const artifacts = testInfo.outputPath('a');
    const directory = await createRunDirectory({ artifacts, cluster: 'c', start: START, ...request });
    expect(path.basename(path.dirname(directory))).toMatch(name);
  });
}

test('uses a directory for temporary files if the artifacts directory cannot be created', async ({}, testInfo) => {
  const file = testInfo.outputPath('file');
  writeFileSync(file, 'mine');
  const { log } = console;
  const lines: unknown[] = [];
  console.log = (line: unknown) => lines.push(line);
  const request = { artifacts: path.join(file, 'below'), cluster: 'c', networks: [NETWORK], start: START };
  const directory = await createRunDirectory(request).finally(() => {
    console.log = log;
  });
  const instead = path.join(directory, '..', '..', '..');
  expect(lines).toEqual([
    expect.stringMatching(/^warning: artifacts directory .*below is not writable \(ENOTDIR.*\): using /),
  ]);
  expect(String(lines[0])).toContain(instead);
  expect(lstatSync(directory).isDirectory()).toBe(true);
  rmSync(instead, { recursive: true });
});

test('only an empty directory is removed', async ({}, testInfo) => {
  const [empty, full] = [testInfo.outputPath('empty'), testInfo.outputPath('full')];
  for (const directory of [empty, full]) mkdirSync(directory);
  writeFileSync(path.join(full, 'a'), '');
  for (const directory of [empty, full, testInfo.outputPath('missing')]) await removeEmptyDirectory(directory);
  expect(readdirSync(testInfo.outputPath()).sort()).toEqual(['full']);
});

for (const name of [
  '2026-11-26T19-03-31',
  '2026-13-26T19-03-31Z',
  '2026-11-26T19:03:31Z',
  'x2026-11-26T19-03-31Z',
  'logs',
]) {
  test(`${name} is not a start time`, () => {
    expect(parseStartTime(name)).toBeUndefined();
  });
}
