// SPDX-License-Identifier: Apache-2.0
/** `npm run checkup` with stock kubectl and SIMULATED guests, without leaked objects. */
import { copyFile } from 'node:fs/promises';
import { expect } from '@playwright/test';
import { parseAllDocuments } from 'yaml';
import { objectsAt, textAt, type Json, type JsonObject } from '../../lab/objects.ts';
import { ensureKubectl } from '../../scripts/kubectl.ts';
import { vmisCreated } from '../support/cluster-facts.ts';
import {
  expectArtifacts,
  namespaceAdmin,
  NETWORK,
  networkIn,
  objectsIn,
  savedData,
  SOON_MS,
  test,
} from '../support/command-test.ts';
import { kubectlFor, kubectlOf } from '../support/kubectl.ts';
import { checkupRbac, checkupRbacWithout, extendedRbac } from '../support/permissions.ts';

const SHOW_ALL = ['--verbose', '--show-configmap'];
const KEEP_VMS = ['--param', 'skipTeardown=onfailure'];

test(
  'two concurrent runs print their own results, and the last one removes the permissions',
  { tag: '@command' },
  async ({ newLab, command }, testInfo) => {
    const lab = await newLab();
    const before = objectsIn(lab);
    const kubeconfig = testInfo.outputPath('kubeconfig');
    await copyFile(lab.kubeconfig, kubeconfig);
    const own = { env: { KUBECONFIG: kubeconfig } };
    const good = await command(lab, [...NETWORK, '--duration', '1s', '--source-node', 'node-2'], own);
    const bad = await command(lab, [...NETWORK, '--duration', '5s', '--max-latency', '1us', ...KEEP_VMS, ...SHOW_ALL]);
    // During the run the user changes to a cluster that does not respond.
    await good.run.until(/Applying/);
    const user = kubectlOf(await ensureKubectl(), { KUBECONFIG: kubeconfig });
    await user.ok('config', 'set-cluster', 'other', '--server=https://127.0.0.1:1');
    await user.ok('config', 'set-context', 'other', '--cluster=other');
    await user.ok('config', 'use-context', 'other');

    const { status, lastLine, output } = await good.run.ended;
    expect(status, output).toBe(0);
    expect(lastLine).toMatch(/^Kubevirt VM latency checkup succeeded: min .* avg .* max /);
    expect(savedData(good.artifacts)).toMatchObject({
      'status.succeeded': 'true',
      'status.result.sourceNode': 'node-2',
      'status.result.maxLatencyNanoSec': expect.stringMatching(/^\d+$/),
    });
    // The keys are printed on request only, and the last line once.
    expect(output).not.toContain('LatencyNanoSec');
    expect(output.match(/Kubevirt VM latency checkup succeeded: /g)).toHaveLength(1);
    expect(output).toMatch(/\nApplying \d+ objects\n/);
    expect(output.match(/^(Report|Artifacts|ConfigMap): +\S+$/gm)).toHaveLength(3);
    expectArtifacts(good.artifacts);

    const over = await bad.run.ended;
    expect(over.status, over.output).toBe(1);
    expect(over.lastLine).toMatch(
      /^Kubevirt VM latency checkup failed: run: actual max latency ".*" is greater than desired "1µs"$/,
    );
    expect(savedData(bad.artifacts)['status.succeeded']).toBe('false');
    expect(over.output).toMatch(/\n {2}FAILED latency +\S+s {2}max \S+ exceeds 1µs\n/);
    expect(over.output).toMatch(/\n {2}configmap\/kubevirt-vm-latency-/);
    expect(over.output).toMatch(/\n {2}status\.succeeded: "false"\n/);
    expectArtifacts(bad.artifacts);
    expect(output + over.output).toMatch(
      /^Not removed, because they also serve latency\/kubevirt-vm-latency-\w+: \d+ permissions$/m,
    );
    // The VMs belong to the pod, the pod to the Job.
    expect(lab.list('virtualmachineinstances')).toHaveLength(2);
    expect(lab.list('jobs')).toHaveLength(1);
    const kept = lab.list('virtualmachineinstances').map(({ metadata }) => `vmi/${metadata.name}`);
    const [, named, removal = ''] = /Not removed: job\/.* pod (.*) will go .*: kubectl (.*)\n/.exec(over.output) ?? [];
    expect(named?.split(', ').sort()).toEqual(kept.sort());
    expect(over.output).toMatch(/\nRemoved what was applied, but for job\/kubevirt-vm-latency-.....\.\n/);
    // The printed command uses the cluster of the run, although another one is current.
    await user.ok(...removal.split(' '));
    await expect.poll(() => objectsIn(lab), { timeout: 20_000 }).toEqual(before);
  },
);

test(
  'ctrl-C during the latency stage ends the checkup, returns its result and artifacts, and removes all objects',
  { tag: '@command' },
  async ({ newLab, command }) => {
    const lab = await newLab();
    const before = objectsIn(lab);
    const { run, artifacts } = await command(lab, [...NETWORK, '--duration', '1m'], { npm: true });
    await run.until(/\.\.\. +latency/);
    run.signal('SIGINT', 'group');
    const asked = Date.now();
    await run.until(/SIGINT: ending the checkup/);
    run.signal('SIGINT', 'group');
    run.signal('SIGTERM', 'group');
    const { status, lastLine, output } = await run.ended;
    expect(Date.now() - asked).toBeLessThan(SOON_MS);
    expect(status, output).toBe(130);
    expect(lastLine).toBe('Kubevirt VM latency checkup failed: interrupted by SIGINT during latency');
    expect(savedData(artifacts)['status.failureReason']).toBe('interrupted by SIGINT during latency');
    expectArtifacts(artifacts);
    expect(vmisCreated(lab)).toBe(2);
    expect(objectsIn(lab)).toEqual(before);
  },
);

test('SIGTERM before the pod runs removes all objects', { tag: '@command' }, async ({ newLab, command }) => {
  const lab = await newLab({ startupDelayMs: 60_000 });
  const before = objectsIn(lab);
  const { run } = await command(lab, NETWORK);
  await run.until(/ {2}waiting for /);
  run.signal('SIGTERM');
  const { status, lastLine, output } = await run.ended;
  expect(status, output).toBe(130);
  expect(lastLine).toMatch(/^Kubevirt VM latency checkup failed: interrupted by SIGTERM before the checkup began: /);
  expect(objectsIn(lab)).toEqual(before);
});

test(
  'follows the log over dropped connections without lost or repeated lines; --keep retains all objects',
  { tag: '@command' },
  async ({ newLab, command }, testInfo) => {
    const lab = await newLab();
    const before = objectsIn(lab);
    const { run, artifacts } = await command(lab, [...NETWORK, '--duration', '3s', '--keep']);
    await run.until(/\.\.\. +latency/);
    lab.dropConnections();
    const { status, output } = await run.ended;
    expect(status, output).toBe(0);
    expect(output.match(/^ {2}ok +(input|prerequisites|setup|connectivity|latency|teardown) /gm)).toHaveLength(6);
    expectArtifacts(artifacts);
    expect(objectsAt(lab.list('jobs', 'latency')[0]?.status, 'conditions').map(({ type }) => type)).toContain(
      'Complete',
    );
    const kubectl = await kubectlFor(lab, testInfo.outputPath('kubectl'));
    const [, ...removal] = output.split('\n').filter((line) => /^Kept\. |^ {2}kubectl /.test(line));
    for (const line of removal) await kubectl.ok(...line.trim().split(' ').slice(1));
    await expect.poll(() => objectsIn(lab)).toEqual(before);
  },
);

test(
  'reports an image that cannot be pulled, and restores existing permissions',
  { tag: '@command' },
  async ({ newLab, command }) => {
    // Existing permissions that grant less than a run needs, and also grant it to another account.
    const role = checkupRbacWithout({ resource: 'virtualmachineinstances', verb: 'create' });
    const elsewhere = extendedRbac().map((object) =>
      object.kind === 'ClusterRoleBinding'
        ? {
            ...object,
            subjects: objectsAt(object, 'subjects').map((subject) => ({ ...subject, namespace: 'elsewhere' })),
          }
        : object,
    );
    const lab = await newLab({ objects: [...role, ...elsewhere] });
    const before = objectsIn(lab);
    const { run } = await command(lab, [...NETWORK, '--image', 'registry.example/none:1', '--start-timeout', '3s']);
    await run.until(
      /\.\.\. +pod .* {2}waiting for container checkup: ErrImagePull: failed to pull "registry.example\/none:1"/,
    );
    const named = (plural: string, name: string): Json | undefined => lab.get(plural, undefined, name);
    const binding = named('clusterrolebindings', 'kubevirt-vm-latency-node-observer.latency');
    expect(objectsAt(binding, 'subjects').map((subject) => subject.namespace)).toEqual(['elsewhere', 'latency']);
    const rules = objectsAt(named('clusterroles', 'kubevirt-vm-latency-checker'), 'rules');
    expect(rules).toContainEqual(expect.objectContaining({ verbs: ['get', 'delete'] }));
    expect(rules).toContainEqual(expect.objectContaining({ verbs: ['get', 'create', 'delete'] }));

    const { status, lastLine, output } = await run.ended;
    expect(status, output).toBe(1);
    expect(lastLine).toMatch(
      /^Kubevirt VM latency checkup failed: the checkup did not start: waited \d+s for container checkup: ErrImagePull: /,
    );
    expect(output).toMatch(
      /What to do next:\n {2}- Check that image registry\.example\/none:1 exists \(--image\)\n.*registry\n.*--image-pull-secret NAME/,
    );
    expect(output).toContain('clusterrole/kubevirt-vm-latency-checker exists already, and grants less');
    expect(objectsIn(lab)).toEqual(before);
  },
);

test(
  'pulls its own image and that of the VMs from a registry that requires a login',
  { tag: '@command' },
  async ({ newLab, command }) => {
    const config = { auths: { 'registry.example': { username: 'puller', password: 'swordfish-1' } } };
    const secret = {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: 'registry', namespace: 'latency' },
      type: 'kubernetes.io/dockerconfigjson',
      stringData: { '.dockerconfigjson': JSON.stringify(config) },
    };
    const lab = await newLab({ privateRegistries: { 'registry.example': 'puller:swordfish-1' }, objects: [secret] });
    const guestImage = 'vmContainerDiskImage=registry.example/vms/alpine:1';
    const images = ['--image', 'registry.example/kubevirt-vm-latency:0.1.0', '--param', guestImage];
    const without = await command(lab, [...NETWORK, ...images, '--start-timeout', '1s']);
    const refused = await without.run.ended;
    expect(refused.status, refused.output).toBe(1);
    expect(refused.lastLine).toMatch(/ErrImagePull: .*pull access denied, .*no basic auth credentials/);
    const secrets = ['--image-pull-secret', 'registry', '--param', 'vmContainerDiskImagePullSecret=registry'];
    const { status, output } = await (
      await command(lab, [...NETWORK, ...images, ...secrets, '--duration', '1s'])
    ).run.ended;
    expect(status, output).toBe(0);
    expect(output).not.toContain('swordfish-1');
  },
);

test(
  'runs as a namespace administrator with the permissions granted by a cluster administrator',
  { tag: '@command' },
  async ({ newLab, command }) => {
    const lab = await newLab({ objects: [...checkupRbac(), ...namespaceAdmin()] });
    const before = objectsIn(lab);
    // The missing image shows that the pod was created.
    const args = [...NETWORK, '--image', 'registry.example/none:1', '--start-timeout', '1s'];
    const { status, lastLine, output } = await (
      await command(lab, args, { serviceAccount: 'namespace-admin' })
    ).run.ended;
    expect(status, output).toBe(1);
    expect(lastLine).toContain('ErrImagePull');
    expect(output).toMatch(
      /clusterrole\/kubevirt-vm-latency-checker is taken as given: .*cannot get resource "clusterroles"/,
    );
    expect(output).toContain('\nRemoved what was applied.\n');
    expect(objectsIn(lab)).toEqual(before);
  },
);

test(
  'fails before a Job when the namespace of the network does not exist',
  { tag: '@command' },
  async ({ newLab, command }) => {
    const lab = await newLab();
    const before = objectsIn(lab);
    const { run } = await command(lab, ['--network', 'nope/blue']);
    const { status, lastLine, output } = await run.ended;
    expect(lastLine).toBe(
      'Kubevirt VM latency checkup failed: the namespace of the network does not exist: "nope". Correct --network: "kubectl get network-attachment-definitions -A" lists all networks',
    );
    expect(status).toBe(1);
    expect(output).not.toContain('kubectl create role');
    expect(objectsIn(lab)).toEqual(before);
  },
);

test(
  'fails with the next step when the namespace of the run does not exist',
  { tag: '@command' },
  async ({ newLab, command }) => {
    const { run } = await command(await newLab(), [...NETWORK, '--namespace', 'absent']);
    const { status, lastLine } = await run.ended;
    expect(lastLine).toMatch(
      /namespaces "absent" not found: create it with "kubectl create namespace absent", or set --namespace$/,
    );
    expect(status).toBe(1);
  },
);

test('--dry-run prints all objects and sends no request', { tag: '@command' }, async ({ newLab, command }) => {
  const lab = await newLab();
  const { run } = await command(lab, [...NETWORK, '--dry-run', '--param', 'packetSizeBytes=1400']);
  const { status, output } = await run.ended;
  expect(status, output).toBe(0);
  expect(lab.requests).toEqual([]);
  const objects = parseAllDocuments(output).map((document) => document.toJS() as JsonObject);
  const [configMap, job] = ['ConfigMap', 'Job'].map((kind) => objects.find((object) => object.kind === kind));
  expect(configMap?.data).toMatchObject({ 'spec.param.packetSizeBytes': '1400', 'spec.timeout': '5m' });
  expect(textAt(job, 'metadata', 'name')).toBe(textAt(configMap, 'metadata', 'name'));
});

test(
  'kubectl applies the output of --dry-run from a pipe, and the Job completes',
  { tag: '@command' },
  async ({ newLab, checkup }, testInfo) => {
    const lab = await newLab({ objects: [networkIn('default')] });
    const pipe = checkup(lab, {
      command: ['sh', '-c', 'npm run --silent checkup -- "$@" --dry-run | "$KUBECTL" apply -f -', 'sh'],
      // The parameter leads to a warning, which must not be part of the YAML.
      args: ['--network', 'default/blue', '--duration', '1s', '--param', 'unheardOf=1'],
      env: { KUBECTL: await ensureKubectl(), CONFIGMAP_NAMESPACE: undefined, CONFIGMAP_NAME: undefined },
    });
    const { status, output } = await pipe.ended;
    expect(status, output).toBe(0);
    expect(output).toContain('warning: --param unheardOf: this version does not know the parameter');
    const [job = ''] = /^job\S*(?= created$)/m.exec(output) ?? [];
    const kubectl = await kubectlFor(lab, testInfo.outputPath('kubectl'));
    await kubectl.ok('wait', '-n', 'latency', '--for=condition=Complete', '--timeout=60s', job);
    expect(await kubectl.ok('logs', '-n', 'latency', job)).toMatch(/\nKubevirt VM latency checkup succeeded: .*\n$/);
  },
);

test('reports all invalid options at once and applies nothing', { tag: '@command' }, async ({ newLab, command }) => {
  const lab = await newLab();
  const wrong = ['--network', 'blue', '--duration', '1', '--param', 'packetSizeByte=3', '--timeout', '0s'];
  const refused = await (await command(lab, wrong, { npm: true })).run.ended;
  expect(refused.status).toBe(2);
  expect(refused.output).toContain('--network "blue": expected NAMESPACE/NAME');
  expect(refused.output).toContain('--duration "1": expected a duration with its unit');
  expect(refused.output).toContain('--param "packetSizeByte=3": unknown parameter: did you mean "packetSizeBytes"?');
  const lost = await (await command(lab, NETWORK, { env: { KUBECTL: '/no/such/kubectl' } })).run.ended;
  expect(lost.status).toBe(1);
  expect(lost.output).toContain('no kubectl: "/no/such/kubectl" cannot be run');
  expect(lab.requests).toEqual([]);
});

test(
  '--local runs this checkout as the user, in the requested namespace',
  { tag: '@command' },
  async ({ newLab, command }) => {
    const lab = await newLab({ objects: [{ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'elsewhere' } }] });
    await expect.poll(() => lab.list('serviceaccounts', 'elsewhere')).toHaveLength(1);
    const before = objectsIn(lab);
    const { run, artifacts } = await command(lab, [
      ...NETWORK,
      '--local',
      '--namespace',
      'elsewhere',
      '--duration',
      '1s',
    ]);
    const { status, lastLine, output } = await run.ended;
    expect(status, output).toBe(0);
    expect(lastLine).toMatch(/^Kubevirt VM latency checkup succeeded: /);
    expect(savedData(artifacts)['status.succeeded']).toBe('true');
    expect(output.match(/^(Report|Artifacts|ConfigMap): +\S+$/gm)).toHaveLength(3);
    const created = lab.requests.filter(({ verb }) => verb === 'create').map((request) => request.path);
    expect(created.filter((one) => one.endsWith('/namespaces/elsewhere/virtualmachineinstances'))).toHaveLength(2);
    expect(created.filter((one) => one.includes('/rbac.') || one.endsWith('/jobs'))).toEqual([]);
    expectArtifacts(artifacts);
    expect(objectsIn(lab)).toEqual(before);
  },
);

for (const { where, options, nodes } of [
  { where: 'in a Job, of all nodes', options: [], nodes: 3 },
  { where: 'from this machine', options: ['--local', '--nodes', 'node-3,node-1,node-2'], nodes: 4 },
]) {
  test(
    `--mesh measures every pair ${where}`,
    { tag: nodes === 4 ? ['@command', '@slow'] : '@command' },
    async ({ newLab, command }) => {
      const lab = await newLab({ nodes });
      const before = objectsIn(lab);
      const mesh = ['--mesh', '--duration', '1s', '--param', 'retestWorstPairs=2'];
      const { run, artifacts } = await command(lab, [...NETWORK, ...mesh, ...options]);
      const { status, lastLine, output } = await run.ended;
      expect(status, output).toBe(0);
      expect(lastLine).toMatch(/^Kubevirt VM latency checkup succeeded: min .* avg .* max /);
      expect(savedData(artifacts)).toMatchObject({
        'status.succeeded': 'true',
        'status.result.mesh.nodes': 'node-1,node-2,node-3',
        'status.result.mesh.pairsMeasured': '3',
        'status.result.mesh.pairsFailed': '0',
      });
      expect(output.match(/^(Report|Artifacts|ConfigMap): +\S+$/gm)).toHaveLength(3);
      expectArtifacts(artifacts);
      expect(objectsIn(lab)).toEqual(before);
    },
  );
}
