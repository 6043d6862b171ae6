/** How messages name a VMI. */
import type { ObjectRef } from './object-ref.ts';

/** "VMI 'ns/name'" */
export function vmiName({ namespace, name }: ObjectRef): string {
  return `VMI '${namespace}/${name}'`;
}
