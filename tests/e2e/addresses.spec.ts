// SPDX-License-Identifier: Apache-2.0
/** VMs whose addresses are equal, or in different subnets, as IPAM that is not cluster-wide assigns them. SIMULATED guests. */
import { expect } from '@playwright/test';
import type { Lab } from '../../lab/lab.ts';
import { configMapData, vmisLeft } from '../support/cluster-facts.ts';
import { test } from '../support/lab-test.ts';

const SAME_V4 = /10\.77\.0\.10\b/;
const HOST_LOCAL = { type: 'host-local', ranges: [[{ subnet: '10.77.0.0/24', rangeStart: '10.77.0.10' }]] };
const STATIC = { type: 'static', addresses: [{ address: '10.77.0.10/24' }] };

function putNetwork(lab: Lab, ipam: object): void {
  lab.createObject({
    apiVersion: 'k8s.cni.cncf.io/v1',
    kind: 'NetworkAttachmentDefinition',
    metadata: { name: 'local', namespace: 'latency' },
    spec: { config: JSON.stringify({ cniVersion: '0.3.1', name: 'local', type: 'bridge', bridge: 'br1', ipam }) },
  });
}

const env = (more: Record<string, string> = {}): { env: Record<string, string> } => ({
  env: { NETWORK_ATTACHMENT_DEFINITION_NAME: 'local', ADDRESSING: 'dhcp', SAMPLE_DURATION_SECONDS: '2', ...more },
});

function expectNothingMeasured(lab: Lab): void {
  expect(Object.keys(configMapData(lab)).filter((key) => key.includes('Latency'))).toEqual([]);
  expect(lab.echoes()).toEqual([]);
  expect(vmisLeft(lab)).toEqual([]);
}

for (const [ipam, does] of [
  [HOST_LOCAL, 'counts addresses on each node separately, so VMs on two nodes get the same address'],
  [STATIC, 'gives every VM the same address'],
] as const) {
  test(`fails with SetupFailed when ipam ${ipam.type} gives both VMs the same address`, async ({ newLab, checkup }) => {
    const lab = await newLab();
    putNetwork(lab, ipam);
    const { status, output } = await checkup(lab, env()).ended;
    const reason = configMapData(lab)['status.failureReason'] ?? '';
    const cause = `both VMs have the address 10.77.0.10, because ipam "${ipam.type}" ${does}`;
    expect(reason.startsWith(`setup: ${cause} - VMI `), reason).toBe(true);
    expect(reason).toMatch(
      / - VMI 'latency\/latency-check-source-\w+' and VMI 'latency\/latency-check-target-\w+' have the same address/,
    );
    expect(output).toContain(
      `warning: network-attachment-definition "latency/local" has ipam "${ipam.type}", which ${does} by KubeVirt's DHCP: set the parameter "addressing" to "static", or use IPAM for the whole cluster (whereabouts`,
    );
    expect(status).toBe(1);
    expectNothingMeasured(lab);
  });
}

test(
  'fails when both VMs have the same address in one family, and reports no latency of either family',
  { tag: '@slow' },
  async ({ newLab, checkup }) => {
    const lab = await newLab();
    putNetwork(lab, { ...HOST_LOCAL, ranges: [...HOST_LOCAL.ranges, [{ subnet: 'fd10:77::/64' }]] });
    const { status } = await checkup(lab, env({ IP_FAMILIES: 'ipv6,ipv4' })).ended;
    expect(configMapData(lab)['status.failureReason']).toMatch(SAME_V4);
    expect(status).toBe(1);
    expectNothingMeasured(lab);
  },
);

test('succeeds on one node, where host-local assigns different addresses', async ({ newLab, checkup }) => {
  const lab = await newLab();
  putNetwork(lab, HOST_LOCAL);
  const { status, output } = await checkup(lab, env({ SOURCE_NODE: 'node-1', TARGET_NODE: 'node-1' })).ended;
  expect(status, output).toBe(0);
  expect(output).not.toContain('has ipam');
});

test(
  'succeeds with static addressing on a network with ipam host-local, and does not advise dhcp',
  { tag: '@slow' },
  async ({ newLab, checkup }) => {
    const lab = await newLab();
    putNetwork(lab, HOST_LOCAL);
    const { status, output } = await checkup(lab, env({ ADDRESSING: 'static' })).ended;
    expect(status, output).toBe(0);
    expect(output).not.toContain('to "dhcp"');
    expect(output).toContain('has ipam "host-local", whose addresses the VMs do not take ("addressing" is "static")');
  },
);

test(
  'succeeds with ipam whereabouts, which assigns addresses for the whole cluster',
  { tag: '@slow' },
  async ({ newLab, checkup }) => {
    const lab = await newLab();
    putNetwork(lab, { type: 'whereabouts', range: '10.77.0.0/24' });
    const { status, output } = await checkup(lab, env()).ended;
    expect(status, output).toBe(0);
  },
);

test('fails with NoConnectivity at once when the VMs are in different subnets', async ({ newLab, checkup }) => {
  const lab = await newLab({ hostLocalRanges: { 'node-1': '10.77.1.0/24', 'node-2': '10.77.2.0/24' } });
  putNetwork(lab, HOST_LOCAL);
  const { status, output, lastLine } = await checkup(lab, env({ SOURCE_NODE: 'node-1' })).ended;
  expect(lastLine).toMatch(
    /failed: run: no connectivity - different subnets: the VMs are in different subnets \(10\.77\.1\.2\/24 and 10\.77\.2\.2\/24\) without a router between them \(VMI '\S+-source-\w+' has 10\.77\.1\.2\/24, VMI '\S+-target-\w+' has 10\.77\.2\.2\/24/,
  );
  expect(output).toMatch(/FAILED +connectivity +[0-4]\.\ds/);
  expect(status).toBe(1);
  expectNothingMeasured(lab);
});
