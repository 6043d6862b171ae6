// SPDX-License-Identifier: Apache-2.0
import type { Kind } from './kind.ts';
import type { KubeObject } from './kube-object.ts';

export interface StoreEvent {
  type: 'ADDED' | 'MODIFIED' | 'DELETED';
  kind: Kind;
  object: KubeObject;
  previous?: KubeObject;
  revision: number;
}

/** The recent changes, for watches that resume and for lists of a past revision. */
export class History {
  readonly #limit: number;
  #events: StoreEvent[] = [];
  #forgotten = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** The oldest revision that is available. */
  get oldest(): number {
    return this.#forgotten;
  }

  add(event: StoreEvent): void {
    this.#events.push(event);
    // In bulk, since each removal at the front moves all the others.
    if (this.#events.length > this.#limit * 1.2) this.#forget(this.#events.length - this.#limit);
  }

  /** Returns the changes after `revision`; undefined if it is too old. */
  since(revision: number): StoreEvent[] | undefined {
    if (revision < this.#forgotten) return undefined;
    return this.#events.filter((event) => event.revision > revision);
  }

  /** Returns the objects of a kind at `revision`, computed from the current ones; undefined if it is too old. */
  rewind(kind: Kind, objects: KubeObject[], revision: number): KubeObject[] | undefined {
    const past = new Map(objects.map((object) => [keyOf(object), object]));
    const events = this.since(revision)?.filter((event) => event.kind === kind);
    for (const { object, previous } of events?.reverse() ?? []) {
      if (previous) past.set(keyOf(previous), previous);
      else past.delete(keyOf(object));
    }
    return events && [...past.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, object]) => object);
  }

  /** Discards the history, as etcd's compaction does. */
  compact(): void {
    this.#forget(this.#events.length);
  }

  #forget(count: number): void {
    this.#forgotten = this.#events[count - 1]?.revision ?? this.#forgotten;
    this.#events = this.#events.slice(count);
  }
}

function keyOf({ metadata }: KubeObject): string {
  return `${metadata.namespace ?? ''}/${metadata.name}`;
}
