// SPDX-License-Identifier: Apache-2.0
/** What the lab's API server sees of a guest set of 40 VMs that are created, watched and deleted. SIMULATED guests. */
import { expect } from '@playwright/test';
import { Cluster } from '../../fixtures/cluster/cluster.ts';
import { Connection } from '../../fixtures/cluster/connection.ts';
import { removeVmis } from '../../fixtures/cluster/remove-vmi.ts';
import { VmiWatch } from '../../fixtures/cluster/vmi-watch.ts';
import { vmiManifest } from '../../fixtures/vmi/vmi-manifest.ts';
import { RUN_LABEL, runSelector } from '../../model/vmi-name.ts';
import { countRequests, mostPerSecond } from '../../scripts/bench/request-counts.ts';
import { vmisLeft } from '../support/cluster-facts.ts';
import { test } from '../support/lab-test.ts';

const VMS = 40;
const RUN = 'abcde';
/** The lab notes times in whole milliseconds. */
const TOLERANCE = 1;

test('40 VMs need one watch, one creation and one deletion each, at most 20 requests per second', async ({
  newLab,
}) => {
  const lab = await newLab({ startupDelayMs: 1000 });
  const signal = AbortSignal.timeout(60_000);
  const waiting = { signal, report: () => undefined };
  const warnings: string[] = [];
  const log = (message: string): void => void warnings.push(message);
  const cluster = new Cluster(new Connection({ KUBECONFIG: lab.kubeconfig }), { log, waiting });
  const { namespace } = cluster.connection;
  const watch = new VmiWatch({ cluster, namespace, labelSelector: runSelector(RUN), log });
  const vmis = Array.from({ length: VMS }, (_, index) => ({ namespace, name: `latency-check-node-${index}-${RUN}` }));
  const created = vmis.map(async (vmi, index) => {
    const mac = `02:00:00:00:00:${index.toString(16).padStart(2, '0')}`;
    const manifest = vmiManifest({
      vmi,
      mac,
      configMapUid: 'u',
      run: RUN,
      owner: undefined,
      placement: { own: index % 2 === 0 ? 'node-1' : 'node-2', other: undefined },
      network: { namespace: 'latency', name: 'blue', binding: 'bridge' },
      dhcp: [],
      image: 'quay.io/kubevirt/alpine-with-test-tooling-container-disk:v1.9.0',
      pullSecret: undefined,
    });
    const { uid } = await cluster.createVmi(vmi, manifest);
    const watched = watch.track(vmi.name);
    while (!watched.runs) {
      await watched.changed();
      watched.look();
    }
    watched.stop();
    return { ...vmi, uid, labels: { [RUN_LABEL]: RUN } };
  });
  const limit = { left: () => 30_000, code: 'TeardownFailed' } as const;
  const removed = await removeVmis(cluster, waiting, await Promise.all(created), limit);
  expect(removed.map(({ status }) => status)).toEqual(vmis.map(() => 'fulfilled'));
  expect(vmisLeft(lab)).toEqual([]);
  expect(warnings).toEqual([]);
  const { 'watch virtualmachineinstances': watches, ...others } = Object.fromEntries(countRequests(lab.requests));
  expect(others).toEqual({ 'create virtualmachineinstances': VMS, 'delete virtualmachineinstances': VMS });
  // One while they start, and one while they are deleted; a new one if for a moment none is tracked.
  expect(watches).toBeGreaterThanOrEqual(2);
  expect(watches).toBeLessThanOrEqual(5);
  expect(mostPerSecond(lab.requests.map(({ time }) => time))).toBeLessThanOrEqual(20 + TOLERANCE);
  for (const verb of ['create', 'delete']) {
    const times = lab.requests.filter((request) => request.verb === verb).map(({ time }) => time);
    expect(mostPerSecond(times), verb).toBeLessThanOrEqual(10 + TOLERANCE);
  }
});
