// SPDX-License-Identifier: Apache-2.0
import { objectAt, textAt, textsAt, type Json } from '../store/json.ts';
import type { KubeObject } from '../store/kube-object.ts';
import type { Kind } from '../store/kind.ts';
import { invalid, type Cause } from './status.ts';

/** The lab's one StorageClass, which is the default class. */
const STORAGE_CLASS = 'lab';

/** Returns the claim with defaults, and bound to a volume of its own; a claim of a class that the lab lacks stays Pending. */
export function admitClaim(claim: KubeObject, kind: Kind): KubeObject {
  const required = (field: string, message: string): Cause => ({ field, reason: 'FieldValueRequired', message });
  const spec = objectAt(claim, 'spec');
  const size = textAt(spec, 'resources', 'requests', 'storage');
  const modes = textsAt(spec, 'accessModes');
  const causes = [
    ...(modes.length === 0 ? [required('spec.accessModes', 'Required value: at least 1 access mode is required')] : []),
    ...(size === undefined ? [required('spec.resources[storage]', 'Required value')] : []),
  ];
  if (causes.length > 0 || size === undefined) throw invalid(kind, claim.metadata.name, causes);
  const common = { storageClassName: STORAGE_CLASS, volumeMode: 'Filesystem', ...spec };
  if (common.storageClassName !== STORAGE_CLASS) return { ...claim, spec: common, status: { phase: 'Pending' } };
  const status: Json = { phase: 'Bound', accessModes: modes, capacity: { storage: size } };
  return { ...claim, spec: { ...common, volumeName: `pvc-${claim.metadata.uid}` }, status };
}
