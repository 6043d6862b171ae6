// SPDX-License-Identifier: Apache-2.0
import { NETWORK_RESOURCES_GATE } from '../kinds/default-objects.ts';
import { KUBEVIRTS, NADS, PODS, VMIS } from '../kinds/kinds.ts';
import { apiVersionOf } from '../store/kind.ts';
import { suffix } from '../kinds/names.ts';
import { at, objectAt, objectsAt, stringMapAt, textAt, textsAt, type JsonObject } from '../store/json.ts';
import { pluginsOf } from '../network/cni-config.ts';
import { identified, type KubeObject } from '../store/kube-object.ts';
import { isFinal } from './conditions.ts';
import { launcherContainers } from './launcher-containers.ts';
import { ownersOf, type Store } from '../store/store.ts';

/** The networks a VMI asks Multus for, each with the "<namespace>/<nad>" it means. */
export function multusNetworks(vmi: KubeObject): { name: string; nad: string }[] {
  return objectsAt(vmi.spec, 'networks').flatMap((network) => {
    const given = textAt(network, 'multus', 'networkName');
    if (given === undefined) return [];
    const nad = given.includes('/') ? given : `${vmi.metadata.namespace ?? ''}/${given}`;
    return [{ name: textAt(network, 'name') ?? '', nad }];
  });
}

export function findNad(store: Store, nad: string): KubeObject | undefined {
  const [namespace = '', name = ''] = nad.split('/');
  return store.get(NADS, namespace, name);
}

/** The pod that carries a VMI: its labels and annotations, its placement rules, and the devices its networks need. */
export function launcherPod(store: Store, vmi: KubeObject): KubeObject {
  const { name, namespace = '', uid } = vmi.metadata;
  const owner = {
    apiVersion: apiVersionOf(VMIS),
    kind: VMIS.kind,
    name,
    uid,
    controller: true,
    blockOwnerDeletion: true,
  };
  const affinity = objectAt(vmi, 'spec', 'affinity');
  const architecture = textAt(vmi.spec, 'architecture');
  const memory = textAt(vmi.spec, 'domain', 'resources', 'requests', 'memory') ?? '128Mi';
  const kvm = emulates(store) ? {} : { 'devices.kubevirt.io/kvm': '1' };
  const nics =
    multusNetworks(vmi).length === 0 ? {} : { 'devices.kubevirt.io/tun': '1', 'devices.kubevirt.io/vhost-net': '1' };
  const resources: JsonObject = { requests: { memory, ...kvm, ...nics, ...networkResources(store, vmi) } };
  const document: JsonObject = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      generateName: `virt-launcher-${name}-`,
      labels: {
        ...stringMapAt(vmi, 'metadata', 'labels'),
        'kubevirt.io': 'virt-launcher',
        'kubevirt.io/created-by': uid,
        'vm.kubevirt.io/name': name,
      },
      annotations: {
        ...copiedAnnotations(vmi),
        'kubectl.kubernetes.io/default-container': 'compute',
        'kubevirt.io/domain': name,
        'k8s.v1.cni.cncf.io/networks': networksAnnotation(vmi),
      },
      ownerReferences: [owner],
    },
    spec: {
      ...(affinity && { affinity }),
      nodeSelector: {
        'kubevirt.io/schedulable': 'true',
        ...(architecture !== undefined && { 'kubernetes.io/arch': architecture }),
        ...stringMapAt(vmi.spec, 'nodeSelector'),
      },
      ...launcherContainers(vmi, resources),
      ...pullSecrets(vmi),
      restartPolicy: 'Never',
      schedulerName: textAt(vmi.spec, 'schedulerName') ?? 'default-scheduler',
    },
    status: { phase: 'Pending', qosClass: 'Burstable' },
  };
  return identified(document, { name: `virt-launcher-${name}-${suffix()}`, namespace });
}

/** Of the container disks, each once (imgPullSecrets in template.go). With image volumes, the kubelet uses them for these, too. */
function pullSecrets(vmi: KubeObject): JsonObject {
  const names = objectsAt(vmi.spec, 'volumes').flatMap(
    (volume) => textAt(volume, 'containerDisk', 'imagePullSecret') ?? [],
  );
  return names.length === 0 ? {} : { imagePullSecrets: [...new Set(names)].map((name) => ({ name })) };
}

/** KubeVirt copies the annotations of a VMI except its own versions and those of kubectl (filterVMIAnnotationsForPod in template.go). */
function copiedAnnotations(vmi: KubeObject): Record<string, string> {
  const own = /^(kubectl\.kubernetes\.io|kubevirt\.io\/(storage|latest)-observed-api-version)/;
  const annotations = Object.entries(stringMapAt(vmi, 'metadata', 'annotations'));
  return Object.fromEntries(annotations.filter(([name]) => !own.test(name)));
}

/** Whether KubeVirt may start VMs without KVM: then their pods do not ask for it. */
export function emulates(store: Store): boolean {
  const path = ['spec', 'configuration', 'developerConfiguration', 'useEmulation'];
  return store.list(KUBEVIRTS).some((kubevirt) => at(kubevirt, ...path) === true);
}

/**
 * Returns the launcher pod in which the guest of a VMI runs or will run. A VMI that was migrated has several pods: those of other nodes,
 * and those that have ended on its node.
 */
export function podOf(store: Store, vmi: KubeObject): KubeObject | undefined {
  const pods = store.ownedBy(vmi.metadata.uid).flatMap(({ kind, object }) => (kind === PODS ? [object] : []));
  const node = textAt(vmi.status, 'nodeName');
  if (node === undefined) return pods[0];
  const here = pods.filter((pod) => textAt(pod.spec, 'nodeName') === node);
  return here.find((pod) => !isFinal(pod)) ?? here.at(-1);
}

/** Which VMI a change of a pod is about; none where it is no launcher. */
export function vmiOf(store: Store, pod: KubeObject): KubeObject | undefined {
  const [owner = ''] = ownersOf(pod);
  const stored = store.find(owner);
  return stored?.kind === VMIS ? stored.object : undefined;
}

/** Whether KubeVirt itself looks at the networks of a VMI before it makes the pod, and requests what they name. */
export function requestsNetworkResources(store: Store): boolean {
  const path = ['spec', 'configuration', 'developerConfiguration', 'disabledFeatureGates'];
  return store.list(KUBEVIRTS).some((kubevirt) => textsAt(kubevirt, ...path).includes(NETWORK_RESOURCES_GATE));
}

/** Of SR-IOV networks always: their operator brings an injector of its own, which adds them to any pod. */
function networkResources(store: Store, vmi: KubeObject): Record<string, string> {
  const counts: Record<string, string> = {};
  const all = requestsNetworkResources(store);
  for (const { nad } of multusNetworks(vmi)) {
    const found = findNad(store, nad);
    const resource = textAt(found, 'metadata', 'annotations', 'k8s.v1.cni.cncf.io/resourceName');
    const requested = all || pluginsOf(textAt(found, 'spec', 'config')).some(({ type }) => type === 'sriov');
    if (resource !== undefined && requested) counts[resource] = String(Number(counts[resource] ?? '0') + 1);
  }
  return counts;
}

function networksAnnotation(vmi: KubeObject): string {
  const interfaces = objectsAt(vmi.spec, 'domain', 'devices', 'interfaces');
  return JSON.stringify(
    multusNetworks(vmi).map(({ name, nad }) => {
      const [namespace, network] = nad.split('/');
      const mac = textAt(
        interfaces.find((nic) => nic.name === name),
        'macAddress',
      );
      return { name: network, namespace, ...(mac !== undefined && { mac }) };
    }),
  );
}
