// SPDX-License-Identifier: Apache-2.0
// Long tables and heat maps: rows come from the data of the page, cells are named while the pointer is on them.
'use strict';

/* global addButton, location, window */

const SHOWN_ROWS = 100;

function decodeRows(container) {
  const { texts, rows } = JSON.parse(container.querySelector('script').textContent);
  return { texts, rows: rows.split(';').map((row) => row.split(',').map((place) => parseInt(place, 36))) };
}

function fillRow(row, cells, heads) {
  for (const [column, text] of cells.entries()) {
    const cell = document.createElement(column === 0 ? 'th' : 'td');
    if (column === 0) cell.scope = 'row';
    else cell.className = heads[column].className;
    cell.textContent = text;
    row.append(cell);
  }
}

function makeLongTable(container) {
  const { texts, rows } = decodeRows(container);
  const [table, note] = [container.querySelector('table'), container.querySelector('.note')];
  // Otherwise enhance.js, which follows, sorts and filters only the rows that are shown.
  delete table.dataset.sortable;
  const heads = [...table.tHead.rows[0].cells];
  const found = texts.map((column) => column.map((text) => text.toLowerCase()));
  const [body] = table.tBodies;
  let [order, words, shown] = [rows, [], SHOWN_ROWS];

  function matches(row) {
    return words.every((word) => row.some((place, column) => found[column][place].includes(word)));
  }

  function show() {
    const wanted = words.length === 0 ? order : order.filter(matches);
    body.replaceChildren();
    for (const row of wanted.slice(0, shown)) {
      fillRow(
        body.insertRow(),
        row.map((place, column) => texts[column][place]),
        heads,
      );
    }
    more.hidden = wanted.length <= shown;
    note.textContent = `${Math.min(shown, wanted.length)} of ${wanted.length.toLocaleString('en')} rows`;
  }

  const more = addButton(
    (added) => table.parentElement.after(added),
    'Show more rows',
    () => {
      shown += 10 * SHOWN_ROWS;
      show();
    },
  );
  for (const [column, head] of heads.entries()) {
    const text = head.textContent;
    head.textContent = '';
    addButton(
      (added) => head.append(added),
      text,
      () => {
        const ascending = head.getAttribute('aria-sort') !== 'ascending';
        for (const other of heads) other.removeAttribute('aria-sort');
        head.setAttribute('aria-sort', ascending ? 'ascending' : 'descending');
        order = [...order].sort((a, b) => (ascending ? a[column] - b[column] : b[column] - a[column]));
        show();
      },
    );
  }
  const field = document.createElement('input');
  field.type = 'search';
  field.placeholder = `Filter ${rows.length.toLocaleString('en')} rows`;
  field.setAttribute('aria-label', field.placeholder);
  field.addEventListener('input', () => {
    [words, shown] = [field.value.trim().toLowerCase().split(/\s+/).filter(Boolean), SHOWN_ROWS];
    show();
  });
  note.before(field);
  show();
}

// The cell below the pointer is named, with the row of its pair in the table.
function rowsOf(table) {
  const container = table.closest('.long-table');
  if (container === null)
    return [...table.tBodies[0].rows].map((row) => [...row.cells].map((cell) => cell.textContent));
  const { texts, rows } = decodeRows(container);
  return rows.map((row) => row.map((place, column) => texts[column][place]));
}

function readMap(map) {
  const [nodes, starts] = [map.dataset.nodes.split(' '), map.dataset.at.split(' ').map(Number)];
  const size = Number(map.dataset.cell);
  const table = map.closest('section').nextElementSibling.querySelector('table');
  const titles = [...table.tHead.rows[0].cells].map((cell) => cell.textContent);
  const family = map.dataset.family;
  const rows = new Map(
    rowsOf(table)
      .filter((cells) => titles[2] !== 'Family' || cells[2] === family)
      .map((cells) => [`${cells[0]} ${cells[1]}`, cells]),
  );
  const readout = document.createElement('p');
  readout.className = 'note readout';
  readout.textContent = 'Tap or point at a cell to read it.';
  map.parentElement.after(readout);

  function nodeAt(position) {
    const index = starts.findLastIndex((start) => start <= position);
    return index >= 0 && position < starts[index] + size ? nodes[index] : undefined;
  }

  function read(event) {
    const { left, top, width } = map.getBoundingClientRect();
    const scale = map.viewBox.baseVal.width / width;
    const [from, to] = [nodeAt((event.clientY - top) * scale), nodeAt((event.clientX - left) * scale)];
    if (from === undefined || to === undefined || from === to) return;
    const cells = rows.get(`${from} ${to}`) ?? rows.get(`${to} ${from}`);
    const values = cells?.map((text, column) => (titles[column] === 'Result' ? text : `${titles[column]} ${text}`));
    readout.textContent = values === undefined ? `${from}, ${to}: not planned in this run` : values.join(', ');
  }
  map.addEventListener('pointermove', read);
  map.addEventListener('pointerdown', read);
}

// Before the titles of the columns become buttons.
for (const map of document.querySelectorAll('.heat-map[data-nodes]')) readMap(map);
for (const container of document.querySelectorAll('.long-table')) makeLongTable(container);

// A table or a map that is wider than its place says so.
for (const box of document.querySelectorAll('.scroll')) {
  const hint = document.createElement('p');
  hint.className = 'note';
  hint.textContent = 'Scroll sideways to see all columns.';
  box.before(hint);
  new window.ResizeObserver(() => (hint.hidden = box.scrollWidth <= box.clientWidth)).observe(box);
}

// A link to a network opens it.
function openTarget() {
  const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (target instanceof window.HTMLDetailsElement) target.open = true;
}
window.addEventListener('hashchange', openTarget);
openTarget();
