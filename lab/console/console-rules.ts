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
