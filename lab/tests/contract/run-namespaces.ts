// SPDX-License-Identifier: Apache-2.0
/** The namespaces of one `npm run test:contract`, which contain everything that it creates. */
import { setTimeout as pause } from 'node:timers/promises';
import { objectsAt, textAt } from '../../store/json.ts';
import type { Api } from './api.ts';

export const RUN_LABEL = 'kubevirt-vm-latency-contract';

/** KubeVirt takes about 10 s to remove a VMI, and a namespace waits for its VMIs. */
const REMOVAL_LIMIT_MS = 180_000;
const BETWEEN_MS = 1000;

/** Deletes the namespaces of a run and waits for their end. @returns the names of the remaining ones. */
export async function removeNamespaces(api: Api, run: string): Promise<string[]> {
  const deadline = performance.now() + REMOVAL_LIMIT_MS;
  const list = { path: `/api/v1/namespaces?labelSelector=${RUN_LABEL}%3D${run}` };
  for (;;) {
    const left = objectsAt((await api.call(list)).body, 'items');
    const names = left.map((namespace) => textAt(namespace, 'metadata', 'name') ?? '');
    if (names.length === 0 || performance.now() > deadline) return names;
    for (const [index, namespace] of left.entries()) {
      if (textAt(namespace, 'metadata', 'deletionTimestamp') !== undefined) continue;
      await api.call({ method: 'DELETE', path: `/api/v1/namespaces/${names[index] ?? ''}` });
    }
    await pause(BETWEEN_MS);
  }
}
