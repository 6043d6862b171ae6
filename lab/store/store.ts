// SPDX-License-Identifier: Apache-2.0
import { randomUUID } from 'node:crypto';
import type { Kind } from './kind.ts';
import { History, type StoreEvent } from './history.ts';
import { equal, frozen, objectsAt } from './json.ts';
import { now, type KubeObject } from './kube-object.ts';

export interface Stored {
  kind: Kind;
  object: KubeObject;
}

/**
 * All objects, under one increasing revision. Returned objects are frozen and shared: changes are made on copies. An object that is
 * marked for deletion is removed with its last finalizer. Listeners get all changes, in order.
 */
export class Store {
  revision = 1;
  readonly history: History;
  readonly #shelves = new Map<Kind, Map<string, KubeObject>>();
  readonly #byUid = new Map<string, Stored>();
  readonly #owned = new Map<string, Set<string>>();
  readonly #listeners = new Set<(event: StoreEvent) => void>();

  constructor(historyLimit = 10_000) {
    this.history = new History(historyLimit);
  }

  get(kind: Kind, namespace: string | undefined, name: string): KubeObject | undefined {
    return this.#shelf(kind).get(key(kind, namespace, name));
  }

  find(uid: string): Stored | undefined {
    return this.#byUid.get(uid);
  }

  /** Returns the objects, sorted by namespace and name. */
  list(kind: Kind, namespace?: string): KubeObject[] {
    const entries = [...this.#shelf(kind)].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, object]) => object);
    return namespace ? entries.filter((object) => object.metadata.namespace === namespace) : entries;
  }

  /** Returns all objects of all kinds, unsorted. */
  all(): Stored[] {
    return [...this.#byUid.values()];
  }

  /** Returns the objects that have this uid among their owners. */
  ownedBy(uid: string): Stored[] {
    return [...(this.#owned.get(uid) ?? [])].flatMap((dependent) => this.#byUid.get(dependent) ?? []);
  }

  insert(kind: Kind, object: KubeObject): KubeObject {
    const { namespace, name } = object.metadata;
    if (this.get(kind, namespace, name))
      throw new Error(`the store has a ${kind.singular} "${namespace ?? ''}/${name}" already`);
    const added = structuredClone(object);
    added.metadata.uid ||= randomUUID();
    added.metadata.creationTimestamp ||= now();
    if (kind.generation) added.metadata.generation = 1;
    return this.#record('ADDED', kind, added);
  }

  /** Replaces the object of the same name; without a difference nothing happens. */
  write(kind: Kind, object: KubeObject): KubeObject {
    const previous = this.#existing(kind, object);
    const next = structuredClone(object);
    next.metadata.resourceVersion = previous.metadata.resourceVersion;
    if (equal(previous, next)) return previous;
    const changed =
      !equal(previous.spec, next.spec) || (kind.ordinaryStatus === true && !equal(previous.status, next.status));
    if (kind.generation && changed) {
      next.metadata.generation = (previous.metadata.generation ?? 0) + 1;
    }
    const released = next.metadata.deletionTimestamp !== undefined && !next.metadata.finalizers?.length;
    const gone = released && kind.heldFor?.(next) === undefined;
    return this.#record(gone ? 'DELETED' : 'MODIFIED', kind, next, previous);
  }

  /** Changes the object if it exists. */
  change(kind: Kind, object: KubeObject, mutate: (current: KubeObject) => void): void {
    const current = this.get(kind, object.metadata.namespace, object.metadata.name);
    if (current?.metadata.uid !== object.metadata.uid) return;
    const changed = structuredClone(current);
    mutate(changed);
    this.write(kind, changed);
  }

  /** Removes the object. With finalizers or a grace period it is only marked, unless `forced`. */
  remove(kind: Kind, object: KubeObject, options: { forced?: boolean; graceSeconds?: number } = {}): KubeObject {
    const previous = this.#existing(kind, object);
    const { deletionTimestamp, finalizers } = previous.metadata;
    const held = options.forced ? undefined : kind.heldFor?.(previous);
    if (!finalizers?.length && held === undefined) {
      const removed = structuredClone(previous);
      if (options.forced) Object.assign(removed.metadata, { deletionTimestamp: now(), deletionGracePeriodSeconds: 0 });
      return this.#record('DELETED', kind, removed, previous);
    }
    const graceSeconds = held === undefined ? 0 : (options.graceSeconds ?? held);
    // A second deletion can only shorten the grace period.
    if (deletionTimestamp !== undefined && graceSeconds >= (previous.metadata.deletionGracePeriodSeconds ?? 0)) {
      return previous;
    }
    const marked = structuredClone(previous);
    marked.metadata.deletionTimestamp = now(graceSeconds * 1000);
    if (kind.namespaced) marked.metadata.deletionGracePeriodSeconds = graceSeconds;
    if (kind.generation) marked.metadata.generation = (marked.metadata.generation ?? 0) + 1;
    return this.#record('MODIFIED', kind, marked, previous);
  }

  subscribe(listener: (event: StoreEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #existing(kind: Kind, { metadata }: KubeObject): KubeObject {
    const existing = this.get(kind, metadata.namespace, metadata.name);
    if (!existing) throw new Error(`the store has no ${kind.singular} "${metadata.namespace ?? ''}/${metadata.name}"`);
    return existing;
  }

  #shelf(kind: Kind): Map<string, KubeObject> {
    const shelf = this.#shelves.get(kind) ?? new Map<string, KubeObject>();
    this.#shelves.set(kind, shelf);
    return shelf;
  }

  #disown(owner: string, uid: string): void {
    const owned = this.#owned.get(owner);
    owned?.delete(uid);
    if (owned?.size === 0) this.#owned.delete(owner);
  }

  #record(type: StoreEvent['type'], kind: Kind, object: KubeObject, previous?: KubeObject): KubeObject {
    this.revision += 1;
    object.metadata.resourceVersion = String(this.revision);
    frozen(object);
    const { namespace, name, uid } = object.metadata;
    for (const owner of ownersOf(previous)) this.#disown(owner, uid);
    if (type === 'DELETED') {
      this.#shelf(kind).delete(key(kind, namespace, name));
      this.#byUid.delete(uid);
    } else {
      this.#shelf(kind).set(key(kind, namespace, name), object);
      this.#byUid.set(uid, { kind, object });
      for (const owner of ownersOf(object)) this.#owned.set(owner, (this.#owned.get(owner) ?? new Set()).add(uid));
    }
    const event = { type, kind, object, revision: this.revision, ...(previous && { previous }) };
    this.history.add(event);
    for (const listener of this.#listeners) listener(event);
    return object;
  }
}

export function ownersOf(object: KubeObject | undefined): string[] {
  return objectsAt(object?.metadata, 'ownerReferences').flatMap(({ uid }) => (typeof uid === 'string' ? [uid] : []));
}

function key(kind: Kind, namespace: string | undefined, name: string): string {
  return `${kind.namespaced ? (namespace ?? '') : ''}/${name}`;
}
