// SPDX-License-Identifier: Apache-2.0
import { randomBytes } from 'node:crypto';
import { findNad, multusNetworks } from '../controllers/launcher-pod.ts';
import { statusOf } from '../controllers/conditions.ts';
import { pluginsOf } from '../network/cni-config.ts';
import { objectsAt, textAt, type JsonObject } from '../store/json.ts';
import type { KubeObject } from '../store/kube-object.ts';
import type { Store } from '../store/store.ts';
import { hasReadableConfig } from './guest-spec.ts';

/** Failures of the nodes' CNI plugins. */
export interface CniFaults {
  /** Plugin types that no node has. */
  missingPlugins?: string[];
  /** Interfaces that configurations name as `master` or `device` and that no node has. */
  missingLinks?: string[];
  /** Bridges do not filter VLANs. */
  refusesVlan?: boolean;
}

/** The reason why a pod gets no network: the event of Multus, if any, and the kubelet's message. */
export interface SandboxFailure {
  multus?: string;
  kubelet: string;
}

/**
 * Returns undefined if a launcher pod gets all its networks. The messages were recorded with Kubernetes 1.36, containerd 2.1,
 * Multus 4.2 and CNI bridge 1.9; those of `veth…` and of a configuration that is not JSON are from the source code.
 */
export function sandboxFailure(
  store: Store,
  pod: KubeObject,
  vmi: KubeObject,
  cni: CniFaults = {},
): SandboxFailure | undefined {
  for (const { nad } of multusNetworks(vmi)) {
    const found = findNad(store, nad);
    const failure = found ? networkFailure(pod, found, cni) : unknownNetwork(pod, nad);
    if (failure) return failure;
  }
  return undefined;
}

function failedAdd(what: string): string {
  const sandbox = randomBytes(32).toString('hex');
  return `Failed to create pod sandbox: rpc error: code = Unknown desc = failed to setup network for sandbox "${sandbox}": plugin type="multus" name="multus-cni-network" failed (add): ${what}`;
}

function idOf({ metadata: { namespace = '', name, uid } }: KubeObject): string {
  return `${namespace}/${name}/${uid}`;
}

function notDelegated(pod: KubeObject, why: string): string {
  return failedAdd(
    `Multus: [${idOf(pod)}]: error loading k8s delegates k8s args: TryLoadPodDelegates: error in getting k8s network for pod: GetNetworkDelegates: failed getting the delegate: ${why}`,
  );
}

function unknownNetwork(pod: KubeObject, nad: string): SandboxFailure {
  const [namespace = '', name = ''] = nad.split('/');
  const multus = `cannot find a network-attachment-definition (${name}) in namespace (${namespace}): network-attachment-definitions.k8s.cni.cncf.io "${name}" not found`;
  return { multus, kubelet: notDelegated(pod, `getKubernetesDelegate: ${multus}`) };
}

function networkFailure(pod: KubeObject, nad: KubeObject, cni: CniFaults): SandboxFailure | undefined {
  const config = textAt(nad.spec, 'config');
  if (!hasReadableConfig(nad)) {
    return { kubelet: notDelegated(pod, 'GetCNIConfig: err in GetCNIConfigFromSpec: failed to unmarshal Spec.Config') };
  }
  const why = pluginsOf(config).flatMap((plugin) => pluginFailure(plugin, cni) ?? [])[0];
  if (why === undefined) return undefined;
  const name = textAt(pluginsOf(config)[0], 'name') ?? nad.metadata.name;
  return { kubelet: failedAdd(`[${idOf(pod)}:${name}]: error adding container to network "${name}": ${why}`) };
}

function pluginFailure({ type, master, device, vlan }: JsonObject, cni: CniFaults): string | undefined {
  const program = cni.missingPlugins?.find((missing) => missing === type);
  if (program !== undefined) {
    return `failed to find plugin "${program}" in path [/opt/cni/bin /opt/cni/bin]`;
  }
  if (cni.missingLinks?.some((missing) => missing === master)) return 'Link not found';
  // From the source code of CNI plugins 1.9 (plugins/main/host-device).
  if (cni.missingLinks?.some((missing) => missing === device)) return 'failed to find host device: Link not found';
  if (cni.refusesVlan && vlan !== undefined) {
    const veth = `veth${randomBytes(4).toString('hex')}`;
    return `failed to setup vlan tag on interface "${veth}": operation not supported`;
  }
  return undefined;
}

function statuses(pod: KubeObject, list: string, stateOf: (name: string) => JsonObject): JsonObject[] {
  return objectsAt(pod.spec, list).map((container) => {
    const [name, image] = [textAt(container, 'name') ?? '', textAt(container, 'image') ?? ''];
    const state = stateOf(name);
    return { name, image, imageID: '', ready: false, started: false, restartCount: 0, state, lastState: {} };
  });
}

/** No container of the pod has started: kubectl shows `Init:0/2`, or `ContainerCreating` of a pod without init containers. */
export function waitForSandbox(pod: KubeObject): void {
  const hasInit = objectsAt(pod.spec, 'initContainers').length > 0;
  const waiting = () => ({ waiting: { reason: hasInit ? 'PodInitializing' : 'ContainerCreating' } });
  Object.assign(statusOf(pod), {
    ...(hasInit && { initContainerStatuses: statuses(pod, 'initContainers', waiting) }),
    containerStatuses: statuses(pod, 'containers', waiting),
  });
}

/** Returns the kubelet's message when its disk is full: from the source code (`MountVolume.SetUp` of an empty directory). */
export function mountFailure({ metadata: { uid } }: KubeObject): string {
  const directory = `/var/lib/kubelet/pods/${uid}/volumes/kubernetes.io~empty-dir/ephemeral-disks`;
  return `MountVolume.SetUp failed for volume "ephemeral-disks" : mkdir ${directory}: no space left on device`;
}

/** A container disk is an image volume of the pod: one that the node cannot mount keeps the container from being created. */
export function refuseImageVolume(pod: KubeObject): string {
  const directory = `/run/containerd/io.containerd.grpc.v1.cri/image-volumes/${randomBytes(32).toString('hex')}`;
  const message = `failed to mount image volume: ImageVolumeMountFailed: failed to mount image volume component "${directory}": invalid argument`;
  const completed = { terminated: { exitCode: 0, reason: 'Completed' } };
  Object.assign(statusOf(pod), {
    initContainerStatuses: statuses(pod, 'initContainers', () => completed),
    containerStatuses: statuses(pod, 'containers', () => ({ waiting: { reason: 'CreateContainerError', message } })),
  });
  return message;
}
