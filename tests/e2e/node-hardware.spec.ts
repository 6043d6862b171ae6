// SPDX-License-Identifier: Apache-2.0
/** Hardware of the nodes: SR-IOV devices and virtualization. SIMULATED guests. */
import { expect } from '@playwright/test';
import { vmisCreated, vmisLeft } from '../support/cluster-facts.ts';
import { test } from '../support/lab-test.ts';

const SRIOV = { NETWORK_ATTACHMENT_DEFINITION_NAME: 'sriov' };

test('reports the binding with its reason', async ({ newLab, checkup }) => {
  const lab = await newLab();
  const { status, output } = await checkup(lab, { env: SRIOV }).ended;
  expect(status, output).toBe(0);
  expect(output).toMatch(/binding +sriov: the network's CNI configuration has a plugin of type "sriov" \("sriov"\)\n/);
});

test('fails before any VM starts when there are too few SR-IOV devices', async ({ newLab, checkup }) => {
  const lab = await newLab({ sriovPerNode: [4, 0] });
  const { status, lastLine } = await checkup(lab, { env: SRIOV }).ended;
  expect(lastLine).toBe(
    'Kubevirt VM latency checkup failed: prerequisites: at least two nodes that offer "openshift.io/sriov_nic" are needed, found 1 (node-1: 4, node-2: 0)',
  );
  expect(status).toBe(1);
  expect(vmisCreated(lab)).toBe(0);
});

test('reports a configured node without a device', { tag: '@slow' }, async ({ newLab, checkup }) => {
  const lab = await newLab({ sriovPerNode: [4, 0] });
  const { lastLine } = await checkup(lab, { env: { ...SRIOV, TARGET_NODE: 'node-2' } }).ended;
  expect(lastLine).toMatch(/prerequisites: node "node-2" offers 0 of "openshift\.io\/sriov_nic", needed 1$/);
  expect(vmisCreated(lab)).toBe(0);
});

test('warns about software emulation in KubeVirt and in each VM', async ({ newLab, checkup }) => {
  const lab = await newLab({ softwareEmulation: true });
  const { status, output } = await checkup(lab).ended;
  expect(status, output).toBe(0);
  expect(output).toMatch(/warning: KubeVirt may run the VMs under software emulation .*: node-1, node-2\n/);
  expect(
    output.match(/warning: VMI '\S+' runs under software emulation: its latency says little of the network\n/g),
  ).toHaveLength(2);
  expect(vmisLeft(lab)).toEqual([]);
});

test('warns about an SR-IOV network without a resource name', { tag: '@slow' }, async ({ newLab, checkup }) => {
  const lab = await newLab();
  lab.createObject({
    apiVersion: 'k8s.cni.cncf.io/v1',
    kind: 'NetworkAttachmentDefinition',
    metadata: { name: 'sriov', namespace: 'latency', annotations: { 'k8s.v1.cni.cncf.io/resourceName': ' ' } },
    spec: { config: '{"cniVersion":"0.3.1","name":"sriov","type":"sriov"}' },
  });
  const { output } = await checkup(lab, { env: SRIOV }).ended;
  expect(output).toMatch(/warning: network-attachment-definition "latency\/sriov" is SR-IOV and has no annotation/);
  expect(output).not.toContain('that offer ""');
});

test('warns and uses the image of the nearest release when the KubeVirt version is not a release', async ({
  newLab,
  checkup,
}) => {
  const lab = await newLab({ kubevirt: 'unavailable', kubevirtVersion: '1.2.2-150500.8.15.1' });
  const { status, output } = await checkup(lab).ended;
  expect(status, output).toBe(0);
  expect(output).toMatch(/warning: KubeVirt .* \(phase Deployed, Available=False \(DeploymentInProgress: /);
  const image = 'quay.io/kubevirt/alpine-with-test-tooling-container-disk:v1.2.2';
  expect(output).toContain(
    `warning: KubeVirt's version "1.2.2-150500.8.15.1" is not a released one: the VMs use the image "${image}"`,
  );
  expect(vmisLeft(lab)).toEqual([]);
});
