// SPDX-License-Identifier: Apache-2.0
import { denied } from './status.ts';
import { equal } from '../store/json.ts';
import type { KubeObject } from '../store/kube-object.ts';

/** Only KubeVirt's own components may change a VMI's spec. */
export function admitVmiUpdate(previous: KubeObject, next: KubeObject): void {
  if (equal(previous.spec, next.spec)) return;
  const message = 'update of VMI object is restricted';
  throw denied('virtualmachineinstances-update-validator.kubevirt.io', message, [
    { reason: 'FieldValueNotSupported', message },
  ]);
}
