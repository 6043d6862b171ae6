// SPDX-License-Identifier: Apache-2.0
// Adds copying, sorting and filtering to the page, which is complete without them.
'use strict';

const MANY_ROWS = 12;

function addButton(place, text, act) {
  const button = document.createElement('button');
  button.type = 'button';
  button.textContent = text;
  button.addEventListener('click', act);
  place(button);
  return button;
}

// A page that is opened from a disk of another machine may have no clipboard.
async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    const field = document.createElement('textarea');
    field.value = text;
    document.body.append(field);
    field.select();
    const copied = document.execCommand('copy');
    field.remove();
    return copied;
  }
}

for (const element of document.querySelectorAll('[data-copy]')) {
  const text = element.textContent;
  const button = addButton(
    (added) => element.after(added),
    'Copy',
    async () => {
      button.textContent = (await copy(text)) ? 'Copied' : 'Not copied';
      setTimeout(() => (button.textContent = 'Copy'), 2000);
    },
  );
  button.setAttribute('aria-label', `Copy ${text.length > 60 ? `${text.slice(0, 60)}…` : text}`);
}

function valueOf(row, column) {
  const cell = row.cells[column];
  return 'order' in cell.dataset ? Number(cell.dataset.order) : cell.textContent;
}

function compare(a, b) {
  return typeof a === 'number' && typeof b === 'number' ? a - b : String(a).localeCompare(String(b));
}

function makeSortable(table) {
  const [head] = table.tHead.rows;
  const body = table.tBodies[0];
  for (const [column, cell] of [...head.cells].entries()) {
    const text = cell.textContent;
    cell.textContent = '';
    addButton(
      (added) => cell.append(added),
      text,
      () => {
        const ascending = cell.getAttribute('aria-sort') !== 'ascending';
        for (const other of head.cells) other.removeAttribute('aria-sort');
        cell.setAttribute('aria-sort', ascending ? 'ascending' : 'descending');
        const rows = [...body.rows].sort((a, b) => compare(valueOf(a, column), valueOf(b, column)));
        body.append(...(ascending ? rows : rows.reverse()));
      },
    );
  }
}

function makeFilterable(table) {
  const rows = [...table.tBodies[0].rows];
  if (rows.length < MANY_ROWS) return;
  const field = document.createElement('input');
  field.type = 'search';
  field.placeholder = `Filter ${rows.length} rows`;
  field.setAttribute('aria-label', field.placeholder);
  field.addEventListener('input', () => {
    const wanted = field.value.trim().toLowerCase();
    for (const row of rows) row.hidden = !row.textContent.toLowerCase().includes(wanted);
  });
  table.parentElement.before(field);
}

for (const table of document.querySelectorAll('table[data-sortable]')) {
  makeSortable(table);
  makeFilterable(table);
}
