// SPDX-License-Identifier: Apache-2.0
/** The files of the run, as links relative to the page. */
import type { ArtifactFile, ResultDocument } from '../../../model/result-document.ts';
import { renderFold, renderTable, type Cell } from './fold.ts';
import { html, type Content, type Html } from './html.ts';
import { renderBytes } from './quantity.ts';

/** Returns "" if no list is known. */
export function renderFiles({ files = [] }: ResultDocument): Content {
  if (files.length === 0) return '';
  const evidence = files.filter(({ path }) => path.startsWith('evidence/'));
  const others = files.filter((file) => !evidence.includes(file));
  const rows = [...evidence, ...others].map((file): Cell[] => [
    { content: link(file) },
    { content: file.description },
    file.bytes === undefined ? { content: '', order: 0 } : { content: renderBytes(file.bytes), order: file.bytes },
  ]);
  const columns = [{ title: 'File' }, { title: 'Contains' }, { title: 'Size', number: true as const }];
  const title = evidence.length > 0 ? 'Evidence and other files' : 'Files';
  return renderFold(title, `${files.length} files`, renderTable(title, columns, rows));
}

/** A directory cannot be opened from every place where the page is. */
function link({ path }: ArtifactFile): Html {
  if (path.endsWith('/')) return html`<code>${path}</code>`;
  return html`<a href="${hrefOf(path)}">${path}</a>`;
}

export function hrefOf(path: string): string {
  return `./${path.split('/').map(encodeURIComponent).join('/')}`;
}
