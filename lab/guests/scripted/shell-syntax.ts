// SPDX-License-Identifier: Apache-2.0
/**
 * The part of the POSIX shell's grammar that a checkup uses: words and quotes, pipes, `;` `&&` `||` `&`, subshells, and
 * redirection to and from files. Anything else is a syntax error.
 */

type Separator = ';' | '&&' | '||' | '&';

export interface Command {
  /** With quotes. */
  words: string[];
  /** A list in parentheses, in place of words. */
  subshell?: List;
  redirects: { operator: '<' | '>' | '2>' | '2>&1'; path: string }[];
}

/** Commands that each read the output of the previous one. */
export type Pipeline = [Command, ...Command[]];

export type List = { pipeline: Pipeline; then: Separator }[];

export class ShellSyntaxError extends Error {}

const TOKEN = /\s*(?:(2>&1|2>|>|<|;|&&|\|\||\||&|\(|\))|((?:'[^']*'|"[^"]*"|\\.|[^\s;&|<>()'"\\])+))/y;
const SEPARATORS: readonly string[] = [';', '&&', '||', '&'] satisfies Separator[];

interface Token {
  text: string;
  operator: boolean;
}

export function parseList(line: string): List {
  const tokens = tokenize(line.trim());
  const list = takeList(tokens);
  const [left] = tokens;
  if (left) throw new ShellSyntaxError(`syntax error near unexpected token \`${left.text}'`);
  return list;
}

function tokenize(line: string): Token[] {
  const tokens: Token[] = [];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < line.length) {
    const from = TOKEN.lastIndex;
    const match = TOKEN.exec(line);
    if (!match) throw new ShellSyntaxError(`syntax error near \`${line.slice(from, from + 20)}'`);
    const [, operator, word = ''] = match;
    tokens.push({ text: operator ?? word, operator: operator !== undefined });
  }
  return tokens;
}

function takeList(tokens: Token[]): List {
  const list: List = [];
  while (tokens[0] && !(tokens[0].operator && tokens[0].text === ')')) {
    const pipeline = takePipeline(tokens);
    const next = tokens.at(0);
    const separator = next?.operator && isSeparator(next.text) ? next.text : undefined;
    if (separator) tokens.shift();
    list.push({ pipeline, then: separator ?? ';' });
    if (separator === undefined) break;
  }
  return list;
}

function takePipeline(tokens: Token[]): Pipeline {
  const pipeline: Pipeline = [takeCommand(tokens)];
  while (isPipe(tokens[0])) {
    tokens.shift();
    pipeline.push(takeCommand(tokens));
  }
  return pipeline;
}

function takeCommand(tokens: Token[]): Command {
  const command: Command = { words: [], redirects: [] };
  for (let token = tokens[0]; token; token = tokens[0]) {
    if (token.operator && (isSeparator(token.text) || isPipe(token) || token.text === ')')) break;
    tokens.shift();
    if (!token.operator) command.words.push(token.text);
    else if (token.text === '(') {
      command.subshell = takeList(tokens);
      if (tokens.shift()?.text !== ')') throw new ShellSyntaxError('syntax error: unexpected end of file');
    } else command.redirects.push(takeRedirect(token.text, tokens));
  }
  if (command.words.length === 0 && !command.subshell && command.redirects.length === 0) {
    throw new ShellSyntaxError(`syntax error near unexpected token \`${tokens[0]?.text ?? 'newline'}'`);
  }
  return command;
}

function takeRedirect(operator: string, tokens: Token[]): Command['redirects'][number] {
  if (operator === '2>&1') return { operator, path: '' };
  const target = tokens.shift();
  if ((operator !== '<' && operator !== '>' && operator !== '2>') || !target || target.operator) {
    throw new ShellSyntaxError(`syntax error near unexpected token \`${target?.text ?? 'newline'}'`);
  }
  return { operator, path: target.text };
}

function isPipe(token: Token | undefined): boolean {
  return token?.operator === true && token.text === '|';
}

function isSeparator(text: string): text is Separator {
  return SEPARATORS.includes(text);
}
