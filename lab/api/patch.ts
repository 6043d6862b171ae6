// SPDX-License-Identifier: Apache-2.0
import type { IncomingMessage } from 'node:http';
import { applyPatch, type Operation } from 'rfc6902';
import type { Kind } from '../store/kind.ts';
import { decodeJson, isObject, type Json, type JsonObject } from '../store/json.ts';
import type { KubeObject } from '../store/kube-object.ts';
import { mediaType, readBytes } from './body.ts';
import { badRequest, unprocessable, unsupportedMediaType } from '../kinds/status.ts';
import { strategicMerge } from './strategic-merge.ts';

/** Returns an object with a PATCH applied. Custom resources accept no strategic merge patch; server-side apply is not supported. */
export async function readPatch(request: IncomingMessage, kind: Kind): Promise<(current: KubeObject) => JsonObject> {
  const type = mediaType(request);
  const appliers: Record<string, (target: Json, patch: Json) => Json> = {
    'application/json-patch+json': jsonPatch,
    'application/merge-patch+json': mergePatch,
    ...(!kind.custom && { 'application/strategic-merge-patch+json': strategicMerge }),
  };
  const apply = appliers[type];
  if (!apply) throw unsupportedMediaType(Object.keys(appliers).join(', '));
  const patch = parsePatch((await readBytes(request)).toString('utf8'));
  return (current) => {
    const document = apply(structuredClone(current), patch);
    if (!isObject(document)) throw badRequest('the patch is not an object');
    return document;
  };
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

/** RFC 6902, in place on the copy. The server has one message for all invalid steps. */
export function jsonPatch(target: Json, patch: Json): Json {
  if (!Array.isArray(patch)) throw badRequest('a JSON patch is a list of operations');
  let problems: unknown[];
  try {
    problems = applyPatch(target, patch as unknown as Operation[]);
  } catch {
    throw unprocessable(); // a pointer that is none
  }
  if (problems.some((problem) => problem !== null)) throw unprocessable();
  return target;
}
