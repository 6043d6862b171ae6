// SPDX-License-Identifier: Apache-2.0
/** Devices of the lab's nodes, and their assignment. */
import { expect } from '@playwright/test';
import { at, objectsAt, textAt } from '../../store/json.ts';
import { NAMESPACE, test } from './own-lab.ts';
import { fill } from './template.ts';
import { vmi } from './vmis.ts';

const VMIS = 'virtualmachineinstances';
const KVM = 'devices.kubevirt.io/kvm';
const SRIOV = 'openshift.io/sriov_nic';

test('software emulation: nodes offer no KVM, pods request none, and each running VMI has the condition', async ({
  ownLab,
}) => {
  const { lab, untilPhase } = await ownLab({ softwareEmulation: true });
  await untilPhase('Running');
  expect(lab.list('nodes').map((node) => textAt(node, 'status', 'allocatable', KVM))).toEqual(['0', '0']);
  expect(at(lab.list('kubevirts')[0], 'spec', 'configuration', 'developerConfiguration', 'useEmulation')).toBe(true);
  const conditions = objectsAt(lab.get(VMIS, NAMESPACE, 'a'), 'status', 'conditions');
  expect(conditions).toContainEqual(expect.objectContaining({ type: 'SoftwareEmulation', status: 'True' }));
  const [pod] = lab.list('pods', NAMESPACE);
  expect(objectsAt(pod?.spec, 'containers')[0]).not.toHaveProperty(['resources', 'requests', KVM]);
});

test('with KVM, a VMI has no condition about emulation', async ({ ownLab }) => {
  const { lab, untilPhase } = await ownLab();
  await untilPhase('Running');
  const conditions = objectsAt(lab.get(VMIS, NAMESPACE, 'a'), 'status', 'conditions');
  expect(conditions.map(({ type }) => type)).not.toContain('SoftwareEmulation');
  const [pod] = lab.list('pods', NAMESPACE);
  expect(objectsAt(pod?.spec, 'containers')[0]).toHaveProperty(['resources', 'requests', KVM], '1');
});

test('a VMI stays Pending when no SR-IOV NIC is free', async ({ ownLab }) => {
  const { lab, untilPhase } = await ownLab({ sriovPerNode: [1, 0] });
  const networks = [{ name: 'net0', multus: { networkName: `${NAMESPACE}/sriov` } }];
  for (const name of ['a', 'b']) {
    lab.createObject(fill(vmi({}, { networks }), { name, ns: NAMESPACE }));
    if (name === 'a') await untilPhase('Running');
  }
  expect(textAt(lab.get(VMIS, NAMESPACE, 'a'), 'status', 'nodeName')).toBe('node-1');
  const scheduled = () =>
    objectsAt(lab.get(VMIS, NAMESPACE, 'b'), 'status', 'conditions').find(({ type }) => type === 'PodScheduled');
  await expect.poll(scheduled).toMatchObject({ status: 'False', reason: 'Unschedulable' });
  expect(scheduled()?.message).toContain(`2 Insufficient ${SRIOV}`);
  lab.deleteObject(VMIS, NAMESPACE, 'a');
  await untilPhase('Running', 'b');
});
