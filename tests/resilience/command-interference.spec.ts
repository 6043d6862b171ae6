// SPDX-License-Identifier: Apache-2.0
/** `npm run checkup` when another client or a cluster policy interferes: it reports a result soon, and names leaked objects. */
import { readdirSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { expect } from '@playwright/test';
import type { JsonObject } from '../../lab/objects.ts';
import { vmisCreated, vmisLeft } from '../support/cluster-facts.ts';
import {
  account,
  expectArtifacts,
  namespaceAdmin,
  NETWORK,
  networkIn,
  objectsIn,
  savedData,
  SOON_MS,
  test,
} from '../support/command-test.ts';
import { kubectlFor } from '../support/kubectl.ts';
import { checkupRbac } from '../support/permissions.ts';

function namespace(name: string, labels: JsonObject = {}, annotations: JsonObject = {}): JsonObject {
  return { apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels, annotations } };
}

/** Returns a service account with all permissions except to delete ConfigMaps and RoleBindings. */
function accountWithoutConfigMapDelete(): JsonObject[] {
  const deletable = ['jobs', 'pods', 'serviceaccounts', 'roles', 'clusterroles', 'clusterrolebindings'];
  return account('no-configmap-delete', 'Cluster', [
    { apiGroups: ['*'], resources: ['*'], verbs: ['get', 'list', 'watch', 'create', 'update', 'patch'] },
    { apiGroups: ['*'], resources: [...deletable, 'virtualmachineinstances'], verbs: ['delete'] },
  ]);
}

test('a second ctrl-C ends the wait for a slow checkup', { tag: '@command' }, async ({ newLab, command }) => {
  const lab = await newLab({ holdDeletedVmis: true });
  const before = objectsIn(lab);
  const { run } = await command(lab, [...NETWORK, '--duration', '1m']);
  await run.until(/\.\.\. +latency/);
  run.signal('SIGINT');
  await run.until(/\.\.\. +teardown/);
  // A signal that several pass on is one.
  await pause(2000);
  run.signal('SIGINT');
  const asked = Date.now();
  const { status, output } = await run.ended;
  expect(Date.now() - asked).toBeLessThan(SOON_MS);
  expect(status, output).toBe(130);
  expect(output).toContain('SIGINT: not waiting for the checkup any more');
  // Kubernetes ends the pod, and removes with it the VMs that it owns.
  const remaining = objectsIn(lab).filter((object) => !JSON.stringify(object).includes('"deletionTimestamp"'));
  expect(remaining).toEqual(before);
});

for (const [what, plural] of [
  ['the Job', 'jobs'],
  ['the pod', 'pods'],
] as const) {
  test(
    `returns result and artifacts soon and removes all objects when another client deletes ${what}`,
    { tag: '@command' },
    async ({ newLab, command }) => {
      const lab = await newLab();
      const before = objectsIn(lab);
      const { run, artifacts } = await command(lab, [...NETWORK, '--duration', '1m']);
      await run.until(/\.\.\. +latency/);
      const deleted = Date.now();
      for (const { metadata } of lab.list(plural, 'latency')) {
        // Without its launcher pod, a VM could fail before the checkup has its signal.
        if (!metadata.name.startsWith('virt-launcher-')) lab.deleteObject(plural, 'latency', metadata.name);
      }
      const { status, lastLine, output } = await run.ended;
      expect(Date.now() - deleted).toBeLessThan(SOON_MS);
      expect(status, output).toBe(1);
      expect(output).toMatch(/warning: pod \S+ is being deleted by another client/);
      expect(lastLine).toBe('Kubevirt VM latency checkup failed: interrupted by SIGINT during latency');
      expectArtifacts(artifacts);
      expect(objectsIn(lab)).toEqual(before);
    },
  );
}

test(
  'after ctrl-C without permission to read logs, detects the end of the checkup in the ConfigMap',
  { tag: '@command' },
  async ({ newLab, command }) => {
    const everything = ['configmaps', 'events', 'pods', 'pods/exec', 'serviceaccounts', 'jobs'];
    const withoutLogs = account('without-logs', 'Cluster', [
      { apiGroups: ['', 'batch'], resources: everything, verbs: ['*'] },
      { apiGroups: ['rbac.authorization.k8s.io', 'kubevirt.io', 'k8s.cni.cncf.io'], resources: ['*'], verbs: ['*'] },
      { apiGroups: ['subresources.kubevirt.io'], resources: ['*'], verbs: ['*'] },
      { apiGroups: [''], resources: ['nodes'], verbs: ['list'] },
    ]);
    const lab = await newLab({ objects: withoutLogs });
    const { run, artifacts } = await command(lab, [...NETWORK, '--duration', '1m'], { serviceAccount: 'without-logs' });
    await run.until(/warning: the log cannot be followed: .*forbidden/);
    await expect.poll(() => vmisCreated(lab), { timeout: 60_000 }).toBe(2);
    run.signal('SIGINT');
    const asked = Date.now();
    const { status, lastLine, output } = await run.ended;
    expect(Date.now() - asked).toBeLessThan(2 * SOON_MS);
    expect(status, output).toBe(130);
    expect(lastLine).toMatch(/^Kubevirt VM latency checkup failed: interrupted by SIGINT during /);
    expectArtifacts(artifacts);
    expect(vmisLeft(lab)).toEqual([]);
    expect(['jobs', 'pods', 'roles'].flatMap((plural) => lab.list(plural))).toEqual([]);
  },
);

test(
  'reports that the result cannot be written when another client deletes the ConfigMap',
  { tag: '@command' },
  async ({ newLab, command }) => {
    const lab = await newLab();
    const before = objectsIn(lab);
    const { run } = await command(lab, [...NETWORK, '--duration', '3s']);
    await run.until(/\.\.\. +latency/);
    const [own] = lab
      .list('configmaps', 'latency')
      .filter(({ metadata }) => metadata.labels?.['app.kubernetes.io/instance']);
    lab.deleteObject('configmaps', 'latency', own?.metadata.name ?? '');
    const { status, output } = await run.ended;
    expect(status, output).toBe(1);
    expect(objectsIn(lab)).toEqual(before);
  },
);

test(
  'succeeds with a sidecar in the pod and a network in another namespace',
  { tag: '@command' },
  async ({ newLab, command }) => {
    // The manifests do not switch off the sidecars of this mesh.
    const kuma = { 'kuma.io/sidecar-injection': 'enabled' };
    const native = namespace('native', kuma, { 'lab/native-sidecars': 'true' });
    const lab = await newLab({ objects: [namespace('meshed', kuma), native], openshift: true });
    const before = objectsIn(lab);
    const args = [...NETWORK, '--duration', '1s', '--namespace'];
    const runs = [await command(lab, [...args, 'meshed']), await command(lab, [...args, 'native'])];
    const [meshed, nativeOutput] = await Promise.all(
      runs.map(async ({ run, artifacts }) => {
        await run.until(/\nVerdict: /);
        const answered = Date.now();
        const ended = await run.ended;
        expect(Date.now() - answered).toBeLessThan(SOON_MS);
        expect(ended.status, ended.output).toBe(0);
        expect(ended.lastLine).toMatch(/^Kubevirt VM latency checkup succeeded: /);
        expectArtifacts(artifacts);
        return ended.output;
      }),
    );
    expect(meshed).toMatch(/Its Job does not complete while pod \S+ still runs container kuma-sidecar, /);
    expect(nativeOutput).not.toContain('does not complete');
    // The command and the checkup itself print it once each.
    const warning = 'on OpenShift, Multus isolates namespaces: VMs in namespace "meshed" may not be able to use';
    expect(meshed?.split(warning)).toHaveLength(3);
    await expect.poll(() => objectsIn(lab)).toEqual(before);
  },
);

test(
  'prints the commands that grant access when the user has no rights in the namespace of the network',
  { tag: '@command' },
  async ({ newLab, command }, testInfo) => {
    const lab = await newLab({
      objects: [...checkupRbac(), ...namespaceAdmin(), namespace('elsewhere'), networkIn('elsewhere')],
    });
    const before = objectsIn(lab);
    const args = ['--network', 'elsewhere/blue', '--duration', '1s'];
    const refused = await (await command(lab, args, { serviceAccount: 'namespace-admin' })).run.ended;
    expect(refused.status, refused.output).toBe(1);
    expect(refused.output).toMatch(
      /warning: the checkup was not given access to networks in namespace elsewhere: .*forbidden/,
    );
    expect(refused.lastLine).toContain(
      'may not get network-attachment-definitions in namespace "elsewhere": create a Role and a RoleBinding there',
    );
    expect(objectsIn(lab)).toEqual(before);
    const kubectl = await kubectlFor(lab, testInfo.outputPath('kubectl'));
    const lines = [...refused.output.matchAll(/^ {2}kubectl (create role.*)$/gm)].map(([, line = '']) =>
      line.split(' '),
    );
    expect(lines).toHaveLength(2);
    for (const words of lines) await kubectl.ok(...words);
    const granted = await (await command(lab, args, { serviceAccount: 'namespace-admin' })).run.ended;
    expect(granted.status, granted.output).toBe(0);
  },
);

test(
  'measures the other networks when the user has no rights in the namespace of one',
  { tag: '@command' },
  async ({ newLab, command }) => {
    const lab = await newLab({
      objects: [...checkupRbac(), ...namespaceAdmin(), namespace('elsewhere'), networkIn('elsewhere')],
    });
    const before = objectsIn(lab);
    const args = ['--network', 'elsewhere/blue', '--network', 'nope/blue', '--network', 'latency/blue'];
    const options = { serviceAccount: 'namespace-admin' };
    const { run, artifacts } = await command(lab, [...args, '--duration', '1s'], options);
    const { status, output } = await run.ended;
    expect(status, output).toBe(1);
    expect(output).toMatch(/warning: the checkup was not given access to networks in namespace elsewhere: .*forbidden/);
    expect(savedData(artifacts)).toMatchObject({
      'status.succeeded': 'false',
      'status.result.networks': 'elsewhere/blue,nope/blue,latency/blue',
      'status.result.networksFailed': 'elsewhere/blue,nope/blue',
      'status.result.network3.maxLatencyNanoSec': expect.stringMatching(/^\d+$/),
    });
    expect(readdirSync(artifacts, { recursive: true })).toContainEqual(
      expect.stringMatching(/^[^/]+\/elsewhere\.blue_latency\.blue_nope\.blue\/[^/]+$/),
    );
    expect(objectsIn(lab)).toEqual(before);
  },
);

test(
  'lists objects that may not be removed with their commands, and a later run removes them',
  { tag: '@command' },
  async ({ newLab, command }) => {
    const lab = await newLab({
      objects: [...accountWithoutConfigMapDelete(), namespace('elsewhere'), networkIn('elsewhere')],
    });
    const before = objectsIn(lab);
    const args = ['--network', 'elsewhere/blue', '--duration', '1s'];
    const { status, lastLine, output } = await (
      await command(lab, args, { serviceAccount: 'no-configmap-delete' })
    ).run.ended;
    expect(status, output).toBe(1);
    expect(lastLine).toMatch(/^Kubevirt VM latency checkup succeeded: /);
    const name = /configmap\/(kubevirt-vm-latency-\w{5})\n/.exec(output)?.[1] ?? '';
    const [, printed = ''] = output.split('Remove what is left with\n');
    const commands = printed.split('\n').filter((line) => line.startsWith('  '));
    const bindings = [name, 'kubevirt-vm-latency-checker', 'kubevirt-vm-latency-observer'];
    expect(commands.map((line) => line.replace(/--context=\S+ /, '')).sort()).toEqual(
      [
        `  kubectl -n elsewhere delete rolebinding/${name}`,
        `  kubectl -n latency delete configmap/${name}`,
        ...bindings.map((binding) => `  kubectl -n latency delete rolebinding/${binding}`),
      ].sort(),
    );
    const labelled = (plural: string): unknown[] =>
      lab.list(plural).filter(({ metadata }) => 'app.kubernetes.io/managed-by' in (metadata.labels ?? {}));
    expect(['jobs', 'pods', 'roles', 'clusterroles', 'clusterrolebindings'].flatMap(labelled)).toEqual([]);
    const later = await (await command(lab, args)).run.ended;
    expect(later.status, later.output).toBe(0);
    expect(later.output).toContain(`Removed what earlier runs left: configmap/${name}, rolebinding/${name}`);
    expect(objectsIn(lab)).toEqual(before);
  },
);
