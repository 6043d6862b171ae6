// SPDX-License-Identifier: Apache-2.0
import { expect, test } from '@playwright/test';
import { diagnoseHeldDeletion } from '../../../fixtures/diagnosis/deletion.ts';
import type { Diagnosis } from '../../../model/diagnosis.ts';
import { renderDiagnosis } from '../../../model/diagnosis.ts';

const vmi = { namespace: 'ns', name: 'latency-check-source-ab12c' };
const OWN = 'kubevirt.io/foregroundDeleteVirtualMachine';

function held(finalizers: readonly string[], phase = 'Succeeded', node?: string): Diagnosis {
  return diagnoseHeldDeletion({ kind: 'held', vmi, finalizers, phase, node }, ['being deleted']);
}

for (const [finalizers, phase, node, summary, command] of [
  [
    [OWN],
    'Succeeded',
    'node-1',
    `finalizer "${OWN}" of KubeVirt: virt-controller has not removed it, as it does when the virt-launcher pod is deleted`,
    /virt-controller,virt-handler/,
  ],
  [
    ['foregroundDeleteVirtualMachine'],
    'Running',
    'node-1',
    'finalizer "foregroundDeleteVirtualMachine" of KubeVirt: virt-handler on node "node-1" has not ended the VM, which has phase Running',
    /kubectl get pods -n ns -o wide -l vm\.kubevirt\.io\/name=latency-check-source-ab12c/,
  ],
  [
    ['backup.example.com/hold'],
    'Succeeded',
    undefined,
    'finalizer "backup.example.com/hold" of another program: that program has not removed it',
    /grep backup\.example\.com$/m,
  ],
  [
    [OWN, 'backup.example.com/hold'],
    'Succeeded',
    undefined,
    `finalizer "${OWN}" of KubeVirt and "backup.example.com/hold" of another program: virt-controller has not`,
    /grep backup\.example\.com$/m,
  ],
  [
    ['foregroundDeletion'],
    'Succeeded',
    undefined,
    `finalizer "foregroundDeletion" of Kubernetes' garbage collector: objects that belong to it are not deleted yet`,
    /kube-controller-manager/,
  ],
] as const) {
  test(`names ${finalizers.join(' and ')} of a VM with phase ${phase}, whose they are and how to look`, () => {
    const diagnosis = held(finalizers, phase, node);
    expect(diagnosis.summary).toContain(`"latency-check-source-ab12c" is being deleted and held by ${summary}`);
    const text = renderDiagnosis(diagnosis);
    expect(text).toMatch(command);
    expect(text).toContain("kubectl get vmi -n ns latency-check-source-ab12c -o jsonpath='{.metadata.finalizers}'");
    expect(text).not.toContain('kubectl delete');
  });
}

test('puts no text of a hostile server into a command', () => {
  for (const step of held(['a.example/x', '$(reboot)/x', '; reboot']).next) expect(step).not.toContain('reboot');
});
