// SPDX-License-Identifier: Apache-2.0
import { PODS } from '../kinds/kinds.ts';
import type { KubeObject } from '../store/kube-object.ts';
import type { Store } from '../store/store.ts';
import { setCondition } from './conditions.ts';

/** Evicts a pod as the eviction API does: sets the condition DisruptionTarget and deletes it. */
export function evict(store: Store, pod: KubeObject | undefined): void {
  if (!pod) throw new Error('there is no pod to evict');
  store.change(PODS, pod, (current) => {
    setCondition(current, 'DisruptionTarget', 'True', 'EvictionByEvictionAPI', 'Eviction API: evicting');
  });
  store.remove(PODS, pod);
}
