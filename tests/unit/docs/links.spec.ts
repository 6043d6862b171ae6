// SPDX-License-Identifier: Apache-2.0
/** Links between documents have existing files and headings as targets. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from '@playwright/test';
import { anchorsOf, DOCUMENTS, proseOf, ROOT } from './documents.ts';

interface Link {
  readonly target: string;
  readonly anchor: string | undefined;
}

/** Returns the links within the repository, as paths from the root. */
function linksOf(document: string): Link[] {
  const targets = [...proseOf(document).matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = '']) => target);
  return targets
    .filter((target) => !/^https:\/\//.test(target))
    .map((target) => {
      const [file = '', anchor] = target.split('#');
      return { target: file === '' ? document : path.join(path.dirname(document), file), anchor };
    });
}

for (const document of DOCUMENTS) {
  test(`the link targets of ${document} exist`, () => {
    for (const { target, anchor } of linksOf(document)) {
      expect(existsSync(path.join(ROOT, target)), target).toBe(true);
      if (anchor !== undefined) expect(anchorsOf(target), `${target}#${anchor}`).toContain(anchor);
    }
  });
}

test('every document can be reached from the README', () => {
  const reached = linksOf('README.md').map(({ target }) => target);
  const documents = DOCUMENTS.filter((document) => document !== 'README.md' && /^(docs\/)?[^/]+$/.test(document));
  expect(documents.length).toBeGreaterThan(10);
  for (const document of [...documents, 'docs/decisions/', 'lab/README.md']) expect(reached).toContain(document);
});
