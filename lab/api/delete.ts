// SPDX-License-Identifier: Apache-2.0
import { apiVersionOf, type Kind } from '../store/kind.ts';
import { NAMESPACES } from '../kinds/kinds.ts';
import { textAt, textsAt, type JsonObject } from '../store/json.ts';
import type { KubeObject } from '../store/kube-object.ts';
import type { Store } from '../store/store.ts';
import { readOptions } from './body.ts';
import { existing, type Answer, type Call } from './call.ts';
import { parseSelector } from './selectors.ts';
import { forbidden, invalidOptions, preconditionFailed } from '../kinds/status.ts';

/** Deletes one object, or all that match a selector, with preconditions, propagation, grace period and dry run. */

const PROTECTED = ['default', 'kube-system', 'kube-public'];
const FINALIZERS = new Map([
  ['Foreground', 'foregroundDeletion'],
  ['Orphan', 'orphan'],
]);

export async function remove(call: Call): Promise<Answer> {
  const { store, kind, query } = call;
  const options = await readOptions(call.request);
  const object = existing(call);
  requirePreconditions(kind, object, options);
  if (kind === NAMESPACES && PROTECTED.includes(object.metadata.name)) {
    throw forbidden(kind, object.metadata.name, 'this namespace may not be deleted');
  }
  if (!isDryRun(query, options)) {
    const left = removeOne(store, kind, object, options, query);
    if (left.metadata.deletionTimestamp !== undefined || kind.plural === 'pods') return { code: 200, body: left };
  }
  const { name, uid } = object.metadata;
  const details = { name, ...(kind.group !== '' && { group: kind.group }), kind: kind.plural, uid };
  return { code: 200, body: { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', details } };
}

export async function removeAll(call: Call): Promise<Answer> {
  const { store, kind, namespace, query } = call;
  const options = await readOptions(call.request);
  const objects = store.list(kind, namespace).filter(parseSelector(kind, query));
  const items = isDryRun(query, options)
    ? objects
    : objects.map((object) => removeOne(store, kind, object, options, query));
  const metadata = { resourceVersion: String(store.revision) };
  return { code: 200, body: { kind: `${kind.kind}List`, apiVersion: apiVersionOf(kind), metadata, items } };
}

/** kubectl sets it in the options and not in the query. */
function isDryRun(query: URLSearchParams, options: JsonObject): boolean {
  return query.has('dryRun') || textsAt(options, 'dryRun').length > 0;
}

function requirePreconditions(kind: Kind, object: KubeObject, options: JsonObject): void {
  const { name, uid, resourceVersion } = object.metadata;
  const wanted = [
    ['UID', textAt(options, 'preconditions', 'uid'), uid],
    ['ResourceVersion', textAt(options, 'preconditions', 'resourceVersion'), resourceVersion],
  ] as const;
  for (const [field, value, actual] of wanted) {
    if (value !== undefined && value !== actual) throw preconditionFailed(kind, name, field, value, actual);
  }
}

function removeOne(
  store: Store,
  kind: Kind,
  object: KubeObject,
  options: JsonObject,
  query: URLSearchParams,
): KubeObject {
  const policy = textAt(options, 'propagationPolicy') ?? query.get('propagationPolicy') ?? '';
  const finalizer = FINALIZERS.get(policy);
  if (finalizer === undefined && !['', 'Background'].includes(policy))
    throw invalidOptions('propagationPolicy', policy, '"Background", "Foreground", "Orphan"');
  if (finalizer !== undefined && object.metadata.deletionTimestamp === undefined) {
    store.change(kind, object, (current) => (current.metadata.finalizers ??= []).push(finalizer));
  }
  const asked = options.gracePeriodSeconds ?? query.get('gracePeriodSeconds') ?? undefined;
  if (asked === undefined) return store.remove(kind, object);
  const graceSeconds = Number(asked);
  return store.remove(kind, object, { graceSeconds, forced: graceSeconds === 0 && kind.plural === 'pods' });
}
