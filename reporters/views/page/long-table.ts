// SPDX-License-Identifier: Apache-2.0
/**
 * Tables with thousands of rows. The page contains the first rows; all rows follow as data, from which a script shows, sorts and filters
 * them. Each column lists its distinct texts once, in their order, and a row is the places of its texts in these lists: 5,000 pairs need
 * about 120 kB.
 */
import { renderTable, type Cell, type Column } from './fold.ts';
import { renderCount } from './quantity.ts';
import { html, inlineData, type Content, type Html } from './html.ts';

/** A table that is not longer needs no data. */
const SHOWN_ROWS = 100;
/** About a megabyte. */
const MOST_ROWS = 30_000;

export interface TextCell extends Cell {
  readonly content: string;
}

export interface LongTable {
  readonly title: string;
  readonly columns: readonly Column[];
  /** The most important rows first. */
  readonly rows: readonly (readonly TextCell[])[];
  /** Where all rows are, for a page without scripts. */
  readonly elsewhere: Content;
}

export function renderLongTable({ title, columns, rows, elsewhere }: LongTable): Html {
  if (rows.length <= SHOWN_ROWS) return renderTable(title, columns, rows);
  const embedded = rows.slice(0, MOST_ROWS);
  return html`<div class="long-table">
    <p class="note">
      The first ${SHOWN_ROWS} of ${renderCount(rows.length)} rows: failed pairs first, then the slowest. ${elsewhere}
    </p>
    ${renderTable(title, columns, rows.slice(0, SHOWN_ROWS))} ${inlineData(encode(columns, embedded))}
  </div>`;
}

interface Encoded {
  /** The distinct texts of each column in ascending order. */
  readonly texts: readonly (readonly string[])[];
  /** Places in base 36, separated by commas; rows are separated by semicolons. */
  readonly rows: string;
}

function encode(columns: readonly Column[], rows: readonly (readonly TextCell[])[]): Encoded {
  const texts = columns.map((_column, index) => {
    const orders = new Map(
      rows.flatMap((row) => (row[index] === undefined ? [] : [[row[index].content, row[index].order] as const])),
    );
    return [...orders].sort(([a, orderA], [b, orderB]) => {
      return orderA === undefined || orderB === undefined || orderA === orderB
        ? Number(a > b) - Number(a < b)
        : orderA - orderB;
    });
  });
  const places = texts.map((column) => new Map(column.map(([text], place) => [text, place.toString(36)])));
  return {
    texts: texts.map((column) => column.map(([text]) => text)),
    rows: rows.map((row) => row.map(({ content }, index) => places[index]?.get(content) ?? '').join(',')).join(';'),
  };
}
