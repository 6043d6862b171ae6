// SPDX-License-Identifier: Apache-2.0
/** How messages name a VMI, and what selects the VMIs of one run. */
import type { ObjectRef } from './object-ref.ts';

/**
 * The label of all VMIs of a run and of their pods. Anti-affinity uses it, so that leaked VMs of an earlier run with the same ConfigMap
 * have no effect.
 */
export const RUN_LABEL = 'latency-check/run';

/** "VMI 'ns/name'" */
export function vmiName({ namespace, name }: ObjectRef): string {
  return `VMI '${namespace}/${name}'`;
}

/** "latency-check/run=abcde" */
export function runSelector(run: string): string {
  return `${RUN_LABEL}=${run}`;
}
