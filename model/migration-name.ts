// SPDX-License-Identifier: Apache-2.0
/** How messages name the VirtualMachineInstanceMigration of a run. */
import type { ObjectRef } from './object-ref.ts';

/** "VMI migration 'ns/name'" */
export function migrationName({ namespace, name }: ObjectRef): string {
  return `VMI migration '${namespace}/${name}'`;
}
