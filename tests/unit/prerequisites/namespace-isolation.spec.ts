// SPDX-License-Identifier: Apache-2.0
import { expect, test } from '@playwright/test';
import { isolationWarning } from '../../../fixtures/prerequisites/namespace-isolation.ts';

const OPENSHIFT = ['apps', 'config.openshift.io', 'k8s.cni.cncf.io'];
const OTHER = ['apps', 'k8s.cni.cncf.io'];

for (const [groups, network, vms, warns] of [
  [OPENSHIFT, 'networks', 'checkups', true],
  [OPENSHIFT, 'checkups', 'checkups', false],
  [OPENSHIFT, 'default', 'checkups', false],
  [OPENSHIFT, 'openshift-sriov-network-operator', 'checkups', false],
  [OPENSHIFT, 'checkups', 'default', true],
  [OTHER, 'networks', 'checkups', false],
] as const) {
  const where = groups === OPENSHIFT ? 'on OpenShift' : 'elsewhere';
  test(`${warns ? 'warns' : 'does not warn'} ${where} of a network in ${network} and VMs in ${vms}`, () => {
    const warning = isolationWarning(groups, { namespace: network }, vms);
    expect(warning === undefined).toBe(!warns);
    if (warns) expect(warning).toContain(`run the checkup in namespace "${network}"`);
  });
}
