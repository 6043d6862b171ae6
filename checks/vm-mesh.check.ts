// SPDX-License-Identifier: Apache-2.0
import { test } from '../fixtures/index.ts';
import { requireUsual } from '../model/history/require-usual.ts';
import { requireMesh } from '../model/mesh/require-mesh.ts';

test('VMs on every two nodes reach each other within the allowed latency', async ({ stage, checkup, networks }) => {
  const all = await stage('input', () => checkup.input());
  await networks.each(all, async ({ stage, prerequisites, vmiMesh, mesh, history }, input) => {
    const network = await stage('prerequisites', () => prerequisites.verify(input));
    const vms = await stage('setup', () => vmiMesh.start(network, input));
    const measured = await stage('rounds', () => mesh.measure(vms, input));
    await stage('retest', async () => {
      const pairs = await mesh.retest(vms, measured, input); // a pair fails only if it fails twice …
      const trend = await history.compareMesh(pairs);
      requireMesh(vms, pairs, input); // … judge last
      requireUsual(trend, input.trend);
    });
  }); // removes all VMs as the 'teardown' stage, on its own clock, whatever happened above
});
