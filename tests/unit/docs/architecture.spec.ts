// SPDX-License-Identifier: Apache-2.0
/** The folders of docs/architecture.md exist, and their import boundaries are lint rules. */
import { readdirSync } from 'node:fs';
import { expect, test } from '@playwright/test';
import { ESLint } from 'eslint';
import tseslint from 'typescript-eslint';
import { blocksOf, codes, read, ROOT, tableRows } from './documents.ts';

const DOCUMENT = 'docs/architecture.md';
const ROWS = tableRows(read(DOCUMENT), '## Folders and import boundaries').slice(1);
const FOLDERS = ROWS.map(([folder]) => codes(folder)[0] ?? '');
const OUTSIDE = ['docs/', 'node_modules/', 'artifacts/'];

const eslint = new ESLint({ overrideConfig: [tseslint.configs.disableTypeChecked] });

async function refused(folder: string, imported: string): Promise<boolean> {
  const [result] = await eslint.lintText(`import '../${imported}';\n`, { filePath: `${folder}some.ts` });
  return (result?.messages ?? []).some(({ ruleId }) => ruleId === 'no-restricted-imports');
}

/** A file there. */
const example = (place: string): string => (place.endsWith('.ts') ? place : `${place}some.ts`);

test('every folder is listed', () => {
  const folders = readdirSync(ROOT, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  const names = folders
    .map(({ name }) => `${name}/`)
    .filter((name) => !name.startsWith('.') && !OUTSIDE.includes(name));
  expect([...FOLDERS].sort()).toEqual(names.sort());
});

for (const [first = '', , may = ''] of ROWS) {
  const [folder = ''] = codes(first);
  const allowed = codes(may);
  if (may === '' || may === 'anything') continue;
  test(`${folder} imports ${may}, and no other folder`, async () => {
    expect(allowed.length > 0 || may === 'nothing').toBe(true);
    for (const place of allowed) expect(await refused(folder, example(place)), place).toBe(false);
    const code = ['checks/', 'fixtures/', 'reporters/', 'command/', 'image/', 'model/', 'lab/', 'scripts/', 'tests/'];
    for (const other of code.filter((one) => one !== folder && !allowed.includes(one))) {
      expect(await refused(folder, `${other}some.ts`), other).toBe(true);
    }
  });
}

test('the diagram names existing folders', () => {
  const [diagram, ...more] = blocksOf(DOCUMENT).filter(({ language }) => language === 'mermaid');
  expect(more).toEqual([]);
  const named = [...(diagram?.text.matchAll(/[a-z-]+\//g) ?? [])].map(([folder]) => folder);
  expect(named.length).toBeGreaterThan(3);
  for (const folder of named) expect(FOLDERS).toContain(folder);
});
