// SPDX-License-Identifier: Apache-2.0
/** Live migration of scripted guests. SIMULATED: their links leave the network for a time. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect } from '@playwright/test';
import type { Lab } from '../../lab.ts';
import { MIGRATION_SCENARIOS, optionsOf } from '../../scenarios.ts';
import { at, objectAt, objectsAt, textAt, type Json, type JsonObject } from '../../store/json.ts';
import { NAMESPACE, test } from './own-lab.ts';
import { fill } from './template.ts';

const GOLDEN = path.join(import.meta.dirname, '..', '..', '..', 'test-data', 'golden', 'migration');

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

function vmiOf(lab: Lab, name = 'a') {
  return lab.get('virtualmachineinstances', NAMESPACE, name);
}

/** Returns the reasons and messages of the events about a kind, in the order of their first occurrence. */
function eventsOf(lab: Lab, kind: string): string[] {
  const about = lab.list('events').filter((event) => textAt(event, 'involvedObject', 'kind') === kind);
  const sorted = about.sort((a, b) => Number(a.metadata.resourceVersion) - Number(b.metadata.resourceVersion));
  return sorted.map((event) => `${textAt(event, 'reason')} ${textAt(event, 'message')}`);
}

/** Reads a recording of KubeVirt 1.9. */
function golden(name: string): Json {
  return JSON.parse(readFileSync(path.join(GOLDEN, name), 'utf8')) as Json;
}

/** Returns a value with the types of its strings and numbers in place of them; the ports of a migration differ each time. */
function shapeOf(value: Json | undefined): unknown {
  if (Array.isArray(value)) return value.map(shapeOf);
  if (typeof value !== 'object' || value === null) return typeof value === 'boolean' ? value : typeof value;
  const entries = Object.entries(value).map(([key, part]) => [/^\d+$/.test(key) ? 'port' : key, shapeOf(part)]);
  return Object.fromEntries(entries) as unknown;
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
  expect(shapeOf(migrationOf(lab, 'm')?.status)).toEqual(shapeOf(golden('vmim-succeeded.json')));
});

const PHASES = ['Pending', 'Scheduling', 'Scheduled', 'PreparingTarget', 'TargetReady', 'Running'];

/** Starts a VMI and a migration for each phase, and calls `act` as soon as the migration is in it. */
async function inEachPhase(
  { lab, untilPhase: untilVmi }: { lab: Lab; untilPhase: (phase: string, name: string) => Promise<void> },
  act: (name: string) => void,
): Promise<void> {
  await Promise.all(
    PHASES.map(async (phase) => {
      const name = phase.toLowerCase();
      await untilVmi('Running', name);
      lab.createObject({ ...post(name, name).body, metadata: { name, namespace: NAMESPACE } });
      const now = () => textAt(migrationOf(lab, name)?.status, 'phase');
      await expect.poll(now, { intervals: [3], timeout: 15_000 }).toBe(phase);
      act(name);
    }),
  );
}

test('a migration that is deleted in any phase ends, and the VMI stays on its node', async ({ ownLab }) => {
  // A migration that is deleted in its last second succeeds: a busy machine needs more time to delete it.
  const own = await ownLab({ scriptedMigration: { copyMs: 10_000 } });
  const { lab } = own;
  const nodes = new Map<string, string | undefined>();
  await inEachPhase(own, (name) => {
    nodes.set(name, textAt(vmiOf(lab, name)?.status, 'nodeName'));
    lab.deleteObject('virtualmachineinstancemigrations', NAMESPACE, name);
  });
  await expect.poll(() => lab.list('virtualmachineinstancemigrations')).toEqual([]);
  for (const [name, node] of nodes) {
    expect(vmiOf(lab, name)?.status, name).toMatchObject({ phase: 'Running', nodeName: node });
    expect(vmiOf(lab, name)?.metadata.labels, name).not.toHaveProperty(['kubevirt.io/migrationTargetNodeName']);
  }
  const unfinished = () => lab.list('pods').filter((pod) => textAt(pod.status, 'phase') === 'Running');
  await expect.poll(() => unfinished().length).toBe(PHASES.length);
  expect(objectAt(vmiOf(lab, 'running')?.status, 'migrationState')).toMatchObject({
    abortRequested: true,
    abortStatus: 'Succeeded',
    completed: true,
    failed: true,
    failureReason: "virError(Code=1, Domain=7, Message='internal error: client socket is closed')",
  });
  const messages = new Set(eventsOf(lab, 'VirtualMachineInstanceMigration'));
  expect(messages).toContain('FailedMigration Migration failed due to being canceled');
  expect(messages).toContain('SuccessfulAbortMigration Migration is ready to be canceled by virt-handler.');
  expect(messages).toContain('FailedMigration source node reported migration failed');
});

test('a VMI that is deleted in any phase of its migration leaves nothing', async ({ ownLab }) => {
  const own = await ownLab();
  const { lab } = own;
  await inEachPhase(own, (name) => {
    lab.deleteObject('virtualmachineinstances', NAMESPACE, name);
  });
  const kinds = ['virtualmachineinstances', 'virtualmachineinstancemigrations', 'pods'];
  const left = () =>
    kinds.flatMap((kind) => lab.list(kind, NAMESPACE).map(({ metadata }) => `${kind}/${metadata.name}`));
  await expect.poll(left, { timeout: 15_000 }).toEqual([]);
});

test('a VMI migrates back after the pod of its former node has ended', async ({ ownLab }) => {
  const { lab, untilPhase: untilVmi } = await ownLab({ teardownMs: 2000 });
  await untilVmi('Running');
  const first = textAt(vmiOf(lab)?.status, 'nodeName');
  for (const name of ['m', 'n']) {
    lab.createObject({ ...post(name).body, metadata: { name, namespace: NAMESPACE } });
    await untilPhase(lab, name, 'Succeeded');
  }
  expect(textAt(vmiOf(lab)?.status, 'nodeName')).toBe(first);
  const times = objectsAt(migrationOf(lab, 'n')?.status, 'phaseTransitionTimestamps').map((entry) =>
    Date.parse(textAt(entry, 'phaseTransitionTimestamp') ?? ''),
  );
  expect(Number(times[1]) - Number(times[0]), 'milliseconds in Pending').toBeGreaterThanOrEqual(1000);
});

function faultOptions(...names: string[]) {
  const scenarios = MIGRATION_SCENARIOS.filter(({ name }) => names.includes(name));
  expect(scenarios).toHaveLength(names.length);
  return {
    options: optionsOf(scenarios),
    begin: (lab: Lab) => {
      for (const { begin } of scenarios) begin?.(lab);
    },
  };
}

test('a failed migration has the reason of the hypervisor, and the VMI stays on its node', async ({ ownLab }) => {
  const { lab, untilPhase: untilVmi } = await ownLab(faultOptions('migration-fails').options);
  await untilVmi('Running');
  const node = textAt(vmiOf(lab)?.status, 'nodeName');
  lab.createObject({ ...post('m').body, metadata: { name: 'm', namespace: NAMESPACE } });
  await untilPhase(lab, 'm', 'Failed');
  await expect.poll(() => migrationOf(lab, 'm')?.metadata.finalizers).toBeUndefined();
  const recorded = golden('vmim-failed.json');
  expect(shapeOf(migrationOf(lab, 'm')?.status)).toEqual(shapeOf(recorded));
  const reason = textAt(recorded, 'migrationState', 'failureReason');
  expect(textAt(migrationOf(lab, 'm')?.status, 'migrationState', 'failureReason')).toBe(reason);
  expect(vmiOf(lab)?.status).toMatchObject({ phase: 'Running', nodeName: node });
});

for (const { fault, message } of [
  {
    fault: 'migration-no-node',
    message:
      /^0\/2 nodes are available: 1 node\(s\) didn't match pod anti-affinity rules, 1 node\(s\) were unschedulable\. /,
  },
  {
    fault: 'migration-no-capacity',
    message: /^0\/2 nodes are available: 2 Insufficient devices\.kubevirt\.io\/kvm\. /,
  },
]) {
  test(`${fault}: the migration stays Scheduling until its time is over`, async ({ ownLab }) => {
    const { options, begin } = faultOptions(fault);
    const { lab, api, untilPhase: untilVmi } = await ownLab({ ...options, unschedulableTimeoutMs: 1500 });
    begin(lab);
    await untilVmi('Running');
    await untilVmi('Running', 'b');
    expect((await api.call(post('m'))).status).toBe(201);
    const target = () =>
      lab.list('pods').find((pod) => textAt(pod, 'metadata', 'labels', 'kubevirt.io/migrationJobUID'));
    await expect.poll(() => textAt(objectsAt(target()?.status, 'conditions')[0], 'message')).toMatch(message);
    expect(textAt(migrationOf(lab, 'm')?.status, 'phase')).toBe('Scheduling');
    await untilPhase(lab, 'm', 'Failed');
    expect(target()).toBeUndefined();
    expect(objectAt(vmiOf(lab)?.status, 'migrationState')).toBeUndefined();
    expect(eventsOf(lab, 'VirtualMachineInstanceMigration')).toEqual([
      expect.stringMatching(/^SuccessfulCreate Created migration target pod virt-launcher-a-\w+$/),
      'migrationTargetPodUnschedulable Migration target pod for VMI [latency/a] is currently unschedulable.',
      expect.stringMatching(
        /^SuccessfulDelete unschedulable pod latency\/virt-launcher-a-\w+ timeout period exceeded$/,
      ),
      'FailedMigration Migration target pod was removed during active migration.',
    ]);
  });
}

test('a target pod whose image is missing by its digest waits, and its deletion frees the VMI', async ({ ownLab }) => {
  const { lab, untilPhase: untilVmi } = await ownLab(faultOptions('migration-image').options);
  await untilVmi('Running');
  lab.createObject({ ...post('m').body, metadata: { name: 'm', namespace: NAMESPACE } });
  const waiting = () =>
    lab
      .list('pods')
      .flatMap((pod) => objectsAt(pod.status, 'initContainerStatuses').map((one) => textAt(one, 'image')));
  await expect.poll(waiting).toEqual([expect.stringMatching(/container-disk@sha256:[0-9a-f]{64}$/)]);
  expect(textAt(migrationOf(lab, 'm')?.status, 'phase')).toBe('Scheduling');
  lab.deleteObject('virtualmachineinstancemigrations', NAMESPACE, 'm');
  await expect.poll(() => migrationOf(lab, 'm')).toBeUndefined();
  await expect.poll(() => lab.list('pods').length).toBe(1);
});

test('refuses migrations with the recorded messages', async ({ ownLab }) => {
  const { lab, api, untilPhase: untilVmi } = await ownLab(faultOptions('migration-refused').options);
  await untilVmi('Running', 'a');
  const refusals = [(await api.call(post('m'))).body, (await api.call(post('m', 'nosuch'))).body];
  lab.failVmi('a');
  await untilVmi('Failed', 'a');
  refusals.push((await api.call(post('m'))).body);
  const recorded = objectsAt({ list: golden('admission.json') }, 'list').map(({ body }) => body);
  expect(refusals).toEqual(recorded.map((body) => fill(body, { ns: NAMESPACE })));
});
