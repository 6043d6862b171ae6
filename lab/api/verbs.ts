import type { IncomingMessage } from 'node:http';
import type { Kind } from '../kinds/kind.ts';
import { NAMESPACES } from '../kinds/kinds.ts';
import { objectsAt, objectAt, textAt, type Json, type JsonObject } from '../store/json.ts';
import { identified, type KubeObject } from '../store/kube-object.ts';
import type { Store } from '../store/store.ts';
import { readObject, readOptions } from './body.ts';
import { nameOf } from './names.ts';
import { patched } from './patch.ts';
import { alreadyExists, badRequest, conflict, invalid, notFound, preconditionFailed } from './status.ts';

/** One request for one kind, with everything a verb needs. */
export interface Call {
  store: Store;
  kind: Kind;
  namespace: string;
  name: string;
  query: URLSearchParams;
  request: IncomingMessage;
}

export interface Answer {
  code: number;
  body: JsonObject;
}

const MODIFIED = 'the object has been modified; please apply your changes to the latest version and try again';

export function get(call: Call): Answer {
  return { code: 200, body: existing(call) };
}

export async function create(call: Call): Promise<Answer> {
  const { store, kind, query } = call;
  const document = await readObject(call.request, kind);
  const namespace = namespaceOf(call, document);
  const name = nameOf(kind, document);
  requireOwnersWithUid(kind, name, document);
  if (namespace !== '' && !store.get(NAMESPACES, undefined, namespace)) throw notFound(NAMESPACES, namespace);
  const object = identified(document, { name, ...(namespace !== '' && { namespace }) });
  const admitted = kind.admit ? kind.admit(object) : object;
  if (store.get(kind, namespace, name)) throw alreadyExists(kind, name);
  return { code: 201, body: query.has('dryRun') ? admitted : store.insert(kind, admitted) };
}

export async function update(call: Call): Promise<Answer> {
  const document = await readObject(call.request, call.kind);
  const named = textAt(document, 'metadata', 'name') ?? '';
  if (named !== call.name) {
    throw badRequest(`the name of the object (${named}) does not match the name on the URL (${call.name})`);
  }
  namespaceOf(call, document);
  return replace(call, existing(call), document);
}

export async function patch(call: Call): Promise<Answer> {
  const current = existing(call);
  return replace(call, current, await patched(call.request, call.kind, current));
}

export async function remove(call: Call): Promise<Answer> {
  const { store, kind, query } = call;
  const options = await readOptions(call.request);
  const object = existing(call);
  const { name, uid, resourceVersion } = object.metadata;
  const wanted = {
    uid: textAt(options, 'preconditions', 'uid'),
    rv: textAt(options, 'preconditions', 'resourceVersion'),
  };
  if (wanted.uid !== undefined && wanted.uid !== uid) throw preconditionFailed(kind, name, 'UID', wanted.uid, uid);
  if (wanted.rv !== undefined && wanted.rv !== resourceVersion) {
    throw preconditionFailed(kind, name, 'ResourceVersion', wanted.rv, resourceVersion);
  }
  const policy = textAt(options, 'propagationPolicy') ?? query.get('propagationPolicy');
  if (!query.has('dryRun')) {
    const finalizer = policy === 'Foreground' ? 'foregroundDeletion' : policy === 'Orphan' ? 'orphan' : undefined;
    if (finalizer && !object.metadata.deletionTimestamp) {
      store.change(kind, object, (current) => (current.metadata.finalizers ??= []).push(finalizer));
    }
    const left = store.remove(kind, object);
    if (left.metadata.deletionTimestamp !== undefined || kind.plural === 'pods') return { code: 200, body: left };
  }
  const details = { name, ...(kind.group !== '' && { group: kind.group }), kind: kind.plural, uid };
  return { code: 200, body: { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', details } };
}

function existing({ store, kind, namespace, name }: Call): KubeObject {
  const object = store.get(kind, namespace, name);
  if (!object) throw notFound(kind, name);
  return object;
}

function replace({ store, kind, query }: Call, current: KubeObject, document: JsonObject): Answer {
  const { name } = current.metadata;
  const sent = { uid: textAt(document, 'metadata', 'uid'), rv: textAt(document, 'metadata', 'resourceVersion') };
  if (sent.uid && sent.uid !== current.metadata.uid) {
    throw conflict(
      kind,
      name,
      `StorageError: invalid object, Code: 4, Key: /registry/${kind.plural}/${current.metadata.namespace ?? ''}/${name}, ResourceVersion: 0, ` +
        `AdditionalErrorMsg: Precondition failed: UID in precondition: ${sent.uid}, UID in object meta: ${current.metadata.uid}`,
    );
  }
  if (sent.rv && sent.rv !== current.metadata.resourceVersion) throw conflict(kind, name, MODIFIED);
  requireOwnersWithUid(kind, name, document);
  const { namespace, uid, resourceVersion, creationTimestamp, ...rest } = current.metadata;
  const kept: JsonObject = { deletionTimestamp: rest.deletionTimestamp, generation: rest.generation };
  const next = identified(document, {
    ...defined(kept),
    name,
    uid,
    resourceVersion,
    creationTimestamp,
    ...(namespace !== undefined && { namespace }),
  });
  kind.admitUpdate?.(current, next);
  return { code: 200, body: query.has('dryRun') ? next : store.write(kind, next) };
}

function defined(object: JsonObject): Record<string, Json> {
  return Object.fromEntries(Object.entries(object).filter((entry): entry is [string, Json] => entry[1] !== undefined));
}

function namespaceOf({ kind, namespace }: Call, document: JsonObject): string {
  const sent = textAt(document, 'metadata', 'namespace') ?? '';
  if (kind.namespaced && sent !== '' && sent !== namespace) {
    throw badRequest(`the namespace of the provided object does not match the namespace sent on the request`);
  }
  return kind.namespaced ? namespace : '';
}

function requireOwnersWithUid(kind: Kind, name: string, document: JsonObject): void {
  const owners = objectsAt(objectAt(document, 'metadata'), 'ownerReferences');
  if (owners.every((owner) => textAt(owner, 'uid'))) return;
  throw invalid(kind, name, [
    {
      field: 'metadata.ownerReferences.uid',
      reason: 'FieldValueInvalid',
      message: 'Invalid value: "": must not be empty',
    },
  ]);
}
