// SPDX-License-Identifier: Apache-2.0
import type { Kind } from '../store/kind.ts';
import { at, type Json, type JsonObject } from '../store/json.ts';
import type { KubeObject } from '../store/kube-object.ts';
import { labelsOf, matchesAll } from '../store/labels.ts';
import { badRequest } from '../kinds/status.ts';

/** The selectors of a list or watch. */
export type Selector = (object: KubeObject) => boolean;

export function parseSelector(kind: Kind, query: URLSearchParams): Selector {
  // A comma between parentheses separates values, not terms.
  const label = terms(query.get('labelSelector'), /,(?![^(]*\))/).map(requirement);
  const field = terms(query.get('fieldSelector'), ',').map((term) => fieldTerm(kind, term));
  return (object) => matchesAll(label, labelsOf(object)) && field.every((matches) => matches(object));
}

function terms(text: string | null, separator: string | RegExp): string[] {
  return (text ?? '')
    .split(separator)
    .map((term) => term.trim())
    .filter((term) => term !== '');
}

const SET = /^(\S+)\s+(in|notin)\s*\(([^)]*)\)$/;
const EQUALITY = /^([^!=\s()]+)\s*(==|=|!=)\s*(\S*)$/;
const EXISTENCE = /^(!?)\s*([^!=\s()]+)$/;

/** One term as the requirement that Kubernetes' own selectors are made of. */
function requirement(term: string): JsonObject {
  const [, setKey, word, list = ''] = SET.exec(term) ?? [];
  if (setKey !== undefined) {
    const values = list.split(',').map((value) => value.trim());
    return { key: setKey, operator: word === 'in' ? 'In' : 'NotIn', values };
  }
  const [, key, sign, value = ''] = EQUALITY.exec(term) ?? [];
  if (key !== undefined) return { key, operator: sign === '!=' ? 'NotIn' : 'In', values: [value] };
  const [, not, name] = EXISTENCE.exec(term) ?? [];
  if (name !== undefined) return { key: name, operator: not === '' ? 'Exists' : 'DoesNotExist' };
  throw badRequest(`unable to parse requirement: found '${term}', expected: an operator`);
}

function fieldTerm(kind: Kind, term: string): Selector {
  const [, key = term, operator = '', value = ''] = /^([^!=\s]+)(==|=|!=)(.*)$/.exec(term) ?? [];
  const known = ['metadata.name', 'metadata.namespace', ...(kind.selectableFields ?? [])];
  if (!known.includes(key)) throw badRequest(`field label not supported: ${key}`);
  const path = key === 'source' ? ['source', 'component'] : key.split('.');
  return (object) => (textOf(at(object, ...path)) === value) === (operator !== '!=');
}

function textOf(value: Json | undefined): string {
  return value === undefined || typeof value === 'object' ? '' : String(value);
}
