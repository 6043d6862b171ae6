// SPDX-License-Identifier: Apache-2.0
/** The objects that exist at the start of the lab. */
import { objectAt, objectsAt, textAt, type JsonObject } from '../store/json.ts';
import { identified, now, type KubeObject } from '../store/kube-object.ts';
import type { Kind } from '../store/kind.ts';
import { admitNamespace } from './namespace-admission.ts';

export const CHECKUP_NAMESPACE = 'latency';

export function namespace(name: string, labels: Record<string, string> = {}): KubeObject {
  return admitNamespace(identified({ apiVersion: 'v1', kind: 'Namespace', metadata: { labels } }, { name }));
}

/** Properties of a node. */
export interface NodeTraits {
  /** The number of VMs that can use KVM at once. */
  kvm?: number;
  sriovNics?: number;
  /** Linux bridges, by name. */
  bridges?: string[];
  /** Whether KubeVirt's device plugin offers /dev/net/tun there. */
  tun?: boolean;
  /** Whether KubeVirt runs there. */
  kubevirt?: boolean;
  zone?: string | undefined;
  architecture?: string | undefined;
  /** Whether the kubelet has stopped. The node controller has detected that; KubeVirt has not removed its label yet. */
  unreachable?: boolean;
}

const CORDON_TAINT = { effect: 'NoSchedule', key: 'node.kubernetes.io/unschedulable' };
const UNREACHABLE_KEY = 'node.kubernetes.io/unreachable';
const UNREACHABLE_TAINTS = ['NoSchedule', 'NoExecute'].map((effect) => ({ effect, key: UNREACHABLE_KEY }));

/** A node's hostname label differs from its name on purpose: users specify the name, and the two can differ. */
export function node(name: string, cordoned: boolean, traits: NodeTraits = {}): KubeObject {
  const { kvm = 1000, sriovNics = 4, bridges = [], tun = true, kubevirt = true, unreachable = false, zone } = traits;
  const { architecture = 'amd64' } = traits;
  const hostname = `${name}.lab.example`;
  const allocatable = {
    cpu: '8',
    memory: '16Gi',
    pods: '110',
    'devices.kubevirt.io/kvm': String(kvm),
    'devices.kubevirt.io/tun': tun ? '1k' : '0',
    'devices.kubevirt.io/vhost-net': '1k',
    [SRIOV_RESOURCE]: String(sriovNics),
    // As the bridge marker of the network addons operator reports it: a bridge exists or not, and is never exhausted.
    ...Object.fromEntries(bridges.map((bridge) => [`${BRIDGE_RESOURCES}/${bridge}`, '1k'])),
  };
  const labels = {
    'kubernetes.io/arch': architecture,
    'kubernetes.io/hostname': hostname,
    'kubernetes.io/os': 'linux',
    ...(kubevirt && { 'kubevirt.io/schedulable': 'true' }),
    ...(zone !== undefined && { [ZONE_LABEL]: zone }),
  };
  const document = {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: { labels },
    spec: {
      ...(unreachable && { taints: UNREACHABLE_TAINTS }),
      ...(cordoned && { unschedulable: true, taints: [CORDON_TAINT, ...(unreachable ? UNREACHABLE_TAINTS : [])] }),
    },
    status: {
      capacity: allocatable,
      allocatable,
      conditions: [readyCondition(unreachable)],
      addresses: [
        { type: 'InternalIP', address: '127.0.0.1' },
        { type: 'Hostname', address: hostname },
      ],
      nodeInfo: {
        kubeletVersion: 'v1.36.2',
        operatingSystem: 'linux',
        architecture,
        osImage: 'kubevirt-lab',
        kernelVersion: 'none',
        containerRuntimeVersion: 'lab://1',
      },
    },
  };
  return identified(document, { name });
}

function readyCondition(unreachable: boolean): JsonObject {
  return {
    type: 'Ready',
    status: unreachable ? 'Unknown' : 'True',
    lastHeartbeatTime: now(),
    lastTransitionTime: now(),
    reason: unreachable ? 'NodeStatusUnknown' : 'KubeletReady',
    message: unreachable ? 'Kubelet stopped posting node status.' : 'kubelet is posting ready status',
  };
}

/** Changes a node as the node controller does after its kubelet has stopped. */
export function markUnreachable(node: KubeObject): void {
  const others = objectsAt(node.spec, 'taints').filter(({ key }) => key !== UNREACHABLE_KEY);
  node.spec = { ...objectAt(node, 'spec'), taints: [...others, ...UNREACHABLE_TAINTS] };
  node.status = { ...objectAt(node, 'status'), conditions: [readyCondition(true)] };
}

const ZONE_LABEL = 'topology.kubernetes.io/zone';

export function zoneOf(node: KubeObject | undefined): string | undefined {
  return textAt(node, 'metadata', 'labels', ZONE_LABEL);
}

const SRIOV_RESOURCE = 'openshift.io/sriov_nic';
const BRIDGE_RESOURCES = 'bridge.network.kubevirt.io';

/** Returns a running pod of another user that uses SR-IOV NICs of the node. */
export function sriovPod(nodeName: string, nics: number): KubeObject {
  const requests = { [SRIOV_RESOURCE]: String(nics) };
  const image = 'registry.example/packet-gateway:1';
  const document = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { labels: { app: 'packet-gateway' } },
    spec: { nodeName, restartPolicy: 'Always', containers: [{ name: 'gateway', image, resources: { requests } }] },
    status: { phase: 'Running', qosClass: 'Burstable', startTime: now() },
  };
  return identified(document, { name: `packet-gateway-${nodeName}`, namespace: 'default' });
}

/**
 * Five networks of namespace `latency`: a bridge, SR-IOV, a conflist, OVN that assigns addresses, and one whose
 * configuration is not JSON.
 */
export function networkAttachments(): KubeObject[] {
  const bridge = { cniVersion: '0.3.1', name: 'blue', type: 'bridge', bridge: 'br1' };
  const sriov = { cniVersion: '0.3.1', name: 'sriov', type: 'sriov' };
  const list = { cniVersion: '0.3.1', name: 'list', plugins: [{ type: 'bridge', bridge: 'br2' }, { type: 'tuning' }] };
  const ovn = {
    cniVersion: '0.3.1',
    name: 'ovn',
    type: 'ovn-k8s-cni-overlay',
    topology: 'layer2',
    subnets: '10.200.0.0/24,fd10:200::/64',
    netAttachDefName: `${CHECKUP_NAMESPACE}/ovn`,
  };
  return [
    networkAttachment('blue', JSON.stringify(bridge)),
    networkAttachment('sriov', JSON.stringify(sriov), { 'k8s.v1.cni.cncf.io/resourceName': SRIOV_RESOURCE }),
    networkAttachment('list', JSON.stringify(list)),
    networkAttachment('ovn', JSON.stringify(ovn)),
    networkAttachment('broken', '{ "cniVersion": "0.3.1", "type": '),
  ];
}

function networkAttachment(name: string, config: string, annotations?: JsonObject): KubeObject {
  const metadata = annotations ? { annotations } : {};
  const document = {
    apiVersion: 'k8s.cni.cncf.io/v1',
    kind: 'NetworkAttachmentDefinition',
    metadata,
    spec: { config },
  };
  return identified(document, { name, namespace: CHECKUP_NAMESPACE });
}

/** Returns the ConfigMap of a user, and the empty ConfigMap that an older launcher creates for results. */
export function configMaps(): KubeObject[] {
  const data = {
    'spec.timeout': '5m',
    'spec.param.networkAttachmentDefinitionNamespace': CHECKUP_NAMESPACE,
    'spec.param.networkAttachmentDefinitionName': 'blue',
  };
  const labels = { 'kiagnose/checkup-type': 'kubevirt-vm-latency' };
  const base = { apiVersion: 'v1', kind: 'ConfigMap' };
  return [
    identified(
      { ...base, metadata: { labels }, data },
      { name: 'kubevirt-vm-latency-config', namespace: CHECKUP_NAMESPACE },
    ),
    identified(base, { name: 'results', namespace: CHECKUP_NAMESPACE }),
  ];
}

/** Feature gate, beta in KubeVirt 1.9 and on by default: a separate injector requests the resources of networks, not KubeVirt. */
export const NETWORK_RESOURCES_GATE = 'ExternalNetResourceInjection';

/** `unavailable`: deployed, but one of its virt-handlers is not Ready. */
export type KubeVirtShape = 'deployed' | 'unavailable' | 'deploying';

export interface KubeVirtOptions {
  /** Whether KubeVirt emulates VMs on nodes without KVM. */
  useEmulation?: boolean | undefined;
  version?: string | undefined;
  /** Whether launcher pods request the resource that the network's annotation names: feature gate ExternalNetResourceInjection is off. */
  requestsNetworkResources?: boolean | undefined;
}

export function kubevirt(shape: KubeVirtShape, options: KubeVirtOptions = {}): KubeObject {
  const { useEmulation = false, version = 'v1.9.0', requestsNetworkResources = false } = options;
  const available = shape === 'deployed';
  const deployed = shape !== 'deploying';
  const condition = (type: string, status: boolean, reason: string, message: string) => ({
    type,
    status: status ? 'True' : 'False',
    reason,
    message,
    lastProbeTime: now(),
    lastTransitionTime: now(),
  });
  const [reason, message] = available
    ? ['AllComponentsReady', 'All components are ready.']
    : ['DeploymentInProgress', `Deploying version ${version} with registry quay.io/kubevirt`];
  const developerConfiguration = {
    ...(useEmulation && { useEmulation: true }),
    ...(requestsNetworkResources && { disabledFeatureGates: [NETWORK_RESOURCES_GATE] }),
  };
  const document = {
    apiVersion: 'kubevirt.io/v1',
    kind: 'KubeVirt',
    spec: useEmulation || requestsNetworkResources ? { configuration: { developerConfiguration } } : {},
    status: {
      phase: deployed ? 'Deployed' : 'Deploying',
      operatorVersion: version,
      targetKubeVirtVersion: version,
      ...(deployed && { observedKubeVirtVersion: version }),
      conditions: [
        condition('Available', available, reason, message),
        condition('Progressing', !available, reason, message),
        condition('Degraded', false, reason, message),
      ],
    },
  };
  return identified(document, { name: 'kubevirt', namespace: 'kubevirt' });
}

/** The CustomResourceDefinition behind a kind, without its schema. */
export function definition({
  group,
  version,
  plural,
  singular,
  kind,
  shortNames,
  categories,
  ...rest
}: Kind): KubeObject {
  const names = { plural, singular, kind, listKind: `${kind}List`, shortNames, ...(categories && { categories }) };
  const condition = (type: string, reason: string) => ({ type, status: 'True', reason, lastTransitionTime: now() });
  const document = {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    spec: {
      group,
      names,
      scope: rest.namespaced ? 'Namespaced' : 'Cluster',
      conversion: { strategy: 'None' },
      versions: [{ name: version, served: true, storage: true }],
    },
    status: {
      acceptedNames: names,
      conditions: [condition('NamesAccepted', 'NoConflicts'), condition('Established', 'InitialNamesAccepted')],
      storedVersions: [version],
    },
  };
  return identified(document, { name: `${plural}.${group}` });
}
