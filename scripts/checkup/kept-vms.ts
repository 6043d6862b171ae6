/** The VMs of a run that are still there when it ends: `skipTeardown` leaves them for a look. */
import { list, record, strings } from '../../fixtures/cluster/objects.ts';
import { messageOf } from '../../model/errors.ts';
import type { Kubectl } from './kubectl.ts';

/** On every VM of a checkup: the uid of its ConfigMap. */
const UID_LABEL = 'latency-check/uid';

/** As kubectl takes them, while the ConfigMap is there; undefined where that cannot be told. */
export async function keptVms(kubectl: Kubectl, configMap: string): Promise<string[] | undefined> {
  try {
    const { uid } = strings(record(await kubectl.get(['configmap', configMap]))['metadata']);
    if (uid === undefined) return undefined;
    const found = await kubectl.get(['virtualmachineinstances.kubevirt.io', '-l', `${UID_LABEL}=${uid}`]);
    return list(found?.['items']).flatMap((item) => {
      const { name, deletionTimestamp } = strings(record(item)['metadata']);
      return name === undefined || deletionTimestamp !== undefined ? [] : [`vmi/${name}`];
    });
  } catch (error) {
    console.log(`warning: whether VMs are left cannot be told: ${messageOf(error)}`);
    return undefined;
  }
}
