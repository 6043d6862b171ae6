// SPDX-License-Identifier: Apache-2.0
/** Parses the shell commands in documents: words, quotes, comments, continuation lines and leading variable assignments. */

export interface CommandLine {
  /** The command on one line, without its comment. */
  readonly text: string;
  /** The names of the variables that are assigned before the program. */
  readonly variables: readonly string[];
  readonly program: string;
  readonly args: readonly string[];
}

const WORD = /'[^']*'|"[^"]*"|[^\s'"]+/g;
const ASSIGNMENT = /^[A-Z][A-Z0-9_]*=/;

/** Splits a line into words and removes quotes, also those inside a word. */
function words(line: string): string[] {
  const found: string[] = [];
  let end = -1;
  for (const { 0: part, index } of line.matchAll(WORD)) {
    const text = /^['"]/.test(part) ? part.slice(1, -1) : part;
    if (index === end) found.push(`${found.pop() ?? ''}${text}`);
    else found.push(text);
    end = index + part.length;
  }
  return found;
}

export function parseCommandLine(line: string): CommandLine {
  const text = line.replace(/(^|\s)#\s.*$/, '').trim();
  const all = words(text);
  const first = all.findIndex((word) => !ASSIGNMENT.test(word));
  const [program = '', ...args] = first === -1 ? [] : all.slice(first);
  const assigned = first === -1 ? all : all.slice(0, first);
  return { text, variables: assigned.map((word) => word.split('=')[0] ?? ''), program, args };
}

/** Parses each line of a script; a line that ends with a backslash continues on the next line. */
export function commandLines(script: string): CommandLine[] {
  const lines = script.replace(/\\\n\s*/g, '').split('\n');
  return lines.map(parseCommandLine).filter(({ text }) => text !== '');
}
