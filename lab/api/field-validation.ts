// SPDX-License-Identifier: Apache-2.0
import type { Kind } from '../store/kind.ts';
import { isObject, type Json, type JsonObject } from '../store/json.ts';
import { badRequest } from '../kinds/status.ts';

export interface Validated {
  /** The object without unknown fields. */
  document: JsonObject;
  warnings: string[];
}

/** Applies `fieldValidation`: unknown fields are always dropped, by default with a warning, with Strict as an error. */
export function validateFields(kind: Kind, document: JsonObject, query: URLSearchParams): Validated {
  const unknown: string[] = [];
  const known = pruned(kind.fields, document, '', '', unknown);
  const messages = unknown.map((path) => `unknown field "${path}"`);
  const mode = query.get('fieldValidation') ?? 'Warn';
  if (mode === 'Strict' && messages.length > 0) {
    throw badRequest(
      `${kind.kind} in version "${kind.version}" cannot be handled as a ${kind.kind}: strict decoding error: ${messages.join(', ')}`,
    );
  }
  return { document: isObject(known) ? known : document, warnings: mode === 'Ignore' ? [] : messages };
}

/** `path` is the key in `fields`, with [] for each item of a list; `shown` is the path of this value. */
function pruned(fields: Kind['fields'], value: Json, path: string, shown: string, unknown: string[]): Json {
  if (Array.isArray(value)) return value.map((item, i) => pruned(fields, item, `${path}[]`, `${shown}[${i}]`, unknown));
  if (!isObject(value)) return value;
  const names = fields[path];
  const kept = Object.entries(value).flatMap(([name, part]): [string, Json][] => {
    const [below, shownBelow] = [path, shown].map((base) => (base === '' ? name : `${base}.${name}`));
    if (names && !names.includes(name)) {
      unknown.push(shownBelow ?? '');
      return [];
    }
    return part === undefined ? [] : [[name, pruned(fields, part, below ?? '', shownBelow ?? '', unknown)]];
  });
  return Object.fromEntries(kept);
}
