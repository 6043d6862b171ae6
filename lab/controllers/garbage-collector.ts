import type { Kind } from '../kinds/kind.ts';
import { objectsAt } from '../store/json.ts';
import type { KubeObject } from '../store/kube-object.ts';
import type { Store } from '../store/store.ts';

/** A little later, as the real collector has it: a client may still see the object it just created. */
const DELAY_MS = 20;

/**
 * Removes objects none of whose owners exist, and completes foreground and orphan deletions: the first waits until nothing
 * is owned any more, the second sets what is owned free.
 */
export function startGarbageCollector(store: Store): { stop: () => void } {
  let timer: NodeJS.Timeout | undefined;
  const unsubscribe = store.subscribe(() => {
    timer ??= setTimeout(() => {
      timer = undefined;
      collect(store);
    }, DELAY_MS);
  });
  return {
    stop: () => {
      unsubscribe();
      clearTimeout(timer);
    },
  };
}

function collect(store: Store): void {
  const all = store.all();
  const uids = new Set(all.map(({ object }) => object.metadata.uid));
  for (const { kind, object } of all) {
    const owners = objectsAt(object.metadata, 'ownerReferences');
    const owned = owners.some(({ uid }) => typeof uid === 'string' && uids.has(uid));
    if (owners.length > 0 && !owned) {
      removeOnce(store, kind, object);
      continue;
    }
    const held = object.metadata.finalizers ?? [];
    const dependents = all.filter((other) => isOwnedBy(other.object, object));
    if (held.includes('foregroundDeletion')) {
      for (const other of dependents) {
        removeOnce(store, other.kind, other.object);
      }
      if (dependents.length === 0) drop(store, kind, object, 'foregroundDeletion');
    }
    if (held.includes('orphan')) {
      for (const other of dependents) {
        store.change(other.kind, other.object, (current) => {
          current.metadata.ownerReferences = objectsAt(current.metadata, 'ownerReferences').filter(
            ({ uid }) => uid !== object.metadata.uid,
          );
        });
      }
      drop(store, kind, object, 'orphan');
    }
  }
}

function removeOnce(store: Store, kind: Kind, object: KubeObject): void {
  const current = store.get(kind, object.metadata.namespace, object.metadata.name);
  if (current && !current.metadata.deletionTimestamp) store.remove(kind, current);
}

function isOwnedBy(object: KubeObject, owner: KubeObject): boolean {
  return objectsAt(object.metadata, 'ownerReferences').some(({ uid }) => uid === owner.metadata.uid);
}

function drop(store: Store, kind: Kind, object: KubeObject, finalizer: string): void {
  store.change(kind, object, (current) => {
    current.metadata.finalizers = (current.metadata.finalizers ?? []).filter((name) => name !== finalizer);
  });
}
