// SPDX-License-Identifier: Apache-2.0
import type { Kind } from '../store/kind.ts';
import type { KubeObject } from '../store/kube-object.ts';
import type { Store } from '../store/store.ts';

/** A change, or at the start an existing object. */
export interface Change {
  kind: Kind;
  object: KubeObject;
  previous?: KubeObject;
  deleted: boolean;
}

export interface Controller {
  /** Reconciles a key again, now or after a delay. */
  enqueue(key: string, afterMs?: number): void;
  stop(): void;
}

/** A longer timeout would fire immediately. */
export const LONGEST_TIMER_MS = 2 ** 31 - 1;

/**
 * Runs `reconcile` for each key that a change touches, soon after it (`delayMs`, or in the next turn of the event loop) and
 * once for many changes. It reads the current state and makes the next step; its changes make it run again.
 */
export function startController(
  store: Store,
  keysOf: (change: Change) => string[],
  reconcile: (key: string) => void,
  delayMs = 0,
): Controller {
  const waiting = new Set<string>();
  const timers = new Set<NodeJS.Timeout>();
  let scheduled = false;
  const later = (ms: number, run: () => void) => {
    const timer = setTimeout(
      () => {
        timers.delete(timer);
        run();
      },
      Math.min(ms, LONGEST_TIMER_MS),
    );
    timers.add(timer);
  };
  const drain = () => {
    scheduled = false;
    const keys = [...waiting];
    waiting.clear();
    for (const key of keys) {
      try {
        reconcile(key);
      } catch (error) {
        // An object that a controller cannot handle must not crash the cluster.
        console.error(`lab: ${key}:`, error);
      }
    }
  };
  const enqueue = (key: string, afterMs = 0) => {
    if (afterMs > 0) {
      later(afterMs, () => {
        enqueue(key);
      });
      return;
    }
    waiting.add(key);
    if (!scheduled) later(delayMs, drain);
    scheduled = true;
  };
  const unsubscribe = store.subscribe((event) => {
    for (const key of keysOf({ ...event, deleted: event.type === 'DELETED' })) enqueue(key);
  });
  for (const stored of store.all()) for (const key of keysOf({ ...stored, deleted: false })) enqueue(key);
  return {
    enqueue,
    stop: () => {
      unsubscribe();
      for (const timer of timers) clearTimeout(timer);
    },
  };
}
