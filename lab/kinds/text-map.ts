import { isObject, type Json } from '../store/json.ts';
import type { Kind } from './kind.ts';
import { badRequest } from './status.ts';

/** Throws the server's 400 where a map of texts is something else; a number without quotes is the usual mistake. */
export function requireTextMap(kind: Kind, field: string, map: Json | undefined): void {
  if (map === undefined || map === null) return;
  const wrong = isObject(map) ? Object.values(map).find((value) => typeof value !== 'string') : map;
  if (wrong === undefined) return;
  const target = isObject(map) ? 'string' : 'map[string]string';
  const problem = `json: cannot unmarshal ${goType(wrong)} into Go struct field ${field} of type ${target}`;
  throw badRequest(`${kind.kind} in version "${kind.version}" cannot be handled as a ${kind.kind}: ${problem}`);
}

function goType(value: Json): string {
  if (Array.isArray(value)) return 'array';
  return typeof value === 'boolean' ? 'bool' : typeof value;
}
