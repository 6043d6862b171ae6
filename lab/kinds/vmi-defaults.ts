// SPDX-License-Identifier: Apache-2.0
import { randomUUID } from 'node:crypto';
import { at, isObject, objectAt, objectsAt, textAt, type JsonObject } from '../store/json.ts';
import { now, type KubeObject } from '../store/kube-object.ts';

/** The finalizer keeps a VMI until its node has stopped the guest. */
export const VMI_FINALIZER = 'kubevirt.io/foregroundDeleteVirtualMachine';

const DEFAULT_MEMORY = '128Mi';

/** The VMI as KubeVirt's mutating webhook stores it. */
export function defaultedVmi(vmi: KubeObject): KubeObject {
  const spec = objectAt(vmi, 'spec') ?? {};
  const domain = objectAt(spec, 'domain') ?? {};
  const memory = guestMemory(domain);
  const { name, ...metadata } = vmi.metadata;
  return {
    ...vmi,
    metadata: {
      ...metadata,
      name,
      annotations: { ...metadata.annotations, 'kubevirt.io/pci-topology-version': 'v3' },
      finalizers: [...new Set([...(metadata.finalizers ?? []), VMI_FINALIZER])],
    },
    spec: {
      evictionStrategy: 'None',
      architecture: 'amd64',
      ...spec,
      domain: {
        ...domain,
        ...devices(spec, domain),
        cpu: { cores: 1, maxSockets: 4, model: 'host-model', sockets: 1, threads: 1, ...objectAt(domain, 'cpu') },
        features: { acpi: { enabled: true }, ...objectAt(domain, 'features') },
        firmware: { uuid: randomUUID(), ...objectAt(domain, 'firmware') },
        machine: { type: machineType(textAt(spec, 'architecture')), ...objectAt(domain, 'machine') },
        memory: { guest: memory, ...objectAt(domain, 'memory') },
        resources: {
          ...objectAt(domain, 'resources'),
          requests: { memory, ...objectAt(domain, 'resources', 'requests') },
        },
      },
      networks: networks(spec, domain),
      volumes: objectsAt(spec, 'volumes').map(defaultedVolume),
    },
    status: {
      currentCPUTopology: { cores: 1, sockets: 1, threads: 1 },
      guestOSInfo: {},
      memory: { guestAtBoot: memory, guestCurrent: memory, guestRequested: memory },
      phase: 'Pending',
      phaseTransitionTimestamps: [{ phase: 'Pending', phaseTransitionTimestamp: now() }],
      runtimeUser: 107,
    },
  };
}

/** KubeVirt's default machine type for an architecture. */
function machineType(architecture = 'amd64'): string {
  return { arm64: 'virt', s390x: 's390-ccw-virtio' }[architecture] ?? 'q35';
}

function guestMemory(domain: JsonObject): string {
  return textAt(domain, 'memory', 'guest') ?? textAt(domain, 'resources', 'requests', 'memory') ?? DEFAULT_MEMORY;
}

/** A VMI that names no network gets the pod network. */
function wantsPodNetwork(spec: JsonObject, domain: JsonObject): boolean {
  const none = objectsAt(spec, 'networks').length + objectsAt(domain, 'devices', 'interfaces').length === 0;
  return none && at(domain, 'devices', 'autoattachPodInterface') !== false;
}

function networks(spec: JsonObject, domain: JsonObject): JsonObject[] {
  return wantsPodNetwork(spec, domain) ? [{ name: 'default', pod: {} }] : objectsAt(spec, 'networks');
}

function devices(spec: JsonObject, domain: JsonObject): JsonObject {
  const given = objectAt(domain, 'devices') ?? {};
  const interfaces = [{ name: 'default', bridge: {} }];
  return { devices: wantsPodNetwork(spec, domain) ? { ...given, interfaces } : given };
}

function defaultedVolume(volume: JsonObject): JsonObject {
  if (!isObject(volume.containerDisk)) return volume;
  const image = textAt(volume.containerDisk, 'image') ?? '';
  const pinned = /:(?!latest$)[^/]+$/.test(image) || image.includes('@');
  return { ...volume, containerDisk: { imagePullPolicy: pinned ? 'IfNotPresent' : 'Always', ...volume.containerDisk } };
}
