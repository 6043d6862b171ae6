// SPDX-License-Identifier: Apache-2.0
import type { ServedRequest } from '../api/server.ts';
import type { LabOptions } from '../cluster/interface.ts';
import { blue, BR10 } from './blue-network.ts';
import { afterRequest } from './triggers.ts';
import type { Scenario } from './scenario.ts';

/**
 * Misconfigured clusters and networks, with the conditions and events of a real cluster. `controllers/scheduling.ts` has the
 * scheduler's messages (Kubernetes 1.36). `kinds/pod-security.ts`, `controllers/virt-controller.ts`, `nodes/pod-sandbox.ts` and
 * `nodes/launcher-faults.ts` name the sources of the others. The checkup uses network `blue`.
 */

function isNetworkRead({ verb, path, code }: ServedRequest): boolean {
  return verb === 'get' && path.includes('/network-attachment-definitions/blue') && code === 200;
}

/** A cluster that lacks a resource or feature. */
function lacking(name: string, description: string, options: Partial<LabOptions>): Scenario {
  return { name, description, area: 'vmi', tolerated: false, options };
}

function network(name: string, description: string, options: Partial<LabOptions>): Scenario {
  return { name, description, area: 'network', tolerated: false, options };
}

export const DIAGNOSIS_SCENARIOS: readonly Scenario[] = [
  network(
    'bridge-missing',
    'only node-1 has the bridge of network blue; the CNI plugin creates an empty bridge on node-2',
    {
      objects: [BR10],
      bridges: { br10: ['node-1'] },
    },
  ),
  network(
    'bridge-nowhere',
    'no node has the bridge of network blue; the CNI plugin creates an empty bridge on each node',
    {
      objects: [BR10],
      bridges: { br10: [] },
    },
  ),
  network(
    'macvlan',
    'network blue is macvlan: frames to the MAC address of a VM are dropped (SIMULATED by the switch)',
    {
      objects: [blue({ type: 'macvlan', master: 'eth1' })],
      impairment: { unicastLost: true },
    },
  ),
  lacking(
    'ipvlan',
    "network blue is ipvlan, which KubeVirt's bridge binding refuses (with the words of any refused interface)",
    {
      objects: [blue({ type: 'ipvlan', master: 'eth1' })],
      launcherFault: 'interface',
    },
  ),
  lacking('host-device', 'network blue is a device that no node has', {
    objects: [blue({ type: 'host-device', device: 'eth9' })],
    cni: { missingLinks: ['eth9'] },
  }),
  lacking('primary-network', 'network blue is a primary user-defined network', {
    objects: [
      blue({
        type: 'ovn-k8s-cni-overlay',
        topology: 'layer2',
        role: 'primary',
        subnets: '10.77.0.0/24',
        netAttachDefName: 'latency/blue',
      }),
    ],
  }),
  lacking('bridge-unschedulable', 'launcher pods request the bridge of network blue, which only node-1 has', {
    objects: [BR10],
    bridges: { br10: ['node-1'] },
    requestsNetworkResources: true,
  }),
  lacking('several-short', 'launcher pods request a bridge that no node has, and node-1 has no /dev/net/tun', {
    objects: [BR10],
    requestsNetworkResources: true,
    withoutTun: ['node-1'],
  }),
  lacking('cni-plugin-missing', 'no node has the CNI plugin of network blue', {
    objects: [blue({ type: 'cnv-bridge', bridge: 'br1' })],
    cni: { missingPlugins: ['cnv-bridge'] },
  }),
  lacking('cni-link-missing', 'network blue is macvlan on an interface that no node has', {
    objects: [blue({ type: 'macvlan', master: 'eth9' })],
    cni: { missingLinks: ['eth9'] },
  }),
  lacking('cni-vlan-refused', 'network blue has a VLAN, and the bridges of the nodes do not filter VLANs', {
    objects: [blue({ type: 'bridge', bridge: 'br1', vlan: 100 })],
    cni: { refusesVlan: true },
  }),
  {
    name: 'network-deleted',
    description: 'another client deletes network blue just before the VMs start',
    area: 'vmi',
    tolerated: false,
    begin: (lab) => {
      afterRequest(lab, isNetworkRead, () => {
        lab.deleteObject('network-attachment-definitions', 'latency', 'blue');
      });
    },
  },
  lacking('interface-refused', 'no interface of a VM can be set up in its launcher pod', {
    launcherFault: 'interface',
  }),
  lacking('launcher-crash', 'virt-launcher crashes in every launcher pod', { launcherFault: 'crash' }),
  lacking('disk-missing', "the guests' image has no file in /disk", { launcherFault: 'disk-missing' }),
  lacking('image-volume', "no node can mount the guests' image as a volume", { launcherFault: 'image-volume' }),
  lacking('volume-mount', 'no node can mount a volume of a launcher pod: its disk is full', {
    launcherFault: 'volume',
  }),
  lacking('quota', 'a quota of the namespace leaves no memory for launcher pods', { launcherRefusal: 'quota' }),
  lacking('quota-limits', 'a quota of the namespace counts CPU limits, which launcher pods do not have', {
    launcherRefusal: 'quota-limits',
  }),
  lacking(
    'limit-range',
    'a LimitRange of the namespace allows neither the memory of a VM nor the memory of its log container',
    {
      launcherRefusal: 'limit-range',
    },
  ),
  lacking('virt-controller-stuck', "virt-controller does not react to deleted VMIs: KubeVirt's finalizer remains", {
    virtControllerIgnoresDeletions: true,
  }),
  lacking('sriov-exhausted', 'network blue is SR-IOV, and other pods use the one NIC of each node', {
    objects: [blue({ type: 'sriov' }, 'openshift.io/sriov_nic')],
    sriovPerNode: [1, 1],
    sriovTakenPerNode: [1, 1],
  }),
  lacking('pod-security', 'the namespace enforces a Pod Security Standard that launcher pods do not meet', {
    podSecurity: { latency: 'restricted' },
  }),
  lacking('node-cordoned', 'node-2 takes no new pods', { cordoned: ['node-2'] }),
  lacking('node-dead', 'the kubelet of node-2 has stopped, and KubeVirt has not noticed yet', { dead: ['node-2'] }),
  lacking('node-without-kubevirt', 'KubeVirt does not run on node-2', { withoutKubevirt: ['node-2'] }),
  lacking('one-node', 'the cluster has one node', { nodes: 1 }),
  network('no-uplink', 'VMs reach each other on one node, but not across nodes', { impairment: { noUplink: true } }),
  {
    ...network('mtu', 'packets longer than 1400 bytes are dropped, and the checkup sends such packets', {
      impairment: { mtu: 1400 },
    }),
    parameters: { packetSizeBytes: '1472' },
  },
  network('one-way', 'frames from node-2 reach no other node', { impairment: { muteNode: 'node-2' } }),
  network('pings-blocked', 'pings from node-1 are dropped; all other pings and all replies pass', {
    impairment: { pingsBlockedFrom: 'node-1' },
  }),
  {
    ...network('dhcp-silent', 'network blue uses DHCP, and no server replies', {
      objects: [blue({ type: 'bridge', bridge: 'br1', ipam: { type: 'dhcp' } })],
      silentAddressServers: true,
    }),
    parameters: { addressing: 'dhcp' },
  },
  {
    ...network('slow-path', 'each packet takes 15 ms, and the checkup allows 20 ms for ping and reply', {
      impairment: { delayMs: 15 },
    }),
    parameters: { maxDesiredLatencyMilliseconds: '20' },
  },
  {
    ...network('latency-spikes', 'one packet in 25 takes 40 ms longer, and the checkup allows 20 ms', {
      impairment: { spikeMs: 40 },
    }),
    parameters: { maxDesiredLatencyMilliseconds: '20' },
  },
  {
    ...network('packet-loss', 'one packet in ten is lost, and the checkup allows 0.5 % loss', {
      impairment: { lossPercent: 10 },
    }),
    parameters: { maxPacketLossPercent: '0.5' },
  },
  {
    name: 'no-carrier',
    area: 'guest',
    tolerated: false,
    options: { guestQuirks: { noCarrier: true } },
    description: 'no NIC has a carrier',
  },
];
