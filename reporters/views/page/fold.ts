// SPDX-License-Identifier: Apache-2.0
/** Folded sections: details that few readers need. */
import { html, type Content, type Html } from './html.ts';

/** @param note follows the title, such as the number of rows */
export function renderFold(title: string, note: string, content: Content): Html {
  return html`<details class="card fold">
    <summary>
      <h2>${title}</h2>
      <span class="note">${note}</span>
    </summary>
    ${content}
  </details>`;
}

export interface Column {
  readonly title: string;
  readonly number?: true;
}

/** A cell with `order` is sorted by it instead of by its text. */
export interface Cell {
  readonly content: Content;
  readonly order?: number;
}

/** Renders a table that a script makes sortable and filterable. The first cell of a row is its name. */
export function renderTable(title: string, columns: readonly Column[], rows: readonly (readonly Cell[])[]): Html {
  return html`<div class="scroll" tabindex="0" role="region" aria-label="${title}">
    <table data-sortable>
      <thead>
        <tr>
          ${columns.map((column) => html`<th scope="col" class="${column.number && 'number'}">${column.title}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${rows.map(
          (cells) =>
            html`<tr>
              ${cells.map((cell, index) => renderCell(cell, columns[index], index === 0))}
            </tr>`,
        )}
      </tbody>
    </table>
  </div>`;
}

function renderCell({ content, order }: Cell, column: Column | undefined, isName: boolean): Html {
  const kind = column?.number && 'number';
  const sorted = order === undefined ? '' : html` data-order="${order}"`;
  return isName ? html`<th scope="row" ${sorted}>${content}</th>` : html`<td class="${kind}" ${sorted}>${content}</td>`;
}
