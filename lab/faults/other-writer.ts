// SPDX-License-Identifier: Apache-2.0
import type { Attributes } from '../rbac/attributes.ts';
import type { Effect } from '../api/faults.ts';
import type { Lab } from '../cluster/interface.ts';
import { objectAt } from '../store/json.ts';

/** Returns an effect that delays a ConfigMap request until another client has changed that ConfigMap, in a key that no checkup uses. */
export function otherWriterFirst(lab: Lab): (request: Attributes) => Effect {
  let writes = 0;
  return ({ resource }) => ({
    hold: () => {
      const current = lab.get('configmaps', resource?.namespace, resource?.name ?? '');
      writes += 1;
      const data = { ...objectAt(current, 'data'), 'written.by.another.client': String(writes) };
      if (current) lab.createObject({ ...current, data });
      return Promise.resolve();
    },
  });
}
