// SPDX-License-Identifier: Apache-2.0
/** Runs that fail after their start: the reason, and leaked objects. SIMULATED guests. */
import { expect } from '@playwright/test';
import { configMapData, setConfigMap, vmisCreated, vmisLeft } from '../support/cluster-facts.ts';
import { test } from '../support/lab-test.ts';
import { CHECKUP_ACCOUNT, checkupRbacWithout } from '../support/permissions.ts';

const VMIS = 'virtualmachineinstances';
const ACCOUNT = { serviceAccount: CHECKUP_ACCOUNT };

test('SetupFailed: VMs may not be created', async ({ newLab, checkup }) => {
  const lab = await newLab({ objects: checkupRbacWithout({ resource: VMIS, verb: 'create' }) });
  const { status } = await checkup(lab, ACCOUNT).ended;
  expect(status).toBe(1);
  expect(configMapData(lab)['status.failureReason']).toMatch(
    /^setup: the checkup's account may not create virtualmachineinstances: add the rule to ClusterRole kubevirt-vm-latency-checker - failed to create the VMIs \(permission missing: the checkup needs rule kubevirt.io\/virtualmachineinstances \[create\]: virtualmachineinstances.kubevirt.io is forbidden: User…\)$/,
  );
  expect(vmisCreated(lab)).toBe(0);
});

test('SetupFailed: the console may not be used', async ({ newLab, checkup }) => {
  const lab = await newLab({ objects: checkupRbacWithout({ resource: `${VMIS}/console`, verb: 'get' }) });
  expect((await checkup(lab, ACCOUNT).ended).status).toBe(1);
  expect(configMapData(lab)['status.failureReason']).toMatch(
    /^setup: the checkup's account may not get virtualmachineinstances\/console: .* - failed to open the console of VMI '.*' \(permission missing: /,
  );
  expect(vmisLeft(lab)).toEqual([]);
});

test('TimedOut: a VM that does not start, with its last phase and conditions', async ({ newLab, checkup }) => {
  const lab = await newLab({ startupDelayMs: 600_000 });
  setConfigMap(lab, { 'spec.timeout': '6s' });
  const { status, lastLine } = await checkup(lab).ended;
  expect(status).toBe(1);
  const reason = configMapData(lab)['status.failureReason'] ?? '';
  expect(reason).toMatch(
    /^timed out after 6s during setup: no condition of .* - failed to wait for VMI 'latency\/latency-check-(source|target)-\w+' to be running \(phase Scheduling, Ready=False \(GuestNotRunning/,
  );
  expect(lastLine).toBe(`Kubevirt VM latency checkup failed: ${reason}`);
  expect(vmisLeft(lab)).toEqual([]);
});

test('TimedOut: spec.timeout ends the sample, and the VMs are deleted', async ({ newLab, checkup }) => {
  const lab = await newLab({ impairment: { delayMs: 200 } });
  // Enough for the sample, but not for the logins before it.
  setConfigMap(lab, { 'spec.timeout': '6s' });
  const { status } = await checkup(lab, { env: { SAMPLE_DURATION_SECONDS: '5' } }).ended;
  expect(status).toBe(1);
  expect(configMapData(lab)['status.failureReason']).toMatch(/^timed out after 6s during latency: failed to wait for /);
  expect(vmisLeft(lab)).toEqual([]);
});

test('TeardownFailed: when VMs may not be deleted, a success becomes a failure that lists them', async ({
  newLab,
  checkup,
}) => {
  const lab = await newLab({ objects: checkupRbacWithout({ resource: VMIS, verb: 'delete' }) });
  const { status } = await checkup(lab, ACCOUNT).ended;
  expect(status).toBe(1);
  const data = configMapData(lab);
  expect(data['status.failureReason']).toMatch(
    /^teardown: the checkup's account may not delete virtualmachineinstances: .* - permission missing: .*\[delete\]; remove it with: kubectl delete vmi -n latency latency-check-source-\w+, .*kubectl delete vmi -n latency latency-check-target-\w+$/,
  );
  expect(data['status.result.maxLatencyNanoSec']).toMatch(/^\d+$/);
  expect(vmisLeft(lab)).toHaveLength(2);
});

test('TeardownFailed comes after the first failure and does not replace it', async ({ newLab, checkup }) => {
  const lab = await newLab({ objects: checkupRbacWithout({ resource: VMIS, verb: 'delete' }) });
  expect((await checkup(lab, { ...ACCOUNT, env: { MAX_DESIRED_LATENCY_MILLISECONDS: '0.001' } }).ended).status).toBe(1);
  expect(configMapData(lab)['status.failureReason']).toMatch(/^run: actual max latency .*, teardown: /);
});
