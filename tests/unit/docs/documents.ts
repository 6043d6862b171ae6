// SPDX-License-Identifier: Apache-2.0
/** The documents for users: blocks, tables and links. */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

export const ROOT = path.join(import.meta.dirname, '..', '..', '..');

export const read = (file: string): string => readFileSync(path.join(ROOT, file), 'utf8');

/** Paths from the root of the checkout. */
export const DOCUMENTS: readonly string[] = [
  'README.md',
  'CHANGELOG.md',
  'CONTRIBUTING.md',
  'SECURITY.md',
  'lab/README.md',
  ...readdirSync(path.join(ROOT, 'docs'), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.md'))
    .map((file) => `docs/${file}`)
    .sort(),
];

export interface Block {
  readonly document: string;
  /** "sh", "yaml", "mermaid", or "" for output. */
  readonly language: string;
  readonly text: string;
}

const FENCED = /^( *)```(\w*)\n([\s\S]*?)^ *```$/gm;

/** Returns the fenced blocks, without the indentation of a list. */
export function blocksOf(document: string): Block[] {
  return blocksIn(document, read(document));
}

/** Returns the fenced blocks below a heading of the second level. */
export function blocksBelow(document: string, heading: string): Block[] {
  const section = read(document)
    .split(/^## /m)
    .find((text) => text.startsWith(`${heading}\n`));
  return blocksIn(document, section ?? '');
}

function blocksIn(document: string, markdown: string): Block[] {
  return [...markdown.matchAll(FENCED)].map(([, indent = '', language = '', text = '']) => ({
    document,
    language,
    text: text.replace(new RegExp(`^${indent}`, 'gm'), ''),
  }));
}

export function proseOf(document: string): string {
  return read(document).replace(FENCED, '');
}

/** Returns the text between code marks. */
export function codes(text = ''): string[] {
  return [...text.matchAll(/`([^`]+)`/g)].map(([, code = '']) => code);
}

/** Returns the cells of every table row under a heading, including the head row. */
export function tableRows(document: string, heading: string): string[][] {
  const [, section = ''] = `\n${document}`.split(`\n${heading}\n`);
  const [own = ''] = section.split(/\n#+ /);
  const rows = own
    .split('\n')
    .filter((line) => line.startsWith('|') && !/^\|[ -]*-\|?/.test(line.replaceAll('- |', '-|')));
  return rows.map((line) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
}

/** Returns the anchors of a document's headings on GitHub. */
export function anchorsOf(document: string): string[] {
  const seen = new Map<string, number>();
  return [...proseOf(document).matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) => {
    const slug = heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-');
    const times = seen.get(slug) ?? 0;
    seen.set(slug, times + 1);
    return times === 0 ? slug : `${slug}-${times}`;
  });
}
