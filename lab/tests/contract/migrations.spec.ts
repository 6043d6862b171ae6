// SPDX-License-Identifier: Apache-2.0
/** Live migration of scripted guests. SIMULATED: their links leave the network for a time. */
import { expect } from '@playwright/test';
import type { Lab } from '../../lab.ts';
import { at, objectAt, objectsAt, textAt, type JsonObject } from '../../store/json.ts';
import { NAMESPACE, test } from './own-lab.ts';

const MIGRATIONS = `/apis/kubevirt.io/v1/namespaces/${NAMESPACE}/virtualmachineinstancemigrations`;

function post(name: string, vmiName = 'a'): { method: string; path: string; body: JsonObject } {
  const kind = 'VirtualMachineInstanceMigration';
  return {
    method: 'POST',
    path: MIGRATIONS,
    body: { apiVersion: 'kubevirt.io/v1', kind, metadata: { name }, spec: { vmiName } },
  };
}

function migrationOf(lab: Lab, name: string) {
  return lab.get('virtualmachineinstancemigrations', NAMESPACE, name);
}

function phasesOf(lab: Lab, name: string) {
  return objectsAt(migrationOf(lab, name)?.status, 'phaseTransitionTimestamps').map(({ phase }) => phase);
}

async function untilPhase(lab: Lab, name: string, phase: string): Promise<void> {
  const now = () => textAt(migrationOf(lab, name)?.status, 'phase');
  await expect.poll(now, { timeout: 15_000, intervals: [50] }).toBe(phase);
}

function vmiOf(lab: Lab) {
  return lab.get('virtualmachineinstances', NAMESPACE, 'a');
}

test('a migration moves a VMI to the other node, through the recorded phases', async ({ ownLab }) => {
  const { lab, api, untilPhase: untilVmi, openConsole } = await ownLab();
  await untilVmi('Running');
  const source = textAt(vmiOf(lab)?.status, 'nodeName');
  const closed = (await openConsole()).closed();
  expect((await api.call(post('m'))).status).toBe(201);
  const second = await api.call(post('n'));
  expect(second.status).toBe(400);
  expect(textAt(second.body, 'message')).toBe(
    'admission webhook "migration-create-validator.kubevirt.io" denied the request: in-flight migration detected. ' +
      `Active migration job (${migrationOf(lab, 'm')?.metadata.uid}) is currently already in progress for VMI a.`,
  );
  await untilPhase(lab, 'm', 'Succeeded');
  expect(await closed).toBe(1006);
  const phases = ['Pending', 'Scheduling', 'Scheduled', 'PreparingTarget', 'TargetReady', 'Running', 'Succeeded'];
  expect(phasesOf(lab, 'm')).toEqual(phases);
  await expect.poll(() => migrationOf(lab, 'm')?.metadata.finalizers).toBeUndefined();
  const vmi = vmiOf(lab);
  expect(at(migrationOf(lab, 'm')?.status, 'migrationState')).toEqual(at(vmi?.status, 'migrationState'));
  expect(objectAt(vmi?.status, 'migrationState')).toMatchObject({ completed: true, sourceNode: source });
  expect(textAt(vmi?.status, 'nodeName')).not.toBe(source);
});
