/** The VMs of a run that still exist when it ends: `skipTeardown` retains them for debugging. */
import { list, record, strings } from '../fixtures/cluster/objects.ts';
import { messageOf } from '../model/errors.ts';
import type { Kubectl } from './kubectl.ts';

/** On every VM of a checkup: the uid of its ConfigMap. */
export function vmSelector(uid: string): string {
  return `latency-check/uid=${uid}`;
}

/** As kubectl takes them; undefined where that cannot be told. @param uid the ConfigMap's */
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
