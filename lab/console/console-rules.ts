// SPDX-License-Identifier: Apache-2.0
import { StatusError } from '../kinds/status.ts';
import { phaseOf } from '../controllers/conditions.ts';
import { at } from '../store/json.ts';
import type { KubeObject } from '../store/kube-object.ts';

/** @throws StatusError with virt-api's message if this VMI has no console; the checks have virt-api's order. */
export function requireConsole(vmi: KubeObject | undefined, name: string): asserts vmi is KubeObject {
  if (!vmi) {
    throw new StatusError(404, 'NotFound', `virtualmachineinstance.kubevirt.io "${name}" not found`, {
      name,
      group: 'kubevirt.io',
      kind: 'virtualmachineinstance',
    });
  }
  if (at(vmi.spec, 'domain', 'devices', 'autoattachSerialConsole') === false) {
    throw new StatusError(400, 'BadRequest', 'No serial consoles are present.');
  }
  if (phaseOf(vmi) === 'Failed') {
    const message = `Operation cannot be fulfilled on virtualmachineinstance.kubevirt.io "${name}": VMI is in failed status`;
    const details = { name, group: 'kubevirt.io', kind: 'virtualmachineinstance' };
    throw new StatusError(409, 'Conflict', message, details);
  }
  if (phaseOf(vmi) !== 'Running') throw new StatusError(400, 'BadRequest', 'VMI is not running');
}

/** virt-api's message, as recorded, between the switch of a live migration and the change of the VMI's node. */
export function noConsoleSocket({ metadata: { uid } }: KubeObject): StatusError {
  const socket = `/run/kubevirt-private/${uid}/virt-serial0`;
  const cause = `failed opening virt-serial0 for path root: /proc/28119/root, relative: ${socket}: no such file or directory`;
  const handshake = `Can't connect to websocket (400): websocket: bad handshake: application info: ${cause}`;
  return new StatusError(500, 'InternalError', `Internal error occurred: ${handshake}`, {
    causes: [{ message: handshake }],
  });
}
