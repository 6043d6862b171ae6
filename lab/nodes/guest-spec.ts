// SPDX-License-Identifier: Apache-2.0
import { randomBytes } from 'node:crypto';
import type { GuestSpec, Nic } from '../guests/guest.ts';
import { isObject, objectAt, objectsAt, textAt, type JsonObject } from '../store/json.ts';
import type { KubeObject } from '../store/kube-object.ts';
import { multusNetworks } from '../controllers/launcher-pod.ts';

/** The specification of the machine that a node starts for a VMI. */
export function guestSpec(vmi: KubeObject): GuestSpec {
  const { name, namespace = '' } = vmi.metadata;
  const cloudInit = objectsAt(vmi.spec, 'volumes')
    .flatMap((volume) => [volume.cloudInitNoCloud, volume.cloudInitConfigDrive])
    .find(isObject);
  const memory = textAt(vmi.spec, 'domain', 'memory', 'guest') ?? '128Mi';
  const node = textAt(vmi.status, 'nodeName');
  return {
    name,
    namespace,
    hostname: textAt(vmi.spec, 'hostname') ?? name,
    nics: nics(vmi),
    userData: decoded(cloudInit, 'userData'),
    networkData: decoded(cloudInit, 'networkData'),
    memoryMiB: Math.ceil(bytes(memory) / 2 ** 20),
    ...(node !== undefined && { node }),
  };
}

/** A NIC on the pod network is connected to nothing: the lab has no pod network. */
function nics(vmi: KubeObject): Nic[] {
  const multus = multusNetworks(vmi);
  return objectsAt(vmi.spec, 'domain', 'devices', 'interfaces').map((nic) => {
    const name = textAt(nic, 'name') ?? '';
    const nad = multus.find((network) => network.name === name)?.nad;
    return { name, mac: macOf(nic), network: nad ?? `pod/${vmi.metadata.uid}` };
  });
}

function macOf(nic: JsonObject): string {
  const given = textAt(nic, 'macAddress')?.toLowerCase().replaceAll('-', ':');
  return given ?? ['02', ...(randomBytes(5).toString('hex').match(/../g) ?? [])].join(':');
}

function decoded(cloudInit: JsonObject | undefined, key: string): string {
  const encoded = textAt(cloudInit, `${key}Base64`);
  return encoded === undefined ? (textAt(cloudInit, key) ?? '') : Buffer.from(encoded, 'base64').toString('utf8');
}

const UNITS: Record<string, number> = { '': 1, k: 1e3, M: 1e6, G: 1e9, Ki: 2 ** 10, Mi: 2 ** 20, Gi: 2 ** 30 };

function bytes(quantity: string): number {
  const [, count = '', unit = ''] = /^([0-9.]+)([A-Za-z]*)$/.exec(quantity) ?? [];
  const factor = UNITS[unit];
  if (count === '' || factor === undefined) throw new Error(`the lab cannot read the memory quantity "${quantity}"`);
  return Number(count) * factor;
}

/** The interfaces that KubeVirt reports for a running guest without an agent. */
export function interfaceStatus(spec: GuestSpec): JsonObject[] {
  return spec.nics.map(({ name, mac }) => ({
    infoSource: 'domain, multus-status',
    linkState: 'up',
    mac,
    name,
    queueCount: 1,
  }));
}

/** Returns whether the NAD's CNI configuration can be parsed; otherwise a pod never gets its network. */
export function hasReadableConfig(nad: KubeObject | undefined): boolean {
  const text = textAt(objectAt(nad, 'spec'), 'config') ?? '';
  // Multus then reads a file of that name on the node. The lab's nodes have one for each network.
  if (nad !== undefined && text === '') return true;
  try {
    const config: unknown = JSON.parse(text);
    return typeof config === 'object' && config !== null;
  } catch (error) {
    if (error instanceof SyntaxError) return false;
    throw error;
  }
}
