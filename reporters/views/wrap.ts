// SPDX-License-Identifier: Apache-2.0
/** Wraps lines of the log for a terminal. */
import { wrapped } from '../../model/text.ts';
import { isLastLine } from './summary.ts';

/** The columns of a stage's line before its reason. */
const STAGE_LINE = /^ {2}(?:ok {4}|FAILED|\.{3} {3}) \S+ +(?:\d+m )?\S+s {2}/;
/** The columns of a network's line before its outcome. */
const NETWORK_LINE = /^ {2}(?:ok {4}|FAILED|- {5}) [^\s/]+\/\S+ {2,}/;
const LIST_ITEM = /^ *- /;
/** "  label            value" */
const TABLE_ROW = /^ +\S.{0,20}? {2,}(?=\S)/;
const COMMAND_BEGINS = /(?:^|: | {2})(?:kubectl|oc|virtctl|npm|npx) /;
/** A command with a note in or after it is text. */
const NOTE = /[,()]/;
/** A word of a command; quoted spaces do not end it. */
const SHELL_WORD = /(?:[^\s'"]|'[^']*'|"[^"]*")+/g;
/** Minimum of the columns after the indentation. */
const LEAST_COLUMNS = 20;

/**
 * Returns a line of the log as rows of at most `columns` characters, divided between words. The checkup's last line stays one row for
 * programs. Rows of a command end with a backslash, so that it can be pasted into a shell.
 */
export function wrapLine(line: string, columns: number): string[] {
  if (line.length <= columns || isLastLine(line)) return [line];
  const leading = /^ */.exec(line)?.[0].length ?? 0;
  const prefix = (STAGE_LINE.exec(line) ?? NETWORK_LINE.exec(line) ?? LIST_ITEM.exec(line) ?? TABLE_ROW.exec(line))?.[0]
    .length;
  const hanging = prefix ?? leading + 2;
  if (hanging + LEAST_COLUMNS > columns) return [line];
  const begin = line.slice(0, prefix ?? leading);
  const room = columns - hanging;
  const rest = line.slice(begin.length);
  const found = COMMAND_BEGINS.exec(rest);
  const at = (found?.index ?? 0) + (found?.[0].match(/^[: ]*/)?.[0].length ?? 0);
  const command = found === null || NOTE.test(rest.slice(at)) ? [] : commandRows(rest.slice(at), room);
  if (command.length === 0) return indented(begin, wrapped(rest, room), hanging);
  const text = rest.slice(0, at).trimEnd();
  return indented(begin, [...(text === '' ? [] : wrapped(text, room)), ...command], hanging);
}

function indented(begin: string, rows: readonly string[], hanging: number): string[] {
  return rows.map((row, index) => (index === 0 ? begin : ' '.repeat(hanging)) + row);
}

/** Returns no rows for a text with a quote that does not end. */
function commandRows(command: string, columns: number): string[] {
  const words = command.match(SHELL_WORD) ?? [];
  if (words.join(' ') !== command) return [];
  const rows: string[] = [];
  for (const word of words) {
    const last = rows.at(-1);
    if (last !== undefined && last.length + word.length + 3 <= columns) rows[rows.length - 1] = `${last} ${word}`;
    else rows.push(rows.length === 0 ? word : `  ${word}`);
  }
  return rows.map((row, index) => (index === rows.length - 1 ? row : `${row} \\`));
}
