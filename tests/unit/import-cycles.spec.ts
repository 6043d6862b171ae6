// SPDX-License-Identifier: Apache-2.0
/** No import leads back to where it started: neither from file to file, types included, nor between two directories. */
import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from '@playwright/test';
import ts from 'typescript';

const ROOT = path.join(import.meta.dirname, '..', '..');

type Imports = ReadonlyMap<string, readonly string[]>;

function readImports(): Imports {
  const exclude = ['node_modules/**', 'artifacts/**', '.cache/**'];
  const files = globSync('**/*.ts', { cwd: ROOT, exclude });
  return new Map(files.map((file) => [file, importsOf(file)]));
}

/** Returns the files of the repository that a file imports, also by `import()` and for their types. */
function importsOf(file: string): string[] {
  const { importedFiles } = ts.preProcessFile(readFileSync(path.join(ROOT, file), 'utf8'));
  const relative = importedFiles.filter(({ fileName }) => fileName.startsWith('.'));
  return relative.map(({ fileName }) => path.join(path.dirname(file), fileName));
}

/** Returns what remains when files that import none of the others, or that none of them imports, are removed again and again. */
function filesInCycles(imports: Imports): string[] {
  let files = new Set(imports.keys());
  for (;;) {
    const importedBy = (file: string) => (imports.get(file) ?? []).filter((imported) => files.has(imported));
    const imported = new Set([...files].flatMap(importedBy));
    const rest = new Set([...files].filter((file) => imported.has(file) && importedBy(file).length > 0));
    if (rest.size === files.size) return [...files];
    files = rest;
  }
}

/** Returns, of any two directories that import each other, the imports in the rarer direction. A directory and one inside it are not two. */
function twoWayImports(imports: Imports): string[] {
  const isInside = (inner: string, outer: string) => outer === '.' || `${inner}/`.startsWith(`${outer}/`);
  const between = new Map<string, string[]>();
  for (const [file, all] of imports) {
    for (const imported of all) {
      const [from, to] = [path.dirname(file), path.dirname(imported)];
      if (isInside(from, to) || isInside(to, from)) continue;
      between.set(`${from} ${to}`, [...(between.get(`${from} ${to}`) ?? []), `${file} imports ${imported}`]);
    }
  }
  return [...between].flatMap(([directories, there]) => {
    const back = between.get(directories.split(' ').reverse().join(' ')) ?? [];
    return back.length > 0 && there.length <= back.length ? there : [];
  });
}

test('no file imports itself through others', () => {
  expect(filesInCycles(readImports())).toEqual([]);
});

test('no two directories import each other', () => {
  expect(twoWayImports(readImports())).toEqual([]);
});

test('a cycle of three files is found, without the files around it', () => {
  const imports = new Map([
    ['a/first.ts', ['a/second.ts']],
    ['a/second.ts', ['b/third.ts']],
    ['b/third.ts', ['a/first.ts', 'b/leaf.ts']],
    ['b/leaf.ts', []],
    ['main.ts', ['a/first.ts']],
  ]);
  expect(filesInCycles(imports)).toEqual(['a/first.ts', 'a/second.ts', 'b/third.ts']);
  expect(twoWayImports(imports)).toEqual(['a/second.ts imports b/third.ts', 'b/third.ts imports a/first.ts']);
});
