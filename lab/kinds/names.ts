// SPDX-License-Identifier: Apache-2.0
import { randomInt } from 'node:crypto';
import type { Kind } from '../store/kind.ts';
import { textAt, type JsonObject } from '../store/json.ts';
import { invalid } from './status.ts';

/** Validates names of objects and generates names from generateName. */

const SUBDOMAIN = '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*';
const LABEL = '[a-z0-9]([-a-z0-9]*[a-z0-9])?';
const SUFFIX_LETTERS = 'bcdfghjklmnpqrstvwxz2456789';

export function nameOf(kind: Kind, document: JsonObject): string {
  const prefix = textAt(document, 'metadata', 'generateName') ?? '';
  const given = textAt(document, 'metadata', 'name') ?? '';
  const name = given === '' && prefix !== '' ? `${prefix.slice(0, 58)}${suffix()}` : given;
  if (name === '') {
    throw invalid(kind, '', [
      {
        field: 'metadata.name',
        reason: 'FieldValueRequired',
        message: 'Required value: name or generateName is required',
      },
    ]);
  }
  const message = problem(kind, name);
  if (message) throw invalid(kind, name, [{ field: 'metadata.name', reason: 'FieldValueInvalid', message }]);
  return name;
}

/** Five letters as the API server picks them. */
export function suffix(): string {
  return Array.from({ length: 5 }, () => SUFFIX_LETTERS[randomInt(SUFFIX_LETTERS.length)]).join('');
}

function problem(kind: Kind, name: string): string | undefined {
  // Names of these kinds only have to be valid path segments.
  if (kind.group === 'rbac.authorization.k8s.io') {
    return /^\.\.?$|[/%]/.test(name) ? `Invalid value: "${name}": may not contain '/' or '%'` : undefined;
  }
  const label = kind.plural === 'namespaces';
  const longest = label ? 63 : 253;
  if (name.length > longest) return `Invalid value: "${name}": must be no more than ${longest} characters`;
  if (new RegExp(`^${label ? LABEL : SUBDOMAIN}$`).test(name)) return undefined;
  return label
    ? `Invalid value: "${name}": a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '${LABEL}')`
    : `Invalid value: "${name}": a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '${SUBDOMAIN}')`;
}
