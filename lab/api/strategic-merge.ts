// SPDX-License-Identifier: Apache-2.0
import { isObject, type Json, type JsonObject } from '../store/json.ts';

/**
 * The part of strategic merge patch that `kubectl apply` uses on the kinds of this cluster: lists of objects with a merge key,
 * sets of texts, and the directives $patch, $retainKeys, $setElementOrder and $deleteFromPrimitiveList. Every other list is
 * replaced as a whole, and null deletes, as in a JSON merge patch.
 */
export function strategicMerge(target: Json | undefined, patch: Json, field = ''): Json {
  if (isObject(patch)) return mergeObjects(isObject(target) ? target : {}, patch);
  if (!Array.isArray(patch)) return patch;
  const current = Array.isArray(target) ? target : [];
  if (SETS.has(field)) return [...new Set([...current, ...patch])];
  const key = keyOf(field, patch);
  return key === undefined ? patch : mergeLists(current, patch, key);
}

/** The merge keys of Kubernetes' built-in types, by the name of the list's field. */
const MERGE_KEYS: Record<string, string> = {
  containers: 'name',
  initContainers: 'name',
  env: 'name',
  volumes: 'name',
  volumeMounts: 'mountPath',
  ports: 'containerPort',
  volumeDevices: 'devicePath',
  hostAliases: 'ip',
  topologySpreadConstraints: 'topologyKey',
  imagePullSecrets: 'name',
  secrets: 'name',
  ownerReferences: 'uid',
  conditions: 'type',
  addresses: 'type',
};
const SETS = new Set(['finalizers']);

/** A list known by its field's name whose items are not objects with that key is an ordinary list. */
function keyOf(field: string, items: Json[]): string | undefined {
  const key = MERGE_KEYS[field];
  return key !== undefined && items.every((item) => isObject(item) && (key in item || '$patch' in item))
    ? key
    : undefined;
}

function mergeObjects(target: JsonObject, patch: JsonObject): JsonObject {
  const { $patch, $retainKeys, ...fields } = patch;
  if ($patch === 'delete') return {};
  const kept = Array.isArray($retainKeys) ? (key: string) => $retainKeys.includes(key) : () => true;
  const start = $patch === 'replace' ? {} : target;
  const merged: JsonObject = Object.fromEntries(Object.entries(start).filter(([key]) => kept(key)));
  for (const [key, value] of Object.entries(fields)) {
    const [, directive, list = ''] = /^\$(setElementOrder|deleteFromPrimitiveList)\/(.+)$/.exec(key) ?? [];
    if (directive === 'deleteFromPrimitiveList') drop(merged, list, value);
    else if (directive === undefined && value === null) Reflect.deleteProperty(merged, key);
    else if (directive === undefined && value !== undefined) merged[key] = strategicMerge(merged[key], value, key);
  }
  for (const [key, value] of Object.entries(fields)) {
    if (key.startsWith('$setElementOrder/')) order(merged, key.slice('$setElementOrder/'.length), value);
  }
  return merged;
}

function mergeLists(target: Json[], patch: Json[], key: string): Json[] {
  const items = patch.filter(isObject);
  if (items.some((item) => item.$patch === 'replace')) return items.filter((item) => item.$patch === undefined);
  return items.reduce<Json[]>((list, item) => {
    const same = (other: Json) => isObject(other) && other[key] === item[key];
    if (item.$patch === 'delete') return list.filter((other) => !same(other));
    if (!list.some(same)) return [...list, strategicMerge({}, item)];
    return list.map((other) => (same(other) ? strategicMerge(other, item) : other));
  }, target);
}

function drop(object: JsonObject, field: string, values: Json | undefined): void {
  const list = object[field];
  if (Array.isArray(list) && Array.isArray(values)) object[field] = list.filter((item) => !values.includes(item));
}

/** Sorts in the given order; other items follow. */
function order(object: JsonObject, field: string, wanted: Json | undefined): void {
  const list = object[field];
  if (!Array.isArray(list) || !Array.isArray(wanted)) return;
  const key = MERGE_KEYS[field];
  const identity = (item: Json) => (isObject(item) && key !== undefined ? item[key] : item);
  const places = wanted.map(identity);
  const place = (item: Json) => (places.indexOf(identity(item)) + places.length + 1) % (places.length + 1);
  object[field] = [...list].sort((a, b) => place(a) - place(b));
}
