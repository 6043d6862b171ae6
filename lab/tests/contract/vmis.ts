// SPDX-License-Identifier: Apache-2.0
/** VirtualMachineInstances to send. */
import type { JsonObject } from '../../store/json.ts';
import { VMIS } from './bodies.ts';
import type { Request } from './scene.ts';

const DISK_IMAGE = 'quay.io/kubevirt/alpine-with-test-tooling-container-disk:v1.9.0';

/** An image that is pulled every time. */
export const UNTAGGED_IMAGE = 'quay.io/kubevirtci/alpine-with-test-tooling-container-disk';

/** A VMI with an interface on a missing network: admitted, and never started. */
export function vmi(metadata: JsonObject = {}, spec: JsonObject = {}): JsonObject {
  return {
    apiVersion: 'kubevirt.io/v1',
    kind: 'VirtualMachineInstance',
    metadata: { name: '{name}', ...metadata },
    spec: {
      domain: domain(),
      networks: [{ name: 'net0', multus: { networkName: '{ns}/no-such-network' } }],
      terminationGracePeriodSeconds: 0,
      volumes: [{ name: 'disk0', containerDisk: { image: DISK_IMAGE } }],
      ...spec,
    },
  };
}

export function domain(
  network: JsonObject = { name: 'net0', macAddress: '02:00:00:00:00:01', bridge: {} },
  memory = '128Mi',
): JsonObject {
  return {
    devices: { disks: [{ name: 'disk0', disk: { bus: 'virtio' } }], interfaces: [network], rng: {} },
    resources: { requests: { memory } },
  };
}

/** A VMI without a network: it runs as soon as a node has it. */
export function lonelyVmi(name = '{name}', spec: JsonObject = {}): JsonObject {
  const devices = { autoattachPodInterface: false, disks: [{ name: 'disk0', disk: { bus: 'virtio' } }], rng: {} };
  const alone = { devices, resources: { requests: { memory: '128Mi' } } };
  return vmi({ name }, { domain: alone, networks: [], ...spec });
}

export function post(body: JsonObject, query = ''): Request {
  return { method: 'POST', path: VMIS + query, body };
}
