// SPDX-License-Identifier: Apache-2.0
/**
 * Label selectors in the syntax of kubectl and of the API (k8s.io/apimachinery/pkg/labels): requirements that are all fulfilled,
 * separated by commas: `a=b`, `a==b`, `a!=b`, `a in (b,c)`, `a notin (b,c)`, `a`, `!a`, `a>1`, `a<1`.
 */

interface Requirement {
  readonly key: string;
  readonly operator: 'in' | 'notin' | 'exists' | '!' | '>' | '<';
  readonly values: readonly string[];
}

export type LabelSelector = readonly Requirement[];

const PREFIX = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;
const LONGEST_PREFIX = 253;
/** The name part of a key, and a value that is not empty. */
const NAME = /^[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$/;
const INTEGER = /^[-+]?\d{1,18}$/;
/** A separator or a word. */
const TOKEN = /\s*(==|!=|[=!(),<>]|[^\s=!(),<>]+)/y;
/** Longer selectors exceed the request line of API servers. */
const LONGEST_SELECTOR = 4096;

/** Returns the requirements; `undefined` for a text that is no selector, and for an empty one. */
export function parseLabelSelector(text: string): LabelSelector | undefined {
  if (text.length > LONGEST_SELECTOR) return undefined;
  const tokens = tokensOf(text.trimEnd());
  if (tokens === undefined || tokens.length === 0) return undefined;
  const requirements: Requirement[] = [];
  let position = 0;
  for (;;) {
    const parsed = parseRequirement(tokens, position);
    if (parsed === undefined || !isValid(parsed.requirement)) return undefined;
    requirements.push(parsed.requirement);
    position = parsed.end;
    if (position === tokens.length) return requirements;
    if (tokens[position] !== ',') return undefined;
    position += 1;
  }
}

/** Returns whether an object with these labels is selected. */
export function matchesLabels(selector: LabelSelector, labels: Readonly<Record<string, string>>): boolean {
  return selector.every(({ key, operator, values }) => {
    const value = Object.hasOwn(labels, key) ? labels[key] : undefined;
    switch (operator) {
      case 'in':
        return value !== undefined && values.includes(value);
      case 'notin':
        return value === undefined || !values.includes(value);
      case 'exists':
        return value !== undefined;
      case '!':
        return value === undefined;
      case '>':
      case '<': {
        if (value === undefined || !INTEGER.test(value)) return false;
        const difference = Number(value) - Number(values[0]);
        return operator === '>' ? difference > 0 : difference < 0;
      }
    }
  });
}

function tokensOf(text: string): string[] | undefined {
  const tokens: string[] = [];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < text.length) {
    const token = TOKEN.exec(text)?.[1];
    if (token === undefined) return undefined;
    tokens.push(token);
  }
  return tokens;
}

function isWord(token: string | undefined): token is string {
  return token !== undefined && !/^[=!(),<>]/.test(token);
}

interface Parsed {
  readonly requirement: Requirement;
  /** The position after its last token. */
  readonly end: number;
}

function parseRequirement(tokens: readonly string[], start: number): Parsed | undefined {
  const negated = tokens[start] === '!';
  const key = tokens[negated ? start + 1 : start];
  if (!isWord(key)) return undefined;
  if (negated) return { requirement: { key, operator: '!', values: [] }, end: start + 2 };
  const operator = tokens[start + 1];
  if (operator === undefined || operator === ',') {
    return { requirement: { key, operator: 'exists', values: [] }, end: start + 1 };
  }
  if (operator === 'in' || operator === 'notin') {
    const set = parseSet(tokens, start + 2);
    return set && { requirement: { key, operator, values: set.values }, end: set.end };
  }
  if (!['=', '==', '!=', '<', '>'].includes(operator)) return undefined;
  const value = tokens[start + 2];
  const values = [isWord(value) ? value : ''];
  const end = start + (isWord(value) ? 3 : 2);
  if (operator === '<' || operator === '>') return { requirement: { key, operator, values }, end };
  return { requirement: { key, operator: operator === '!=' ? 'notin' : 'in', values }, end };
}

/** Parses "(a,b)"; a value may be empty. */
function parseSet(tokens: readonly string[], start: number): { values: string[]; end: number } | undefined {
  if (tokens[start] !== '(' || tokens[start + 1] === ')') return undefined;
  const values: string[] = [];
  let position = start + 1;
  for (;;) {
    const value = tokens[position];
    if (isWord(value)) position += 1;
    values.push(isWord(value) ? value : '');
    const separator = tokens[position];
    position += 1;
    if (separator === ')') return { values, end: position };
    if (separator !== ',') return undefined;
  }
}

function isValid({ key, operator, values }: Requirement): boolean {
  const [name = '', prefix, ...rest] = key.split('/').toReversed();
  const prefixed = prefix === undefined || (prefix.length <= LONGEST_PREFIX && PREFIX.test(prefix));
  const isKey = rest.length === 0 && prefixed && NAME.test(name);
  const numeric = operator === '<' || operator === '>';
  return isKey && values.every((value) => (numeric ? INTEGER.test(value) : value === '' || NAME.test(value)));
}
