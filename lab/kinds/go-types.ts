// SPDX-License-Identifier: Apache-2.0
import { isObject, type Json, type JsonObject } from '../store/json.ts';
import type { Kind } from '../store/kind.ts';
import { badRequest, type StatusError } from './status.ts';

/** @throws StatusError 400 if the value is no integer */
export function requireIntegers(kind: Kind, owner: string, object: JsonObject | undefined, ...fields: string[]): void {
  for (const field of fields) {
    const value = object?.[field];
    if (value === undefined || value === null || Number.isInteger(value)) continue;
    throw wrongType(kind, value, `${owner}.${field}`, 'int64');
  }
}

/** @throws StatusError 400 if the value is no map of strings; the usual mistake is an unquoted number */
export function requireTextMap(kind: Kind, field: string, map: Json | undefined): void {
  if (map === undefined || map === null) return;
  const wrong = isObject(map) ? Object.values(map).find((value) => typeof value !== 'string') : map;
  if (wrong === undefined) return;
  const target = isObject(map) ? 'string' : 'map[string]string';
  throw wrongType(kind, wrong, field, target);
}

function wrongType(kind: Kind, value: Json, field: string, type: string): StatusError {
  const problem = `json: cannot unmarshal ${goType(value)} into Go struct field ${field} of type ${type}`;
  return badRequest(`${kind.kind} in version "${kind.version}" cannot be handled as a ${kind.kind}: ${problem}`);
}

function goType(value: Json): string {
  if (Array.isArray(value)) return 'array';
  return typeof value === 'boolean' ? 'bool' : typeof value;
}
