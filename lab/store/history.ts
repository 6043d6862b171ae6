import type { Kind } from './kind.ts';
import type { KubeObject } from './kube-object.ts';

export interface StoreEvent {
  type: 'ADDED' | 'MODIFIED' | 'DELETED';
  kind: Kind;
  object: KubeObject;
  previous?: KubeObject;
  revision: number;
}

/** The last changes, for watches that were away and for lists of a past revision. */
export class History {
  readonly #limit: number;
  #events: StoreEvent[] = [];
  #forgotten = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** The oldest revision that can still be told. */
  get oldest(): number {
    return this.#forgotten;
  }

  add(event: StoreEvent): void {
    this.#events.push(event);
    // In bulk, since each removal at the front moves all the others.
    if (this.#events.length > this.#limit * 1.2) this.#forget(this.#events.length - this.#limit);
  }

  /** What happened after `revision`; undefined when that is too long ago. */
  since(revision: number): StoreEvent[] | undefined {
    if (revision < this.#forgotten) return undefined;
    return this.#events.filter((event) => event.revision > revision);
  }

  /** The objects of a kind as they were at `revision`, from what they are now; undefined when that is too long ago. */
  rewind(kind: Kind, objects: KubeObject[], revision: number): KubeObject[] | undefined {
    const past = new Map(objects.map((object) => [keyOf(object), object]));
    const events = this.since(revision)?.filter((event) => event.kind === kind);
    for (const { object, previous } of events?.reverse() ?? []) {
      if (previous) past.set(keyOf(previous), previous);
      else past.delete(keyOf(object));
    }
    return events && [...past.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, object]) => object);
  }

  /** Forgets everything, as etcd's compaction does with time. */
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
