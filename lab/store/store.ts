import { randomUUID } from 'node:crypto';
import type { Kind } from '../kinds/kind.ts';
import { equal } from './json.ts';
import { now, type KubeObject } from './kube-object.ts';

export interface StoreEvent {
  type: 'ADDED' | 'MODIFIED' | 'DELETED';
  kind: Kind;
  object: KubeObject;
  previous?: KubeObject;
  revision: number;
}

/**
 * All objects, under one growing revision, with a bounded history for watches. Objects go in and come out as copies. An
 * object marked for deletion leaves as soon as its last finalizer does. Listeners hear of every change, in order.
 */
export class Store {
  revision = 1;
  readonly #objects = new Map<string, { kind: Kind; object: KubeObject }>();
  readonly #listeners = new Set<(event: StoreEvent) => void>();
  readonly #history: StoreEvent[] = [];
  readonly #historyLimit: number;
  #forgotten = 0;

  constructor(historyLimit = 10_000) {
    this.#historyLimit = historyLimit;
  }

  get(kind: Kind, namespace: string | undefined, name: string): KubeObject | undefined {
    const entry = this.#objects.get(key(kind, namespace, name));
    return entry && structuredClone(entry.object);
  }

  list(kind: Kind, namespace?: string): KubeObject[] {
    return this.all()
      .filter((entry) => entry.kind === kind && (!namespace || entry.object.metadata.namespace === namespace))
      .map((entry) => entry.object);
  }

  all(): { kind: Kind; object: KubeObject }[] {
    return [...this.#objects.entries()]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([, { kind, object }]) => ({ kind, object: structuredClone(object) }));
  }

  insert(kind: Kind, object: KubeObject): KubeObject {
    const added = structuredClone(object);
    added.metadata.uid = randomUUID();
    added.metadata.creationTimestamp = now();
    if (kind.generation) added.metadata.generation = 1;
    return this.#record('ADDED', kind, added);
  }

  /** Replaces the object of the same name; no change leaves no trace. */
  write(kind: Kind, object: KubeObject): KubeObject {
    const previous = this.#existing(kind, object);
    const next = structuredClone(object);
    next.metadata.resourceVersion = previous.metadata.resourceVersion;
    if (equal(previous, next)) return previous;
    if (kind.generation && !equal(previous.spec, next.spec)) {
      next.metadata.generation = (previous.metadata.generation ?? 0) + 1;
    }
    const released = next.metadata.deletionTimestamp !== undefined && !next.metadata.finalizers?.length;
    return this.#record(released ? 'DELETED' : 'MODIFIED', kind, next, previous);
  }

  /** Changes the object in place if it is (still) there. */
  change(kind: Kind, object: KubeObject, mutate: (current: KubeObject) => void): void {
    const current = this.get(kind, object.metadata.namespace, object.metadata.name);
    if (current?.metadata.uid !== object.metadata.uid) return;
    mutate(current);
    this.write(kind, current);
  }

  /** Removes the object, or only marks it while finalizers hold it. */
  remove(kind: Kind, object: KubeObject): KubeObject {
    const previous = this.#existing(kind, object);
    if (!previous.metadata.finalizers?.length) {
      return this.#record('DELETED', kind, structuredClone(previous), previous);
    }
    if (previous.metadata.deletionTimestamp !== undefined) return previous;
    const marked = structuredClone(previous);
    marked.metadata.deletionTimestamp = now();
    marked.metadata.deletionGracePeriodSeconds = 0;
    if (kind.generation) marked.metadata.generation = (marked.metadata.generation ?? 0) + 1;
    return this.#record('MODIFIED', kind, marked, previous);
  }

  subscribe(listener: (event: StoreEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** What happened after `revision`, or the oldest revision still known when that is too long ago. */
  since(revision: number): StoreEvent[] | { oldest: number } {
    if (revision < this.#forgotten) return { oldest: this.#forgotten };
    return this.#history.filter((event) => event.revision > revision);
  }

  #existing(kind: Kind, { metadata }: KubeObject): KubeObject {
    const existing = this.get(kind, metadata.namespace, metadata.name);
    if (!existing) throw new Error(`the store has no ${kind.singular} "${metadata.namespace ?? ''}/${metadata.name}"`);
    return existing;
  }

  #record(type: StoreEvent['type'], kind: Kind, object: KubeObject, previous?: KubeObject): KubeObject {
    this.revision += 1;
    object.metadata.resourceVersion = String(this.revision);
    const { namespace, name } = object.metadata;
    if (type === 'DELETED') this.#objects.delete(key(kind, namespace, name));
    else this.#objects.set(key(kind, namespace, name), { kind, object });
    const event = { type, kind, object, revision: this.revision, ...(previous && { previous }) };
    this.#history.push(event);
    if (this.#history.length > this.#historyLimit) this.#forgotten = this.#history.shift()?.revision ?? 0;
    for (const listener of this.#listeners) listener(event);
    return structuredClone(object);
  }
}

function key(kind: Kind, namespace: string | undefined, name: string): string {
  return `${kind.group}/${kind.plural}/${kind.namespaced ? (namespace ?? '') : ''}/${name}`;
}
