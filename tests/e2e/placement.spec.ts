// SPDX-License-Identifier: Apache-2.0
/** Placement of the VMs on configured nodes, in either order of scheduling. SIMULATED guests. */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect } from '@playwright/test';
import { parse } from 'yaml';
import { configMapData, setConfigMap } from '../support/cluster-facts.ts';
import { test } from '../support/lab-test.ts';

const NODES = { source: 'status.result.sourceNode', target: 'status.result.targetNode' };

for (const [named, other] of [
  ['source', 'target'],
  ['target', 'source'],
] as const) {
  test(`the ${other} VM, scheduled first, avoids the node configured for the ${named} VM`, async ({
    newLab,
    checkup,
  }) => {
    const lab = await newLab({ order: `${other}-first`, nodes: 3 });
    const { status } = await checkup(lab, { env: { [`${named.toUpperCase()}_NODE`]: 'node-2' } }).ended;
    expect(status).toBe(0);
    const data = configMapData(lab);
    expect(data[NODES[named]]).toBe('node-2');
    expect(data[NODES[other]]).not.toBe('node-2');
  });
}

test('allows and reports equal nodes', async ({ newLab, checkup }) => {
  const lab = await newLab();
  setConfigMap(lab, { 'spec.param.source_node': 'node-1', 'spec.param.targetNode': 'node-1' });
  const { status, output } = await checkup(lab).ended;
  expect(status).toBe(0);
  expect(configMapData(lab)).toMatchObject({ [NODES.source]: 'node-1', [NODES.target]: 'node-1' });
  expect(output).toMatch(/warning: .*node-1/);
});

test('runs both VMs on the architecture that most nodes have', async ({ newLab, checkup }, testInfo) => {
  // Without an architecture in its specification, a VMI gets the one of virt-api, amd64, which only one node has.
  const lab = await newLab({ nodes: 3, architectures: ['arm64', 'amd64', 'arm64'] });
  const { status, output } = await checkup(lab).ended;
  expect(status, output).toBe(0);
  const data = configMapData(lab);
  expect([data[NODES.source], data[NODES.target]].sort()).toEqual(['node-1', 'node-3']);
  const warning = 'the nodes that can run VMs have several architectures (amd64: 1, arm64: 2): all VMs run on arm64';
  expect(output).toContain(warning);
  const artifacts = testInfo.outputPath('artifacts-0');
  const result = JSON.parse(readFileSync(path.join(artifacts, 'result.json'), 'utf8')) as { warnings: string[] };
  expect(result.warnings).toContain(warning);
  const manifests = readdirSync(path.join(artifacts, 'manifests')).map(
    (name) => parse(readFileSync(path.join(artifacts, 'manifests', name), 'utf8')) as { spec: object },
  );
  const pinned = { architecture: 'arm64', nodeSelector: { 'kubernetes.io/arch': 'arm64' } };
  expect(manifests.map(({ spec }) => spec)).toEqual([expect.objectContaining(pinned), expect.objectContaining(pinned)]);
});
