import type { Store } from '../store/store.ts';

/**
 * Runs `reconcile` soon after anything changed, never twice at a time in one turn of the event loop. A controller looks at
 * the whole state and makes the next step; what it changes makes it run again.
 */
export function startController(store: Store, reconcile: () => void): { trigger: () => void; stop: () => void } {
  let pending: NodeJS.Immediate | undefined;
  const trigger = () => {
    pending ??= setImmediate(() => {
      pending = undefined;
      reconcile();
    });
  };
  const unsubscribe = store.subscribe(trigger);
  trigger();
  return {
    trigger,
    stop: () => {
      unsubscribe();
      if (pending) clearImmediate(pending);
    },
  };
}
