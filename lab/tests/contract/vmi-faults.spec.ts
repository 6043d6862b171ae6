// SPDX-License-Identifier: Apache-2.0
/** Faults of the lab's VMIs as seen in their status. */
import { expect } from '@playwright/test';
import { optionsOf, SCENARIOS } from '../../faults/scenarios.ts';
import type { LabOptions } from '../../lab.ts';
import { at, objectsAt, textAt, type JsonObject } from '../../store/json.ts';
import { matching } from './bodies.ts';
import { fill } from './template.ts';
import { consolePath, NAMESPACE, test } from './own-lab.ts';
import { lonelyVmi, vmi } from './vmis.ts';

const VMIS = 'virtualmachineinstances';

function options(name: string): Partial<LabOptions> {
  return optionsOf(SCENARIOS.filter((scenario) => scenario.name === name));
}

function condition(object: JsonObject | undefined, type: string): JsonObject | undefined {
  return objectsAt(object, 'status', 'conditions').find((one) => one.type === type);
}

test('vmi-failed: the guest crashes, and its console cannot be reopened', async ({ ownLab }) => {
  const { lab, api, untilPhase, openConsole } = await ownLab();
  await untilPhase('Running');
  SCENARIOS.find(({ name }) => name === 'vmi-failed')?.begin?.(lab);
  const session = await openConsole();
  expect(await session.closed()).toBe(1006);
  await untilPhase('Failed');
  expect((await api.handshake({ path: consolePath() })).status).toBe(409);
  expect(lab.list('events', NAMESPACE).map((event) => at(event, 'reason'))).toContain('Stopped');
});

test('vmi-deleted: another client deletes the VMI', async ({ ownLab }) => {
  const { lab, untilPhase, openConsole } = await ownLab();
  await untilPhase('Running');
  SCENARIOS.find(({ name }) => name === 'vmi-deleted')?.begin?.(lab);
  const session = await openConsole();
  expect(await session.closed()).toBe(1006);
  await expect.poll(() => lab.list(VMIS)).toEqual([]);
});

test('vmi-evicted: the pod reports the reason, the guest shuts down, the VMI ends as Succeeded', async ({ ownLab }) => {
  const { lab, api, untilPhase } = await ownLab();
  await untilPhase('Running');
  const path = `/api/v1/namespaces/${NAMESPACE}/pods?watch=true&resourceVersion=0`;
  const stream = await api.watch({ path });
  await stream.take(1);
  lab.evictVmi('a');
  const events = await stream.takeWithin(300);
  const disrupted = events.find(({ object }) => condition(object, 'DisruptionTarget'));
  expect(condition(disrupted?.object, 'DisruptionTarget')).toMatchObject({
    status: 'True',
    reason: 'EvictionByEvictionAPI',
  });
  expect(events.some(({ object }) => textAt(object, 'metadata', 'deletionTimestamp') !== undefined)).toBe(true);
  expect(events.at(-1)?.type).toBe('DELETED');
  stream.close();
  await untilPhase('Succeeded');
});

test('vmi-unschedulable: the VMI has the scheduler’s message', async ({ ownLab }) => {
  const { lab } = await ownLab(options('vmi-unschedulable'));
  const networks = [{ name: 'net0', multus: { networkName: `${NAMESPACE}/blue` } }];
  lab.createObject(fill(vmi({}, { networks }), { name: 'a', ns: NAMESPACE }));
  const scheduled = () => condition(lab.get(VMIS, NAMESPACE, 'a'), 'PodScheduled');
  await expect.poll(scheduled).toMatchObject({ status: 'False', reason: 'Unschedulable' });
  expect(scheduled()?.message).toContain('2 Insufficient bridge.network.kubevirt.io/br10');
});

test('image-pull: ErrImagePull, then ImagePullBackOff, on the pod and on the VMI', async ({ ownLab }) => {
  const { lab } = await ownLab(options('image-pull'));
  lab.createObject(fill(lonelyVmi(), { name: 'a', ns: NAMESPACE }));
  const synchronized = () => condition(lab.get(VMIS, NAMESPACE, 'a'), 'Synchronized');
  const image = 'quay.io/kubevirt/alpine-with-test-tooling-container-disk:v1.9.0';
  for (const [reason, message] of [
    ['ErrImagePull', /^rpc error: code = NotFound desc = failed to pull and unpack image "quay.io/],
    ['ImagePullBackOff', /^Back-off pulling image "quay.io\/.*": ErrImagePull: rpc error: /],
  ] as const) {
    await expect.poll(synchronized).toMatchObject({ status: 'False', reason, message: matching(message) });
  }
  expect(lab.get(VMIS, NAMESPACE, 'a')).toMatchObject({ status: { phase: 'Scheduling' } });
  expect(lab.list('pods', NAMESPACE)).toMatchObject([
    {
      status: {
        phase: 'Pending',
        initContainerStatuses: [{ image, state: { waiting: { reason: 'ImagePullBackOff' } } }],
      },
    },
  ]);
});

test('delete-hangs: the VMI remains until its finalizer is removed', async ({ ownLab }) => {
  const { lab, api, untilPhase } = await ownLab(options('delete-hangs'));
  await untilPhase('Running');
  const path = `/apis/kubevirt.io/v1/namespaces/${NAMESPACE}/${VMIS}/a`;
  expect((await api.call({ method: 'DELETE', path })).status).toBe(200);
  await untilPhase('Succeeded');
  await expect.poll(() => lab.get(VMIS, NAMESPACE, 'a')?.metadata.finalizers).toEqual(['backup.example.com/hold']);
  const headers = { 'content-type': 'application/merge-patch+json' };
  await api.call({ method: 'PATCH', path, headers, body: { metadata: { finalizers: null } } });
  expect((await api.call({ path })).status).toBe(404);
});
