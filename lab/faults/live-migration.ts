// SPDX-License-Identifier: Apache-2.0
import type { Lab } from '../cluster/interface.ts';
import { suffix } from '../kinds/names.ts';
import { objectAt, textAt } from '../store/json.ts';
import { labelsOf } from '../store/labels.ts';
import type { KubeObject } from '../store/kube-object.ts';

/**
 * Another client migrates a VMI, as the evacuation of its node would. SIMULATED: the placement rules of all VMIs and launcher pods are
 * removed before that, so that the VMI fits on a node that its own rules exclude.
 */
export function migrateVmi(lab: Lab, { namespace, name }: { namespace: string; name: string }): void {
  const vmi = lab.get('virtualmachineinstances', namespace, name);
  if (vmi === undefined) return;
  for (const object of lab.list('virtualmachineinstances', namespace)) dropAffinity(lab, object);
  const pods = lab.list('pods', namespace).filter((pod) => labelsOf(pod)['kubevirt.io'] === 'virt-launcher');
  for (const pod of pods) dropAffinity(lab, pod);
  lab.createObject({
    apiVersion: 'kubevirt.io/v1',
    kind: 'VirtualMachineInstanceMigration',
    metadata: {
      namespace,
      name: `kubevirt-evacuation-${suffix()}`,
      annotations: { 'kubevirt.io/evacuationMigration': textAt(vmi.status, 'nodeName') ?? '' },
    },
    spec: { vmiName: name, priority: 'system-critical' },
  });
}

function dropAffinity(lab: Lab, object: KubeObject): void {
  lab.createObject({ ...object, spec: { ...objectAt(object, 'spec'), affinity: undefined } });
}
