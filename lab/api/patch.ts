import type { IncomingMessage } from 'node:http';
import type { Kind } from '../kinds/kind.ts';
import { decodeJson, equal, isObject, objectsAt, textAt, type Json, type JsonObject } from '../store/json.ts';
import type { KubeObject } from '../store/kube-object.ts';
import { mediaType, readText } from './body.ts';
import { badRequest, unprocessable, unsupportedMediaType } from './status.ts';

/**
 * The document a PATCH asks for. JSON patch and merge patch to the letter; a strategic merge patch, which built-in kinds
 * take, is applied as a merge patch: the same for all but lists with a merge key.
 */
export async function patched(request: IncomingMessage, kind: Kind, current: KubeObject): Promise<JsonObject> {
  const type = mediaType(request);
  const merge = [
    'application/merge-patch+json',
    ...(kind.group === '' ? ['application/strategic-merge-patch+json'] : []),
  ];
  if (!merge.includes(type) && type !== 'application/json-patch+json') {
    throw unsupportedMediaType(['application/json-patch+json', ...merge].join(', '));
  }
  const patch = parsePatch(await readText(request));
  if (merge.includes(type)) {
    const merged = mergePatch(current, patch);
    if (!isObject(merged)) throw badRequest('the patch is not an object');
    return merged;
  }
  return objectsAt({ patch }, 'patch').reduce<JsonObject>((document, step) => {
    const next = applyStep(structuredClone(document), step);
    if (!isObject(next)) throw unprocessable();
    return next;
  }, current);
}

function parsePatch(text: string): Json {
  try {
    return decodeJson(text);
  } catch (error) {
    throw badRequest(`error decoding patch: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** RFC 7396. */
export function mergePatch(target: Json | undefined, patch: Json): Json {
  if (!isObject(patch)) return patch;
  const merged: JsonObject = isObject(target) ? { ...target } : {};
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) Reflect.deleteProperty(merged, key);
    else if (value !== undefined) merged[key] = mergePatch(merged[key], value);
  }
  return merged;
}

/** RFC 6902, one operation, in place on a copy. */
export function applyStep(document: Json, step: JsonObject): Json {
  const path = pointer(textAt(step, 'path'));
  const from = () => pointer(textAt(step, 'from'));
  switch (textAt(step, 'op')) {
    case 'add':
      return put(document, path, step.value, true);
    case 'replace':
      read(document, path);
      return put(document, path, step.value, false);
    case 'remove':
      return drop(document, path);
    case 'copy':
      return put(document, path, structuredClone(read(document, from())), true);
    case 'move': {
      const moved = read(document, from());
      return put(drop(document, from()), path, moved, true);
    }
    case 'test':
      if (!equal(read(document, path), step.value)) throw unprocessable();
      return document;
    default:
      throw unprocessable();
  }
}

function pointer(text: string | undefined): string[] {
  if (text === undefined || (text !== '' && !text.startsWith('/'))) throw unprocessable();
  return text
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));
}

function read(document: Json, path: string[]): Json {
  return path.reduce<Json>((value, key) => {
    const next = Array.isArray(value)
      ? value[indexOf(key, value.length - 1)]
      : isObject(value)
        ? value[key]
        : undefined;
    if (next === undefined) throw unprocessable();
    return next;
  }, document);
}

function put(document: Json, path: string[], value: Json | undefined, insert: boolean): Json {
  const last = path.at(-1);
  if (value === undefined) throw unprocessable();
  if (last === undefined) return value;
  const parent = read(document, path.slice(0, -1));
  if (Array.isArray(parent)) {
    const index = last === '-' ? parent.length : indexOf(last, parent.length);
    parent.splice(index, insert ? 0 : 1, value);
  } else if (isObject(parent)) parent[last] = value;
  else throw unprocessable();
  return document;
}

function drop(document: Json, path: string[]): Json {
  const last = path.at(-1);
  read(document, path);
  if (last === undefined) throw unprocessable();
  const parent = read(document, path.slice(0, -1));
  if (Array.isArray(parent)) parent.splice(indexOf(last, parent.length - 1), 1);
  else if (isObject(parent)) Reflect.deleteProperty(parent, last);
  return document;
}

function indexOf(key: string, highest: number): number {
  const index = /^\d+$/.test(key) ? Number(key) : -1;
  if (index < 0 || index > highest) throw unprocessable();
  return index;
}
