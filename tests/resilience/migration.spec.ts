// SPDX-License-Identifier: Apache-2.0
/** Interruptions in the phases of a live migration: VMs, migration and pods are removed. SIMULATED guests and migrations. */
import { expect } from '@playwright/test';
import type { Lab } from '../../lab/lab.ts';
import { configMapData, migratedObjectsLeft, setConfigMap } from '../support/cluster-facts.ts';
import { test } from '../support/lab-test.ts';
import { untilPhase } from '../support/migration-phases.ts';
import { workerBelow } from '../support/processes.ts';

const OPTIONS = { env: { LIVE_MIGRATION: 'true' } };

for (const phase of ['Pending', 'Scheduling', 'Running', 'Succeeded']) {
  test(
    `removes the VMs and the migration after SIGTERM in phase ${phase}`,
    { tag: '@slow' },
    async ({ newLab, checkup }) => {
      const lab = await newLab();
      const run = checkup(lab, OPTIONS);
      await untilPhase(lab, phase);
      run.signal('SIGTERM');
      const { status, output } = await run.ended;
      expect(status, output).toBe(130);
      expect(configMapData(lab)['status.failureReason']).toBe('interrupted by SIGTERM during migration');
      expect(migratedObjectsLeft(lab)).toEqual([]);
    },
  );
}

test(
  'removes the VMs and the migration when the worker is killed while the VM migrates',
  { tag: '@slow' },
  async ({ newLab, checkup }) => {
    const lab = await newLab({ migrationFault: 'never-ends' });
    const run = checkup(lab, OPTIONS);
    await untilPhase(lab, 'Running');
    process.kill(workerBelow(run.pid) ?? NaN, 'SIGKILL');
    const { status, lastLine } = await run.ended;
    expect(status).toBe(1);
    expect(lastLine).toMatch(/worker process exited unexpectedly/);
    // The migration is deleted by the garbage collector, together with its VMI.
    await expect.poll(() => migratedObjectsLeft(lab)).toEqual([]);
  },
);

/** Adds the pod of a former migration that has not ended: until then, KubeVirt does not begin the next migration of the VMI. */
function addFormerPod(lab: Lab): void {
  const target = lab.list('virtualmachineinstances').find(({ metadata }) => metadata.name.includes('-target-'));
  if (target === undefined) throw new Error('the target VMI does not exist');
  const { namespace, name, uid } = target.metadata;
  lab.createObject({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name: 'virt-launcher-former',
      namespace: namespace ?? '',
      ownerReferences: [{ apiVersion: 'kubevirt.io/v1', kind: 'VirtualMachineInstance', name, uid, controller: true }],
    },
    spec: { containers: [{ name: 'compute', image: 'virt-launcher' }], nodeSelector: { missing: 'yes' } },
  });
}

const TIMEOUT_S = 30;

test(
  'removes the VMs and the migration when spec.timeout expires in phase Pending',
  { tag: '@slow' },
  async ({ newLab, checkup }) => {
    const lab = await newLab();
    setConfigMap(lab, { 'spec.timeout': `${TIMEOUT_S}s` });
    const run = checkup(lab, OPTIONS);
    await run.until(/\.\.\. +migration/);
    addFormerPod(lab);
    const { status, output } = await run.ended;
    expect(status, output).toBe(1);
    expect(configMapData(lab)['status.failureReason']).toMatch(
      /^timed out after 30s during migration: .*live migration.*phase Pending/,
    );
    expect(migratedObjectsLeft(lab)).toEqual([]);
  },
);

test(
  'removes the VMs and the migration when spec.timeout expires just after the switch',
  { tag: '@slow' },
  async ({ newLab, checkup }) => {
    const times = { copyMs: 0, gapMs: 300 };
    const lab = await newLab({ scriptedMigration: times });
    setConfigMap(lab, { 'spec.timeout': `${TIMEOUT_S}s` });
    const run = checkup(lab, OPTIONS);
    await run.until(/\.\.\. +input/);
    const begun = performance.now();
    await untilPhase(lab, 'Scheduled');
    // The VM moves in the middle of the 5 s that the sample lasts after the migration.
    times.copyMs = Math.max(0, begun + TIMEOUT_S * 1000 - performance.now() - 4000);
    const { status, output } = await run.ended;
    expect(status, output).toBe(1);
    expect(configMapData(lab)['status.failureReason']).toMatch(
      /^timed out after 30s during migration: .*the VM was migrated, and is pinged for 5s more/,
    );
    expect(migratedObjectsLeft(lab)).toEqual([]);
  },
);
