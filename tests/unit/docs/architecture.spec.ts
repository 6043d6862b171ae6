/** The rooms of docs/architecture.md are those of the checkout, and their walls those of the linter. */
import { readdirSync } from 'node:fs';
import { expect, test } from '@playwright/test';
import { ESLint } from 'eslint';
import tseslint from 'typescript-eslint';
import { blocksOf, codes, read, ROOT, tableRows } from './documents.ts';

const DOCUMENT = 'docs/architecture.md';
const ROWS = tableRows(read(DOCUMENT), '## The rooms').slice(1);
const ROOMS = ROWS.map(([room]) => codes(room)[0] ?? '');
const OUTSIDE = ['docs/', 'node_modules/', 'artifacts/'];

const eslint = new ESLint({ overrideConfig: [tseslint.configs.disableTypeChecked] });

async function refused(room: string, imported: string): Promise<boolean> {
  const [result] = await eslint.lintText(`import '../${imported}';\n`, { filePath: `${room}some.ts` });
  return (result?.messages ?? []).some(({ ruleId }) => ruleId === 'no-restricted-imports');
}

/** A file there. */
const example = (place: string): string => (place.endsWith('.ts') ? place : `${place}some.ts`);

test('they are all there', () => {
  const folders = readdirSync(ROOT, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  const names = folders
    .map(({ name }) => `${name}/`)
    .filter((name) => !name.startsWith('.') && !OUTSIDE.includes(name));
  expect([...ROOMS].sort()).toEqual(names.sort());
});

for (const [room = '', , may = ''] of ROWS) {
  const [folder = ''] = codes(room);
  const allowed = codes(may);
  if (may === '' || may === 'anything') continue;
  test(`${folder} imports ${may}, and no other room`, async () => {
    expect(allowed.length > 0 || may === 'nothing').toBe(true);
    for (const place of allowed) expect(await refused(folder, example(place)), place).toBe(false);
    const code = ['checks/', 'fixtures/', 'reporters/', 'model/', 'lab/', 'scripts/', 'tests/'];
    for (const other of code.filter((one) => one !== folder && !allowed.includes(one))) {
      expect(await refused(folder, `${other}some.ts`), other).toBe(true);
    }
  });
}

test('the diagram names rooms and files that are there', () => {
  const [diagram, ...more] = blocksOf(DOCUMENT).filter(({ language }) => language === 'mermaid');
  expect(more).toEqual([]);
  const named = [...(diagram?.text.matchAll(/[a-z-]+\//g) ?? [])].map(([room]) => room);
  expect(named.length).toBeGreaterThan(3);
  for (const room of named) expect(ROOMS).toContain(room);
});
