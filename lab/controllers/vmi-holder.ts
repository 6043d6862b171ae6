// SPDX-License-Identifier: Apache-2.0
import { VMIS } from '../kinds/kinds.ts';
import type { Store } from '../store/store.ts';
import { startController, type Controller } from './controller.ts';

const FINALIZER = 'backup.example.com/hold';

/** A foreign component that does not react to deletions: each VMI gets a finalizer that is never removed. */
export function startVmiHolder(store: Store): Controller {
  return startController(
    store,
    ({ kind, object, deleted }) => (kind === VMIS && !deleted ? [object.metadata.uid] : []),
    (uid) => {
      const vmi = store.find(uid)?.object;
      if (!vmi || vmi.metadata.deletionTimestamp !== undefined) return;
      store.change(VMIS, vmi, (current) => {
        current.metadata.finalizers = [...new Set([...(current.metadata.finalizers ?? []), FINALIZER])];
      });
    },
  );
}
