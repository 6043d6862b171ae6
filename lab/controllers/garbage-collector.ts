// SPDX-License-Identifier: Apache-2.0
import { objectsAt } from '../store/json.ts';
import type { KubeObject } from '../store/kube-object.ts';
import { ownersOf, type Store, type Stored } from '../store/store.ts';
import { startController, type Controller } from './controller.ts';

/** A delay, as of the real collector: a client may still see the object that it just created. */
const DELAY_MS = 20;

/**
 * Removes objects none of whose owners exist, and completes foreground and orphan deletions: the first waits until no
 * dependent exists, the second removes the owner references.
 */
export function startGarbageCollector(store: Store): Controller {
  return startController(
    store,
    ({ object, previous, deleted }) => {
      const { uid } = object.metadata;
      if (deleted)
        return [...ownersOf(object), ...store.ownedBy(uid).map((dependent) => dependent.object.metadata.uid)];
      const concerned = ownersOf(object).length > 0 || object.metadata.deletionTimestamp !== undefined;
      return concerned || previous?.metadata.ownerReferences ? [uid] : [];
    },
    (uid) => {
      const stored = store.find(uid);
      if (stored) collect(store, stored);
    },
    DELAY_MS,
  );
}

function collect(store: Store, { kind, object }: Stored): void {
  const owners = ownersOf(object);
  if (owners.length > 0 && !owners.some((owner) => store.find(owner))) {
    removeOnce(store, { kind, object });
    return;
  }
  const { uid, finalizers = [] } = object.metadata;
  const dependents = store.ownedBy(uid);
  if (finalizers.includes('foregroundDeletion')) {
    for (const dependent of dependents) removeOnce(store, dependent);
    if (dependents.length === 0) release(store, { kind, object }, 'foregroundDeletion');
  }
  if (finalizers.includes('orphan')) {
    for (const dependent of dependents) {
      store.change(dependent.kind, dependent.object, (current) => {
        current.metadata.ownerReferences = objectsAt(current.metadata, 'ownerReferences').filter(
          (owner) => owner.uid !== uid,
        );
      });
    }
    release(store, { kind, object }, 'orphan');
  }
}

function removeOnce(store: Store, { kind, object }: Stored): void {
  const current = store.find(object.metadata.uid)?.object;
  if (current && current.metadata.deletionTimestamp === undefined) store.remove(kind, current);
}

function release(store: Store, { kind, object }: Stored, finalizer: string): void {
  store.change(kind, object, (current) => {
    dropFinalizer(current, finalizer);
  });
}

export function dropFinalizer(object: KubeObject, finalizer: string): void {
  const finalizers = (object.metadata.finalizers ?? []).filter((name) => name !== finalizer);
  // A list without entries is omitted.
  if (finalizers.length > 0) object.metadata.finalizers = finalizers;
  else delete object.metadata.finalizers;
}
