/** Placement of the VMs on configured nodes, in either order of scheduling. SIMULATED guests. */
import { expect } from '@playwright/test';
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
