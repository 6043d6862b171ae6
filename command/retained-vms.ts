// SPDX-License-Identifier: Apache-2.0
/** Finds the VMs that a run has retained for debugging (`skipTeardown`). */
import { list, record, strings } from '../fixtures/cluster/objects.ts';
import { messageOf } from '../model/errors.ts';
import type { Kubectl } from './kubectl.ts';

/** Label of every VM of a checkup: the uid of its ConfigMap. */
export function vmSelector(uid: string): string {
  return `latency-check/uid=${uid}`;
}

/** Returns names for kubectl; undefined if they cannot be listed. @param uid uid of the ConfigMap */
export async function retainedVms(kubectl: Kubectl, uid: string): Promise<string[] | undefined> {
  try {
    const found = await kubectl.get(['virtualmachineinstances.kubevirt.io', '-l', vmSelector(uid)]);
    return list(found?.['items']).flatMap((item) => {
      const { name, deletionTimestamp } = strings(record(item)['metadata']);
      return name === undefined || deletionTimestamp !== undefined ? [] : [`vmi/${name}`];
    });
  } catch (error) {
    console.log(`warning: failed to check for retained VMs: ${messageOf(error)}`);
    return undefined;
  }
}
