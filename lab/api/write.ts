// SPDX-License-Identifier: Apache-2.0
import { randomUUID } from 'node:crypto';
import { apiVersionOf, type Kind } from '../store/kind.ts';
import { requireTextMap } from '../kinds/go-types.ts';
import { NAMESPACES } from '../kinds/kinds.ts';
import { at, equal, objectAt, objectsAt, textAt, type JsonObject } from '../store/json.ts';
import { identified, now, type KubeObject } from '../store/kube-object.ts';
import { readObject, requireType } from './body.ts';
import { answerWith, existing, type Answer, type Call } from './call.ts';
import { validateFields } from './field-validation.ts';
import { nameOf } from '../kinds/names.ts';
import { readPatch } from './patch.ts';
import { alreadyExists, badRequest, conflict, invalid, notFound, terminating } from '../kinds/status.ts';

/** Create, update and patch, with the checks before a document is stored. */

const MODIFIED = 'the object has been modified; please apply your changes to the latest version and try again';

export async function create(call: Call): Promise<Answer> {
  const { store, kind, query } = call;
  const { document, warnings } = validateFields(kind, await readDocument(call), query);
  const namespace = namespaceOf(call, document);
  const name = nameOf(kind, document);
  requireMetadata(kind, name, document);
  if (namespace !== '') requireNamespace(call, namespace, name);
  const object = identified(document, {
    name,
    uid: randomUUID(),
    creationTimestamp: now(),
    ...(namespace !== '' && { namespace }),
    ...(kind.generation && { generation: 1 }),
  });
  const admitted = kind.admit ? kind.admit(object, kind, store) : object;
  if (store.get(kind, namespace, name)) throw alreadyExists(kind, name);
  return answerWith(call, 201, query.has('dryRun') ? admitted : store.insert(kind, admitted), warnings);
}

export async function update(call: Call): Promise<Answer> {
  const document = await readDocument(call);
  return replace(call, existing(call), document);
}

export async function patch(call: Call): Promise<Answer> {
  const apply = await readPatch(call.request, call.kind);
  const current = existing(call);
  const document = apply(current);
  requireType(document, { apiVersion: current.apiVersion, kind: current.kind });
  return replace(call, current, document);
}

function readDocument({ request, kind }: Call): Promise<JsonObject> {
  return readObject(request, { apiVersion: apiVersionOf(kind), kind: kind.kind });
}

/** Checks for every kind. */
function requireMetadata(kind: Kind, name: string, document: JsonObject): void {
  for (const field of ['labels', 'annotations']) {
    requireTextMap(kind, `ObjectMeta.metadata.${field}`, at(document, 'metadata', field));
  }
  requireOwnersWithUid(kind, name, document);
}

function replace(call: Call, current: KubeObject, sent: JsonObject): Answer {
  const { store, kind, query } = call;
  const { document, warnings } = validateFields(kind, sent, query);
  const { name } = current.metadata;
  const named = textAt(document, 'metadata', 'name') ?? '';
  if (named !== name) {
    throw badRequest(`the name of the object (${named}) does not match the name on the URL (${name})`);
  }
  namespaceOf(call, document);
  const [uid, revision] = [textAt(document, 'metadata', 'uid'), textAt(document, 'metadata', 'resourceVersion')];
  if (uid && uid !== current.metadata.uid) {
    throw conflict(
      kind,
      name,
      `StorageError: invalid object, Code: 4, Key: /registry/${kind.plural}/${current.metadata.namespace ?? ''}/${name}, ResourceVersion: 0, ` +
        `AdditionalErrorMsg: Precondition failed: UID in precondition: ${uid}, UID in object meta: ${current.metadata.uid}`,
    );
  }
  if (revision && revision !== current.metadata.resourceVersion) throw conflict(kind, name, MODIFIED);
  requireMetadata(kind, name, document);
  requireUnchanged(call, current, document);
  const next = identified(document, keptOf(current));
  // Most kinds have their status in a subresource.
  if (!kind.ordinaryStatus && current.status !== undefined) next.status = current.status;
  if (kind.keepsSpec) next.spec = current.spec;
  kind.admitUpdate?.(current, next);
  return answerWith(call, 200, query.has('dryRun') ? next : store.write(kind, next), warnings);
}

/** The metadata that no client can change. */
function keptOf({ metadata }: KubeObject): KubeObject['metadata'] {
  const { name, namespace, uid, resourceVersion, creationTimestamp } = metadata;
  const { deletionTimestamp, deletionGracePeriodSeconds, generation } = metadata;
  return {
    name,
    uid,
    resourceVersion,
    creationTimestamp,
    ...(namespace !== undefined && { namespace }),
    ...(deletionTimestamp !== undefined && { deletionTimestamp }),
    ...(deletionGracePeriodSeconds !== undefined && { deletionGracePeriodSeconds }),
    ...(generation !== undefined && { generation }),
  };
}

function requireUnchanged({ kind }: Call, current: KubeObject, document: JsonObject): void {
  for (const [field, complaint] of Object.entries(kind.immutable ?? {})) {
    const value = at(document, ...field.split('.'));
    if (equal(at(current, ...field.split('.')), value)) continue;
    const message = `Invalid value: ${JSON.stringify(value ?? null)}: ${complaint}`;
    throw invalid(kind, current.metadata.name, [{ field, reason: 'FieldValueInvalid', message }]);
  }
}

function namespaceOf({ kind, namespace }: Call, document: JsonObject): string {
  const sent = textAt(document, 'metadata', 'namespace') ?? '';
  if (kind.namespaced && sent !== '' && sent !== namespace) {
    throw badRequest(`the namespace of the provided object does not match the namespace sent on the request`);
  }
  return kind.namespaced ? namespace : '';
}

function requireNamespace({ store, kind }: Call, namespace: string, name: string): void {
  const found = store.get(NAMESPACES, undefined, namespace);
  if (!found) throw notFound(NAMESPACES, namespace);
  if (found.metadata.deletionTimestamp !== undefined) throw terminating(kind, name, namespace);
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
