// SPDX-License-Identifier: Apache-2.0
/** Misconfigured clusters and networks: the messages of a real cluster, and the effect on guests. */
import { expect } from '@playwright/test';
import { optionsOf, ALL_SCENARIOS } from '../../faults/scenarios.ts';
import type { Lab, LabOptions } from '../../lab.ts';
import { objectAt, objectsAt, textAt, type JsonObject } from '../../store/json.ts';
import { matching } from './bodies.ts';
import { NAMESPACE, test } from './own-lab.ts';
import { fill } from './template.ts';
import { domain, lonelyVmi, vmi } from './vmis.ts';

const VMIS = 'virtualmachineinstances';
const AFTERWORD = String.raw`\. no new claims to deallocate, preemption: 0/\d nodes are available: `;

function options(name: string): Partial<LabOptions> {
  return optionsOf(ALL_SCENARIOS.filter((scenario) => scenario.name === name));
}

function condition(lab: Lab, name: string, type: string): JsonObject | undefined {
  return objectsAt(lab.get(VMIS, NAMESPACE, name), 'status', 'conditions').find((one) => one.type === type);
}

const APART = {
  podAntiAffinity: {
    requiredDuringSchedulingIgnoredDuringExecution: [
      { labelSelector: { matchLabels: { pair: 'x' } }, topologyKey: 'kubernetes.io/hostname' },
    ],
  },
};

/** Creates a VM on network blue with DHCP; by default the VMs are on different nodes. */
function startOnBlue(lab: Lab, name: string, nth = 1, spec: JsonObject = { affinity: APART }): void {
  const macAddress = `02:00:00:00:00:0${nth}`;
  const nic = { match: { macaddress: macAddress }, dhcp4: true };
  const networkData = JSON.stringify({ version: 2, ethernets: { nic } });
  const onBlue = domain({ name: 'net0', macAddress, bridge: {} });
  const disks = [
    { name: 'disk0', disk: { bus: 'virtio' } },
    { name: 'seed', disk: { bus: 'virtio' } },
  ];
  const [disk, seed] = [
    { name: 'disk0', containerDisk: { image: 'quay.io/kubevirt/alpine-with-test-tooling-container-disk:v1.9.0' } },
    { name: 'seed', cloudInitNoCloud: { userData: '', networkData } },
  ];
  const whole = {
    domain: { ...onBlue, devices: { ...objectAt(onBlue, 'devices'), disks } },
    networks: [{ name: 'net0', multus: { networkName: `${NAMESPACE}/blue` } }],
    volumes: [disk, seed],
    ...spec,
  };
  const labels = spec.affinity === undefined ? {} : { pair: 'x' };
  lab.createObject(fill(vmi({ labels }, whole), { name, ns: NAMESPACE }));
}

for (const [name, phase, words] of [
  [
    'several-short',
    'Scheduling',
    '1 Insufficient devices.kubevirt.io/tun, 2 Insufficient bridge.network.kubevirt.io/br10',
  ],
  [
    'bridge-unschedulable',
    'Running',
    "1 Insufficient bridge.network.kubevirt.io/br10, 1 node\\(s\\) didn't match pod anti-affinity rules",
  ],
  ['sriov-exhausted', 'Scheduling', '2 Insufficient openshift.io/sriov_nic'],
  ['node-cordoned', 'Running', "1 node\\(s\\) didn't match pod anti-affinity rules, 1 node\\(s\\) were unschedulable"],
  [
    'node-without-kubevirt',
    'Running',
    "1 node\\(s\\) didn't match Pod's node affinity/selector, 1 node\\(s\\) didn't match pod anti-affinity rules",
  ],
  ['one-node', 'Running', "1 node\\(s\\) didn't match pod anti-affinity rules"],
] as const) {
  test(`${name}: the scheduler reports why the second VM cannot be placed`, async ({ ownLab }) => {
    const { lab, untilPhase } = await ownLab(options(name));
    startOnBlue(lab, 'a');
    await untilPhase(phase);
    startOnBlue(lab, 'b', 2);
    const nodes = lab.list('nodes').length;
    const message = new RegExp(`^0/${nodes} nodes are available: ${words}${AFTERWORD}`);
    await expect
      .poll(() => condition(lab, 'b', 'PodScheduled'))
      .toMatchObject({ status: 'False', reason: 'Unschedulable', message: matching(message) });
    const reported = lab.list('events', NAMESPACE).filter(({ reason }) => reason === 'FailedScheduling');
    expect(reported.at(-1)).toMatchObject({ message: matching(message), involvedObject: { kind: 'Pod' } });
  });
}

test('pod-security: the VMI and an event quote the API server, and the VMI starts once the namespace is labelled', async ({
  ownLab,
}) => {
  const { lab, untilPhase } = await ownLab(options('pod-security'));
  lab.createObject(fill(lonelyVmi(), { name: 'a', ns: NAMESPACE }));
  const forbidden =
    String.raw`failed to create pod for vmi latency/a, it needs a privileged namespace to run: pods "virt-launcher-a-\w{5}" is ` +
    String.raw`forbidden: violates PodSecurity "restricted:latest": seccompProfile \(pod or containers "guest-console-log", ` +
    String.raw`"volumedisk0", "compute" must set securityContext.seccompProfile.type to "RuntimeDefault" or "Localhost"\)$`;
  await expect
    .poll(() => condition(lab, 'a', 'Synchronized'))
    .toMatchObject({ status: 'False', reason: 'FailedCreate', message: matching(new RegExp(`^${forbidden}`)) });
  expect(textAt(lab.get(VMIS, NAMESPACE, 'a'), 'status', 'phase')).toBe('Pending');
  expect(lab.list('events', NAMESPACE)).toMatchObject([
    {
      type: 'Warning',
      reason: 'FailedCreate',
      count: 1,
      involvedObject: { name: 'a' },
      message: matching(new RegExp(`^failed to render launch manifest: ${forbidden}`)),
    },
  ]);
  expect(lab.list('pods', NAMESPACE)).toEqual([]);
  const namespace = lab.get('namespaces', undefined, NAMESPACE);
  lab.createObject({ ...namespace, metadata: { name: NAMESPACE, labels: {} } });
  await untilPhase('Running');
});

test('pod-security: an event on the Job reports the refusal; a restricted Job gets its pod', async ({ ownLab }) => {
  const { lab } = await ownLab(options('pod-security'));
  const job = (name: string, securityContext: JsonObject, whole: JsonObject) => ({
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name, namespace: NAMESPACE },
    spec: {
      template: {
        spec: {
          restartPolicy: 'Never',
          securityContext: whole,
          containers: [{ name: 'c', image: 'registry.example/none:1', securityContext }],
        },
      },
    },
  });
  lab.createObject(job('loud', {}, {}));
  const confined = { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } };
  lab.createObject(job('quiet', confined, { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } }));
  const podNames = () => lab.list('pods', NAMESPACE).map(({ metadata }) => metadata.name);
  await expect.poll(podNames).toEqual([matching(/^quiet-/)]);
  expect(lab.list('events', NAMESPACE)).toContainEqual(
    expect.objectContaining({
      reason: 'FailedCreate',
      message: matching(
        /^Error creating: pods "loud-\w{5}" is forbidden: violates PodSecurity "restricted:latest": allowPrivilegeEscalation != false \(container "c" must /,
      ),
    }),
  );
});

const CNI: readonly (readonly [scenario: string, why: RegExp])[] = [
  [
    'cni-plugin-missing',
    /error adding container to network "blue": failed to find plugin "cnv-bridge" in path \[\/opt/,
  ],
  ['cni-link-missing', /latency\/virt-launcher-a-\w{5}\/[-0-9a-f]{36}:blue\]: error adding .* "blue": Link not found$/],
  ['cni-vlan-refused', /failed to setup vlan tag on interface "veth[0-9a-f]{8}": operation not supported$/],
  [
    'network-deleted',
    /TryLoadPodDelegates: .*: cannot find a network-attachment-definition \(blue\) in namespace \(latency\)/,
  ],
];

for (const [name, why] of CNI) {
  test(`${name}: only events on the pod report the cause, each a new event`, async ({ ownLab }) => {
    const { lab } = await ownLab(options(name));
    if (name === 'network-deleted') lab.deleteObject('network-attachment-definitions', NAMESPACE, 'blue');
    startOnBlue(lab, 'a');
    const failed = () => lab.list('events', NAMESPACE).filter(({ reason }) => reason === 'FailedCreatePodSandBox');
    await expect.poll(() => failed().length, { timeout: 10_000 }).toBeGreaterThan(1);
    for (const event of failed()) {
      expect(event).toMatchObject({
        type: 'Warning',
        count: 1,
        involvedObject: { kind: 'Pod' },
        message: matching(why),
      });
    }
    expect(new Set(failed().map(({ message }) => message)).size).toBe(failed().length);
    const vmi = lab.get(VMIS, NAMESPACE, 'a');
    expect(vmi).toMatchObject({ status: { phase: 'Scheduling' } });
    expect(vmi?.status).not.toHaveProperty('nodeName');
    const ready = { type: 'Ready', status: 'False', reason: 'GuestNotRunning' };
    expect(objectsAt(vmi, 'status', 'conditions')).toEqual([expect.objectContaining(ready)]);
    const [pod] = lab.list('pods', NAMESPACE);
    const waiting = { state: { waiting: { reason: 'PodInitializing' } } };
    expect(pod?.status).toMatchObject({ phase: 'Pending', initContainerStatuses: [waiting, waiting] });
    expect(vmi?.status).toMatchObject({ activePods: { [pod?.metadata.uid ?? '']: matching(/^node-\d$/) } });
    const ofMultus = lab.list('events', NAMESPACE).filter(({ reason }) => reason === 'NoNetworkFound');
    expect(ofMultus.length > 0).toBe(name === 'network-deleted');
    lab.deleteObject(VMIS, NAMESPACE, 'a');
    await expect.poll(() => [...lab.list(VMIS), ...lab.list('pods', NAMESPACE)]).toEqual([]);
  });
}

test('bridge-missing: both VMs run; the one on the node without the bridge has no connectivity', async ({ ownLab }) => {
  const { lab, untilPhase } = await ownLab(options('bridge-missing'));
  const report = () => lab.networkReports().find(({ network }) => network === `${NAMESPACE}/blue`);
  for (const [nth, name] of ['a', 'b'].entries()) {
    startOnBlue(lab, name, nth + 1);
    await untilPhase('Running', name);
  }
  await expect.poll(() => report()?.cut).toBeGreaterThan(2);
  expect(report()).toMatchObject({ delivered: 0 });
  startOnBlue(lab, 'c', 3, { nodeSelector: { 'kubernetes.io/hostname': 'node-2.lab.example' } });
  await untilPhase('Running', 'c');
  await expect.poll(() => report()?.delivered).toBeGreaterThan(2);
});

test('interface-refused: KubeVirt reports the cause, and removes it when the VMI has failed', async ({ ownLab }) => {
  const { lab, api, untilPhase } = await ownLab(options('interface-refused'));
  const stream = await api.watch({ path: `/apis/kubevirt.io/v1/namespaces/${NAMESPACE}/${VMIS}?watch=true` });
  startOnBlue(lab, 'a');
  await untilPhase('Failed');
  await expect.poll(() => condition(lab, 'a', 'Synchronized')).toBeUndefined();
  const seen = (await stream.takeWithin(300)).flatMap(({ object }) => objectsAt(object, 'status', 'conditions'));
  stream.close();
  expect(seen).toContainEqual(
    expect.objectContaining({
      type: 'Synchronized',
      status: 'False',
      reason: 'Synchronizing with the Domain failed.',
      message: matching(/^failed to configure vmi network: .*Critical network error: /),
    }),
  );
});

test('launcher-crash: the VMI fails, and no condition reports the cause', async ({ ownLab }) => {
  const { lab, untilPhase } = await ownLab(options('launcher-crash'));
  startOnBlue(lab, 'a');
  await untilPhase('Failed');
  await expect.poll(() => condition(lab, 'a', 'Ready')).toMatchObject({ reason: 'PodTerminating' });
  expect(condition(lab, 'a', 'Synchronized')).toBeUndefined();
});

test('disk-missing: the pod runs, the guest does not; the count of one event increases', async ({ ownLab }) => {
  const { lab, untilPhase } = await ownLab(options('disk-missing'));
  startOnBlue(lab, 'a');
  await untilPhase('Scheduled');
  await expect
    .poll(() => condition(lab, 'a', 'Synchronized'))
    .toMatchObject({ status: 'False', message: matching(/failed to find disk file from ImageVolume/) });
  const counts = () => lab.list('events', NAMESPACE).filter(({ reason }) => reason === 'SyncFailed');
  await expect.poll(() => counts().map(({ count }) => Number(count)), { timeout: 10_000 }).toEqual([2]);
  expect(condition(lab, 'a', 'StorageLiveMigratable')).toMatchObject({ status: 'True' });
  lab.deleteObject(VMIS, NAMESPACE, 'a');
  await expect.poll(() => lab.list(VMIS)).toEqual([]);
});

test('image-volume: CreateContainerError on the pod, and nothing on the VMI', async ({ ownLab }) => {
  const { lab, untilPhase } = await ownLab(options('image-volume'));
  startOnBlue(lab, 'a');
  await untilPhase('Scheduling');
  const compute = () => objectsAt(lab.list('pods', NAMESPACE)[0]?.status, 'containerStatuses')[0];
  await expect.poll(() => compute()).toMatchObject({ state: { waiting: { reason: 'CreateContainerError' } } });
  expect(objectsAt(lab.get(VMIS, NAMESPACE, 'a'), 'status', 'conditions')).toHaveLength(1);
});

test('volume-mount: only an event on the pod reports the cause; its count increases', async ({ ownLab }) => {
  const { lab } = await ownLab(options('volume-mount'));
  startOnBlue(lab, 'a');
  const failed = () => lab.list('events', NAMESPACE).filter(({ reason }) => reason === 'FailedMount');
  await expect.poll(() => failed()[0]?.count, { timeout: 10_000 }).toBe(2);
  expect(failed()).toMatchObject([
    {
      source: { component: 'kubelet', host: matching(/^node-\d$/) },
      message: matching(/^MountVolume\.SetUp failed for/),
    },
  ]);
  expect(lab.get(VMIS, NAMESPACE, 'a')).toMatchObject({ status: { phase: 'Scheduling' } });
  expect(objectsAt(lab.get(VMIS, NAMESPACE, 'a'), 'status', 'conditions')).toHaveLength(1);
});

for (const [name, words] of [
  ['quota', /exceeded quota: small, requested: requests\.memory=/],
  ['quota-limits', /failed quota: limits: must specify limits\.cpu for: compute$/],
  ['limit-range', /\[maximum memory usage per Container is 300Mi, but limit is \d+, minimum memory usage .*\]$/],
] as const) {
  test(`${name}: no pod is created; the VMI and an event quote the API server`, async ({ ownLab }) => {
    const { lab } = await ownLab(options(name));
    startOnBlue(lab, 'a');
    const message = matching(new RegExp(`pods "virt-launcher-a-\\w{5}" is forbidden: ${words.source}`));
    await expect.poll(() => condition(lab, 'a', 'Synchronized')).toMatchObject({ reason: 'FailedCreate', message });
    expect(lab.get(VMIS, NAMESPACE, 'a')).toMatchObject({ status: { phase: 'Pending' } });
    expect(lab.list('events', NAMESPACE)).toMatchObject([{ reason: 'FailedCreate', message }]);
    expect(lab.list('pods', NAMESPACE)).toEqual([]);
  });
}

test("virt-controller-stuck: the guest of a deleted VMI ends, and KubeVirt's finalizer remains", async ({ ownLab }) => {
  const { lab, untilPhase } = await ownLab(options('virt-controller-stuck'));
  startOnBlue(lab, 'a');
  await untilPhase('Running');
  lab.deleteObject(VMIS, NAMESPACE, 'a');
  await untilPhase('Succeeded');
  expect(lab.get(VMIS, NAMESPACE, 'a')?.metadata).toMatchObject({
    deletionTimestamp: matching(/^20/),
    finalizers: ['kubevirt.io/foregroundDeleteVirtualMachine'],
  });
});

test('no-uplink: frames of a VM stay on its node', async ({ ownLab }) => {
  const { lab, untilPhase } = await ownLab(options('no-uplink'));
  for (const [nth, name] of ['a', 'b'].entries()) {
    startOnBlue(lab, name, nth + 1);
    await untilPhase('Running', name);
  }
  const report = () => lab.networkReports().find(({ network }) => network === `${NAMESPACE}/blue`);
  await expect.poll(() => report()?.cut).toBeGreaterThan(2);
  expect(report()).toMatchObject({ delivered: 0 });
  startOnBlue(lab, 'c', 3, {});
  await untilPhase('Running', 'c');
  await expect.poll(() => report()?.delivered).toBeGreaterThan(2);
});

test('one-way: only the frames of one of two VMs arrive', async ({ ownLab }) => {
  const { lab, untilPhase } = await ownLab(options('one-way'));
  startOnBlue(lab, 'a', 1, { nodeSelector: { 'kubernetes.io/hostname': 'node-1.lab.example' } });
  startOnBlue(lab, 'b', 2, { nodeSelector: { 'kubernetes.io/hostname': 'node-2.lab.example' } });
  await untilPhase('Running', 'a');
  await untilPhase('Running', 'b');
  const report = () => lab.networkReports().find(({ network }) => network === `${NAMESPACE}/blue`);
  await expect.poll(() => report()?.cut).toBeGreaterThan(0);
  await expect.poll(() => report()?.delivered).toBeGreaterThan(0);
});

for (const [name, given] of [
  ['dhcp-silent', {}],
  ['dhcp-silent, were there a server', { silentAddressServers: false }],
] as const) {
  test(`${name}: the IPv4 address of the guest`, async ({ ownLab }) => {
    const { lab, untilPhase, openConsole } = await ownLab({ ...options('dhcp-silent'), ...given });
    startOnBlue(lab, 'a');
    await untilPhase('Running');
    const session = await openConsole();
    await session.logIn();
    // After two DHCP requests.
    const shown = await session.type('sleep 2; ip -o -4 addr show dev eth0; echo "[$?]"', /\[\d\]\r\n/);
    expect(/inet 10\.201\.0\.\d+\/24 /.test(shown)).toBe('silentAddressServers' in given);
    await session.close(1000);
  });
}

test('no-carrier: the guest shows the link without a carrier', async ({ ownLab }) => {
  const { lab, untilPhase, openConsole } = await ownLab(options('no-carrier'));
  startOnBlue(lab, 'a');
  await untilPhase('Running');
  const session = await openConsole();
  await session.logIn();
  expect(await session.type('ip -o link show dev eth0', /qlen[^]*# $/)).toContain(
    '<NO-CARRIER,BROADCAST,MULTICAST,UP>',
  );
  await session.close(1000);
});

test('mtu: drops longer packets and passes shorter ones', async ({ ownLab }) => {
  const { impairment } = options('mtu');
  expect(impairment).toEqual({ mtu: 1400 });
  // A DHCP request is the longest packet that these guests send.
  const { lab, untilPhase } = await ownLab({ impairment: { ...impairment, mtu: 250 } });
  startOnBlue(lab, 'a');
  await untilPhase('Running');
  const report = () => lab.networkReports().find(({ network }) => network === `${NAMESPACE}/blue`);
  await expect.poll(() => report()?.tooLong).toBeGreaterThan(0);
  await expect.poll(() => report()?.delivered).toBeGreaterThan(0);
});
