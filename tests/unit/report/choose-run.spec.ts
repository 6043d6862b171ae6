// SPDX-License-Identifier: Apache-2.0
/** `npm run report` takes the run that the user names, or the newest one. */
import { mkdirSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from '@playwright/test';
import { chooseRun, describeRuns } from '../../../command/report/choose-run.ts';

interface Result {
  succeeded?: boolean;
  startTimestamp?: string;
  network?: string;
}

/** Creates a run, and returns its directory. */
function makeRun(
  directory: string,
  { succeeded = true, startTimestamp, network = 'default/br10' }: Result = {},
): string {
  mkdirSync(path.join(directory, 'allure-results'), { recursive: true });
  const [namespace, name] = network.split('/');
  const result = { succeeded, startTimestamp, parameters: { network: { namespace, name } } };
  writeFileSync(path.join(directory, 'result.json'), JSON.stringify(result));
  return directory;
}

const root = (): string => test.info().outputPath('artifacts');
const below = (...parts: string[]): string => path.join(root(), ...parts);
const at = (hour: number): string => `2026-11-26T${String(hour).padStart(2, '0')}-00-00Z`;

async function described(named?: string): Promise<string[]> {
  const lines = await describeRuns(await chooseRun(named, root()));
  return lines.map((line) => line.replaceAll(`${path.relative('', root())}/`, ''));
}

test('describes the newest run of all clusters and networks, and lists the others', async () => {
  makeRun(below('one', 'default.br10', at(10)));
  makeRun(below('two', 'default.br10', at(12)), { succeeded: false });
  makeRun(below('two', 'default.br10', `${at(12)}-2`));
  makeRun(below('one', 'lab.blue', at(11)), { network: 'lab/blue' });
  expect(await described()).toEqual([
    'Newest run: network default/br10, started 2026-11-26T12:00:00Z, succeeded',
    `  two/default.br10/${at(12)}-2`,
    expect.stringMatching(/^3 other runs in .*artifacts, the newest first:$/),
    `  failed     two/default.br10/${at(12)}`,
    `  succeeded  one/lab.blue/${at(11)}`,
    `  succeeded  one/default.br10/${at(10)}`,
    'The report of another run: npm run report -- DIRECTORY',
  ]);
});

test('names each network of a run on several networks', async () => {
  const directory = makeRun(below('one', 'lab.blue', at(11)));
  const networks = ['blue', 'red'].map((name) => ({ namespace: 'lab', name }));
  const result = { succeeded: true, parameters: { network: networks[0], networks } };
  writeFileSync(path.join(directory, 'result.json'), JSON.stringify(result));
  expect((await described())[0]).toMatch(/^Run: network lab\/blue, lab\/red, started /);
});

for (const [named, expected] of [
  [[], `one/lab.blue/${at(13)}`],
  [['one'], `one/lab.blue/${at(13)}`],
  [['one', 'default.br10'], `one/default.br10/${at(11)}`],
  [['one', 'default.br10', at(10)], `one/default.br10/${at(10)}`],
] as const) {
  test(`takes the newest run of ${named.join('/') || 'the artifacts directory'}`, async () => {
    makeRun(below('one', 'default.br10', at(10)));
    makeRun(below('one', 'default.br10', at(11)));
    makeRun(below('one', 'lab.blue', at(13)));
    const { chosen } = await chooseRun(below(...named), root());
    expect(chosen.directory).toBe(below(expected));
  });
}

test('compares a run in the artifacts directory itself with those below it', async () => {
  const older = makeRun(below('one', 'default.br10', at(10)));
  makeRun(root(), { startTimestamp: '2026-11-26T11:00:00Z' });
  expect((await chooseRun(undefined, root())).chosen.directory).toBe(root());
  const newer = makeRun(below('one', 'default.br10', at(12)));
  const { chosen, others } = await chooseRun(undefined, root());
  expect([chosen, ...others].map(({ directory }) => directory)).toEqual([newer, root(), older]);
  // The user names it.
  expect(await chooseRun(root(), '/none')).toMatchObject({ chosen: { directory: root() }, others: [] });
});

test('a run without a readable result is dated by its files', async () => {
  makeRun(below('one', 'default.br10', at(10)));
  writeFileSync(path.join(makeRun(root()), 'result.json'), '{');
  utimesSync(below('result.json'), new Date('2026-11-26T09:00:00Z'), new Date('2026-11-26T09:00:00Z'));
  expect(await described(root())).toEqual([
    'Run: network unknown, started 2026-11-26T09:00:00.000Z, no result',
    expect.any(String),
  ]);
  expect((await chooseRun(undefined, root())).others).toHaveLength(1);
});

test('lists at most ten other runs', async () => {
  for (let hour = 0; hour < 24; hour += 1) makeRun(below('one', 'default.br10', at(hour)));
  const lines = await described();
  expect(lines).toHaveLength(2 + 1 + 10 + 2);
  expect(lines.at(-2)).toBe('  and 13 more');
});

test('ignores other files, and follows no link', async () => {
  const elsewhere = test.info().outputPath('elsewhere');
  makeRun(path.join(elsewhere, 'default.br10', at(23)));
  mkdirSync(below('two', 'default.br10', at(22)), { recursive: true });
  symlinkSync(elsewhere, below('linked'));
  symlinkSync(path.join(elsewhere, 'default.br10', at(23)), below('two', 'default.br10', at(21)));
  writeFileSync(below(at(20)), 'a file');
  makeRun(below('self-test', 'test-results', 'artifacts-0'));
  makeRun(below('two', 'nodots', at(19)));
  const chosen = makeRun(below('two', 'default.br10', at(10)));
  expect(await chooseRun(undefined, root())).toMatchObject({ chosen: { directory: chosen }, others: [] });
});

test('a name from a result is printed without control characters', async () => {
  makeRun(root(), { network: '\u001b[31mred/\u202eb', startTimestamp: '2026-11-26T11:00:00Z' });
  expect((await described())[0]).toBe('Run: network red/b, started 2026-11-26T11:00:00Z, succeeded');
});

test('reports that there is no run', async () => {
  await expect(chooseRun(undefined, root())).rejects.toThrow(
    `no results of a checkup in ${root()}. Name the directory of a run: npm run report -- DIRECTORY; or run a checkup: `,
  );
  await expect(chooseRun(below('none'), root())).rejects.toThrow(`${below('none')} does not exist`);
});
