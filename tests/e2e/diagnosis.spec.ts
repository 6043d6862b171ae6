// SPDX-License-Identifier: Apache-2.0
/**
 * Every diagnosis, produced by its cause: a misconfigured cluster or network, with the messages of a real cluster
 * (lab/scenarios.ts lists their sources). By default with the least permissions. SIMULATED guests.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { expect } from '@playwright/test';
import { kubevirt } from '../../lab/objects.ts';
import { DIAGNOSIS_SCENARIOS, optionsOf, SCENARIOS } from '../../lab/scenarios.ts';
import type { LabOptions } from '../../lab/lab.ts';
import { DIAGNOSIS_IDS } from '../../model/diagnosis.ts';
import { configMapData, setConfigMap, vmisLeft } from '../support/cluster-facts.ts';
import { test } from '../support/lab-test.ts';
import { CHECKUP_ACCOUNT, checkupRbac, checkupRbacWithout, extendedRbac } from '../support/permissions.ts';

interface Case {
  readonly id: (typeof DIAGNOSIS_IDS)[number];
  /** The scenario that causes it; or the options of the lab. */
  readonly scenario?: string;
  readonly lab?: Partial<LabOptions>;
  readonly what?: string;
  /** With the permissions of both manifests. */
  readonly wider?: true;
  readonly env?: Record<string, string>;
  readonly timeout?: string;
  /** In `status.failureReason`, unless its finding names the cause itself. */
  readonly summary: RegExp;
  /** A part of the whole diagnosis. */
  readonly seen: RegExp;
  readonly next: RegExp;
  /** Printed before any VM is created. */
  readonly warning?: RegExp;
  /** `status.failureReason`, shortened. */
  readonly reason?: RegExp;
}

const BETWEEN = { SOURCE_NODE: 'node-1', TARGET_NODE: 'node-2' };
const SECOND = /there is no second node for the other VM/;

const CASES: readonly Case[] = [
  {
    id: 'bridge-missing',
    scenario: 'bridge-unschedulable',
    timeout: '8s',
    summary: /bridge "br10" is missing on 1 of 2 nodes/,
    seen: /PodScheduled=False \(Unschedulable: 0\/2 nodes are available: 1 Insufficient bridge\.network\.kubevirt\.io\/br10/,
    next: /NodeNetworkConfigurationPolicy/,
  },
  {
    id: 'bridge-missing',
    scenario: 'vmi-unschedulable',
    wider: true,
    what: 'on every node, ended after 15 s',
    summary: /bridge "br10" is missing on all 2 nodes \(node-1, node-2\)/,
    seen: /allocatable bridge\.network\.kubevirt\.io\/br10: node-1 has none, node-2 has none/,
    next: /sourceNode, targetNode/,
    reason: /^setup: .* to be running \(no node offers "bridge\.network\.kubevirt\.io\/br10", phase Scheduling, /,
  },
  {
    id: 'no-uplink',
    scenario: 'bridge-missing',
    timeout: '15s',
    summary: /nothing passes between nodes .*: bridge "br10" is missing or has no physical port on one of them/,
    seen: /If bridge "br10" is missing on a node, the bridge plugin creates an empty one/,
    next: /kubectl debug node\/node-\d .* -- ip link show master br10/,
  },
  {
    id: 'no-uplink',
    scenario: 'bridge-missing',
    what: 'without the annotation resourceName',
    timeout: '15s',
    lab: {
      objects: [
        ...checkupRbac(),
        {
          apiVersion: 'k8s.cni.cncf.io/v1',
          kind: 'NetworkAttachmentDefinition',
          metadata: { name: 'blue', namespace: 'latency' },
          spec: { config: '{"cniVersion":"0.3.1","name":"blue","type":"bridge","bridge":"br10"}' },
        },
      ],
    },
    summary: /nothing passes between nodes .*: bridge "br10" is missing or has no physical port on one of them/,
    seen: /the bridge plugin creates an empty one/,
    next: /kubectl debug node\/node-\d .* -- ip link show master br10/,
  },
  {
    id: 'bridge-missing',
    scenario: 'bridge-missing',
    wider: true,
    timeout: '15s',
    summary: /bridge "br10" is missing on node "node-2": nothing leaves the node on this network/,
    seen: /runs on node "node-\d"/,
    next: /NodeNetworkConfigurationPolicy/,
  },
  {
    id: 'bridge-missing',
    scenario: 'several-short',
    timeout: '8s',
    summary: /bridge "br10" is missing on all 2 nodes; too little "devices\.kubevirt\.io\/tun" on 1 of 2 nodes/,
    seen: /0\/2 nodes are available: 1 Insufficient devices\.kubevirt\.io\/tun, 2 Insufficient bridge\.network\.kubevirt\.io\/br10/,
    next: /NodeNetworkConfigurationPolicy/,
  },
  {
    id: 'start-unexplained',
    scenario: 'cni-plugin-missing',
    timeout: '8s',
    summary: /no condition of "latency-check-\S+" says why it does not run; the events .* were not listed/,
    seen: /the conditions of VMI/,
    next: /rbac-extended\.yaml \(events \[list\]/,
  },
  {
    id: 'network-setup-failed',
    scenario: 'cni-plugin-missing',
    wider: true,
    what: 'ended after 30 s',
    summary:
      /the CNI plugin "cnv-bridge" is not installed on node "node-\d": failed to find plugin "cnv-bridge" in path \[/,
    seen: /event FailedCreatePodSandBox of Pod virt-launcher-latency-check-\S+ on node "node-\d"/,
    next: /spec\.config/,
    reason: /^setup: .* to be running \(FailedCreatePodSandBox of pod virt-launcher-/,
  },
  {
    id: 'network-setup-failed',
    scenario: 'cni-link-missing',
    wider: true,
    timeout: '8s',
    summary: /an interface that .* names \("master"\) is not/,
    seen: /Link not found/,
    next: /master/,
  },
  {
    id: 'network-setup-failed',
    scenario: 'cni-vlan-refused',
    wider: true,
    timeout: '8s',
    summary: /refuses the VLAN/,
    seen: /failed to setup vlan tag on interface/,
    next: /vlan/,
  },
  {
    id: 'network-setup-failed',
    scenario: 'network-deleted',
    wider: true,
    timeout: '8s',
    summary: /network-attachment-definition "latency\/blue" is not there any more/,
    seen: /TryLoadPodDelegates/,
    next: /NetworkAttachmentDefinition/,
  },
  {
    id: 'network-setup-failed',
    scenario: 'interface-refused',
    wider: true,
    summary: /the network of a VM cannot be set up in its virt-launcher pod: failed to setup link \[pod/,
    seen: /failed to configure vmi network: .*Critical network error/,
    next: /spec\.config/,
  },
  {
    id: 'bridge-missing',
    scenario: 'bridge-nowhere',
    wider: true,
    timeout: '15s',
    summary: /^no node offers bridge "br10" of latency\/blue; nothing passes between nodes/,
    seen: /allocatable resources of the nodes: none has "bridge\.network\.kubevirt\.io\/br10"/,
    next: /Create bridge "br10" on the nodes/,
    warning: /the network names "bridge\.network\.kubevirt\.io\/br10", and these nodes do not offer it: node-1, node-2/,
    reason: /^timed out after 15s during connectivity: no node offers bridge "br10" of latency\/blue; /,
  },
  {
    id: 'network-type',
    scenario: 'macvlan',
    timeout: '15s',
    summary: /^latency\/blue is of type "macvlan", which drops frames to the MAC address of a VM; /,
    seen: /NetworkAttachmentDefinition latency\/blue: plugin of type "macvlan"/,
    next: /use a Linux bridge/,
    warning:
      /"latency\/blue" has a plugin of type "macvlan", which drops frames to the MAC address of a VM; use a Linux bridge/,
    reason: /^timed out after 15s during connectivity: latency\/blue is of type "macvlan"/,
  },
  {
    id: 'network-type',
    scenario: 'ipvlan',
    wider: true,
    summary: /^latency\/blue is of type "ipvlan", which cannot be connected to a VM; /,
    seen: /failed to configure vmi network: .*Critical network error/,
    next: /use a Linux bridge/,
    warning: /"latency\/blue" has a plugin of type "ipvlan"/,
    reason: /^setup: latency\/blue is of type "ipvlan"/,
  },
  {
    id: 'network-type',
    scenario: 'host-device',
    wider: true,
    timeout: '8s',
    summary: /^latency\/blue is of type "host-device", which has one device of each node for one VM; /,
    seen: /failed to find host device: Link not found/,
    next: /use a Linux bridge/,
    warning: /"latency\/blue" has a plugin of type "host-device"/,
    reason: /^timed out after 8s during setup: latency\/blue is of type "host-device"/,
  },
  {
    id: 'start-unexplained',
    scenario: 'launcher-crash',
    summary: /no condition of/,
    seen: /the conditions of VMI/,
    next: /kubectl describe pod/,
  },
  {
    id: 'disk-unusable',
    scenario: 'disk-missing',
    timeout: '8s',
    summary: /the image of the VMs has no disk that KubeVirt finds/,
    seen: /failed to find disk file from ImageVolume/,
    next: /vmContainerDiskImage/,
  },
  {
    id: 'disk-unusable',
    scenario: 'image-volume',
    wider: true,
    timeout: '8s',
    summary: /a node cannot mount the image/,
    seen: /ImageVolumeMountFailed/,
    next: /qcow2/,
  },
  {
    id: 'start-unexplained',
    scenario: 'volume-mount',
    wider: true,
    timeout: '8s',
    summary:
      /node "node-\d" does not start the virt-launcher pod of "latency-check-\S+": FailedMount: MountVolume\.SetUp failed for volume "ephemeral-disks" : .*no space left on device/,
    seen: /event FailedMount of Pod virt-launcher-latency-check-\S+ on node "node-\d" \(\d+ times\)/,
    next: /kubectl describe pod/,
  },
  {
    id: 'quota-exceeded',
    scenario: 'quota',
    timeout: '8s',
    summary: /quota "small" of namespace "latency" is too small for the VMs' pods: requested: requests\.memory=/,
    seen: /exceeded quota: small/,
    next: /kubectl describe resourcequota -n latency/,
  },
  {
    id: 'quota-exceeded',
    scenario: 'quota-limits',
    timeout: '8s',
    summary: /quota "limits" of namespace "latency" refuses the VMs' pods: must specify limits\.cpu for: compute$/,
    seen: /failed quota: limits/,
    next: /kubectl describe resourcequota -n latency limits/,
  },
  {
    id: 'limit-range',
    scenario: 'limit-range',
    timeout: '8s',
    summary:
      /a LimitRange of namespace "latency" refuses the VMs' pods: maximum memory usage per Container is 300Mi, but limit is \d+, minimum memory/,
    seen: /Synchronized=False \(FailedCreate: /,
    next: /kubectl describe limitrange -n latency/,
  },
  {
    id: 'kubevirt-unavailable',
    what: 'and no virt-handler answers',
    timeout: '8s',
    lab: { kubevirt: 'unavailable', launcherFault: 'image-volume' },
    summary: /KubeVirt is not fully available: KubeVirt "kubevirt\/kubevirt": phase Deployed, Available=False/,
    seen: /Available=False \(DeploymentInProgress/,
    next: /kubectl get pods -A -o wide -l kubevirt\.io/,
  },
  {
    id: 'device-exhausted',
    scenario: 'sriov-exhausted',
    timeout: '8s',
    summary: /no free "openshift\.io\/sriov_nic" on all 2 nodes/,
    seen: /2 Insufficient openshift\.io\/sriov_nic/,
    next: /kubectl describe nodes/,
  },
  {
    id: 'image-not-pulled',
    scenario: 'image-pull',
    timeout: '8s',
    summary: /the node cannot pull the VMs' disk image "quay\.io\/kubevirt\/alpine-with-test-tooling-container-disk:v/,
    seen: /Synchronized=False \((ErrImagePull|ImagePullBackOff): /,
    next: /vmContainerDiskImage/,
  },
  {
    id: 'image-not-pulled',
    scenario: 'image-pull',
    what: 'another image, under the fault image-pull',
    timeout: '8s',
    env: { VM_CONTAINER_DISK_IMAGE: 'registry.example/alpine:1' },
    summary: /the node cannot pull the VMs' disk image "registry\.example\/alpine:1"/,
    seen: /Synchronized=False \((ErrImagePull|ImagePullBackOff): /,
    next: /vmContainerDiskImage/,
  },
  {
    id: 'image-not-pulled',
    what: 'a private registry, and a pull secret that does not exist',
    wider: true,
    timeout: '8s',
    lab: { privateRegistries: { 'registry.example': 'puller:word' } },
    env: {
      VM_CONTAINER_DISK_IMAGE: 'registry.example/vms/alpine:1',
      VM_CONTAINER_DISK_IMAGE_PULL_SECRET: 'registry',
    },
    summary: /disk image "registry\.example\/vms\/alpine:1": Secret "latency\/registry" does not exist/,
    seen: /event FailedToRetrieveImagePullSecret of Pod virt-launcher-\S+: Unable to retrieve some image pull secrets \(registry\)/,
    next: /kubectl get secret registry -n latency/,
  },
  {
    id: 'pod-security',
    scenario: 'pod-security',
    timeout: '8s',
    summary: /PodSecurity "restricted:latest" of namespace "latency" refuses the VMs' pods/,
    seen: /Synchronized=False \(FailedCreate: .*violates PodSecurity "restricted:latest"/,
    next: /pod-security\.kubernetes\.io\/enforce=privileged/,
  },
  {
    id: 'no-second-node',
    scenario: 'node-cordoned',
    timeout: '8s',
    summary: SECOND,
    seen: /1 node\(s\) were unschedulable/,
    next: /kubectl uncordon/,
  },
  {
    id: 'no-second-node',
    scenario: 'node-cordoned',
    wider: true,
    summary: SECOND,
    seen: /found 1 \(node-2: cordoned\)/,
    next: /kubectl uncordon/,
  },
  {
    id: 'node-unusable',
    scenario: 'node-cordoned',
    env: BETWEEN,
    timeout: '8s',
    what: 'a node that was asked for',
    summary: /node "node-1" and "node-2" cannot take its VM: .*cordoned/,
    seen: /1 node\(s\) were unschedulable/,
    next: /kubectl describe node node-1 node-2/,
  },
  {
    id: 'node-unusable',
    scenario: 'node-cordoned',
    env: BETWEEN,
    wider: true,
    what: 'a node that was asked for',
    summary: /node "node-2" cannot take its VM: cordoned/,
    seen: /is cordoned/,
    next: /describe node node-2/,
  },
  {
    id: 'node-unusable',
    scenario: 'node-dead',
    env: BETWEEN,
    wider: true,
    summary: /node "node-2" cannot take its VM: not reachable \(its kubelet has stopped reporting/,
    seen: /is not reachable/,
    next: /describe node node-2/,
  },
  {
    id: 'no-second-node',
    scenario: 'node-without-kubevirt',
    timeout: '8s',
    summary: SECOND,
    seen: /didn't match Pod's node affinity\/selector/,
    next: /kubevirt\.io\/schedulable=true/,
  },
  {
    id: 'no-second-node',
    scenario: 'node-without-kubevirt',
    wider: true,
    summary: SECOND,
    seen: /kubevirt\.io\/schedulable is not "true"/,
    next: /virt-handler/,
  },
  {
    id: 'no-second-node',
    scenario: 'one-node',
    wider: true,
    summary: SECOND,
    seen: /found 1/,
    next: /sourceNode and targetNode both/,
  },
  {
    id: 'unschedulable',
    what: 'no hardware virtualization',
    timeout: '8s',
    // No node offers it, and KubeVirt is not configured for emulation.
    lab: { softwareEmulation: true, objects: [...checkupRbac(), kubevirt('deployed')] },
    summary: /no hardware virtualization on all 2 nodes/,
    seen: /devices\.kubevirt\.io\/kvm/,
    next: /useEmulation|describe nodes/,
  },
  {
    id: 'guest-silent',
    scenario: 'console-silent',
    timeout: '8s',
    summary: /the guest "latency-check-\S+" prints nothing on its serial console/,
    seen: /showed nothing/,
    next: /skipTeardown: onfailure/,
  },
  {
    id: 'address-taken',
    scenario: 'all-addresses-taken',
    summary: /another host on the network already uses 198\./,
    seen: /[0-9a-f:]{17} answers for 198\./,
    next: /sourceAddress/,
  },
  {
    id: 'no-lease',
    scenario: 'dhcp-silent',
    env: { ADDRESSING: 'dhcp' },
    timeout: '10s',
    summary: /nothing on latency\/blue assigns an ipv4 address/,
    seen: /has no ipv4 address/,
    next: /DHCP server/,
  },
  {
    id: 'no-uplink',
    scenario: 'no-uplink',
    summary:
      /nothing passes between nodes "node-\d" and "node-\d" on this network: .*, or their switch ports do not carry the VLAN/,
    seen: /ARP for 198\.\S+ is not answered[\s\S]*ip neigh in the guest "latency-check-source-\w+": 198\.\S+ dev \S+ +(FAILED|INCOMPLETE)/,
    next: /sourceNode and targetNode both "node-\d"/,
  },
  {
    id: 'no-uplink',
    scenario: 'no-uplink',
    env: { IP_FAMILIES: 'ipv6' },
    timeout: '15s',
    what: 'IPv6',
    summary: /nothing passes between nodes/,
    seen: /neighbour discovery for fd\S+ is not answered/,
    next: /VLAN/,
  },
  {
    id: 'one-way',
    scenario: 'one-way',
    timeout: '15s',
    env: BETWEEN,
    summary: /packets from node "node-2" do not reach node "node-1" on this network/,
    seen: /ip neigh in the guest "latency-check-target-\w+": .*lladdr/,
    next: /kubectl debug node\/node-2 .* -- bridge -d link/,
  },
  {
    id: 'neighbour-silent',
    what: 'one node',
    timeout: '15s',
    lab: { impairment: { cut: true } },
    env: { SOURCE_NODE: 'node-1', TARGET_NODE: 'node-1' },
    summary: /nothing passes between the VMs on node "node-1"/,
    seen: /on node "node-1"/,
    next: /portIsolation/,
  },
  {
    id: 'addresses-refused',
    what: 'addresses that a network drops',
    timeout: '15s',
    env: { NETWORK_ATTACHMENT_DEFINITION_NAME: 'ovn' },
    summary: /the network assigns addresses \(subnets .*\) and most likely drops packets from others/,
    seen: /NetworkAttachmentDefinition latency\/ovn: subnets/,
    next: /addressing: dhcp/,
    warning:
      /"latency\/ovn" assigns addresses \(subnets ".*"\), and may drop packets from others: set the parameter "addressing" to "dhcp"/,
  },
  {
    // ARP packets are below the limit, pings above it.
    id: 'replies-lost',
    what: 'nothing but ARP passes',
    timeout: '15s',
    lab: { impairment: { mtu: 70 } },
    summary: /the VMs receive frames from each other, but pings are dropped/,
    seen: /lladdr [0-9a-f:]{17}/,
    next: /networkpolicies/,
  },
  {
    id: 'replies-lost',
    scenario: 'pings-blocked',
    timeout: '15s',
    env: BETWEEN,
    summary:
      /pings from "latency-check-source-\w+" to "latency-check-target-\w+" have no reply, pings in the other direction do/,
    seen: /ping from \S+ to \S+ after the failure: answered/,
    next: /kubectl get networkpolicies/,
  },
  {
    id: 'large-packets-lost',
    scenario: 'mtu',
    env: { PACKET_SIZE_BYTES: '1472' },
    summary: /small packets pass, packets with 1472 bytes of payload do not/,
    seen: /ping with 56 bytes from \S+ to \S+ after the failure: answered[\s\S]*ping with 1472 bytes .*: not answered/,
    next: /probeMtu/,
  },
  {
    id: 'vm-migrated',
    scenario: 'vmi-migrated',
    env: { SAMPLE_DURATION_SECONDS: '10' },
    summary: /"latency-check-\w+-\w+" was live-migrated from node "node-[12]" to node "node-[12]"/,
    // A migration takes longer than a sample: its last observed state depends on when the VMI is read.
    seen: /is (?:about to be|being) live-migrated|during the run/,
    next: /kubectl get vmim,events -n latency/,
  },
  {
    id: 'permission-missing',
    what: 'to create VMIs',
    lab: { objects: checkupRbacWithout({ resource: 'virtualmachineinstances', verb: 'create' }) },
    summary: /the checkup's account may not create virtualmachineinstances/,
    seen: /is forbidden: User "system:serviceaccount:latency:vm-latency-checkup-sa"/,
    next: / {4}- apiGroups: \['kubevirt\.io'\]\n {6}resources: \[virtualmachineinstances\]\n {6}verbs: \[create\]/,
  },
];

/**
 * tests/e2e/addresses.spec.ts has the first two, tests/unit/diagnosis/diagnose.spec.ts the third (mostly the VM is gone first),
 * tests/resilience/time-limits.spec.ts the fourth, tests/resilience/mesh.spec.ts the two of a mesh, tests/e2e/migration.spec.ts those
 * of a live migration, tests/e2e/measurement.spec.ts the others:
 * their reason contains no diagnosis.
 */
const ELSEWHERE = [
  'same-address',
  'different-subnets',
  'vm-replaced',
  'deletion-held',
  'latency-exceeded',
  'loss-exceeded',
  'mesh-suspect',
  'node-not-measured',
  ...DIAGNOSIS_IDS.filter((id) => id === 'not-migratable' || id.startsWith('migration-')),
];

test('each diagnosis and each scenario of one has a case', { tag: '@slow' }, () => {
  expect([...new Set([...CASES.map(({ id }) => id), ...ELSEWHERE])].sort()).toEqual([...DIAGNOSIS_IDS].sort());
  const covered = CASES.map(({ scenario }) => scenario);
  const others = [
    'no-carrier',
    'primary-network',
    'virt-controller-stuck',
    'slow-path',
    'latency-spikes',
    'packet-loss',
  ];
  for (const { name } of DIAGNOSIS_SCENARIOS) expect([...covered, ...others]).toContain(name);
});

for (const {
  id,
  scenario,
  what,
  wider,
  env,
  timeout,
  summary,
  seen,
  next,
  warning,
  reason: wholeReason,
  ...own
} of CASES) {
  const title = [id, scenario, what, wider && 'with both manifests'].filter((part) => part !== undefined).join(', ');
  test(title, { tag: '@slow' }, async ({ newLab, checkup }, testInfo) => {
    const found = [...SCENARIOS, ...DIAGNOSIS_SCENARIOS].find(({ name }) => name === scenario);
    expect(found?.name).toBe(scenario);
    const options = { ...optionsOf(found === undefined ? [] : [found]), ...own.lab };
    const rbac = [...(own.lab?.objects === undefined ? checkupRbac() : []), ...(wider ? extendedRbac() : [])];
    const lab = await newLab({ ...options, objects: [...(options.objects ?? []), ...rbac] });
    if (timeout !== undefined) setConfigMap(lab, { 'spec.timeout': timeout });
    found?.begin?.(lab);
    const run = checkup(lab, { serviceAccount: CHECKUP_ACCOUNT, ...(env && { env }) });
    const { status, lastLine, output } = await run.ended;
    expect(status, output).toBe(1);
    const reason = configMapData(lab)['status.failureReason'] ?? '';
    expect(lastLine).toBe(`Kubevirt VM latency checkup failed: ${reason}`);
    const [before = ''] = output.split(/^ +ok +prerequisites/m);
    if (warning !== undefined) expect(before).toMatch(warning);
    if (wholeReason !== undefined) expect(reason).toMatch(wholeReason);
    const evidence = testInfo.outputPath('artifacts-0/evidence');
    const files = readdirSync(evidence).filter((name) => name.startsWith('diagnosis-'));
    expect(files).toHaveLength(1);
    const whole = readFileSync(`${evidence}/${files.join()}`, 'utf8');
    const [, line = ''] = /^Diagnosis: (.*)\n/.exec(whole) ?? [];
    expect(line, reason).toMatch(summary);
    const isFinding = /^prerequisites: (?!permission)|^run: VMI .* live-migrated/.test(reason);
    if (!isFinding) expect(reason).toContain(`: ${line}`);
    expect(whole).toMatch(seen);
    expect(whole).toMatch(next);
    expect(readdirSync(evidence)).toEqual(expect.arrayContaining(['configmap.yaml']));
    expect(vmisLeft(lab)).toEqual([]);
  });
}

test('succeeds on one node when the uplink is missing', { tag: '@slow' }, async ({ newLab, checkup }) => {
  const lab = await newLab(optionsOf(DIAGNOSIS_SCENARIOS.filter(({ name }) => name === 'no-uplink')));
  const { status } = await checkup(lab, { env: { SOURCE_NODE: 'node-1', TARGET_NODE: 'node-1' } }).ended;
  expect(status).toBe(0);
});
