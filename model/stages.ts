// SPDX-License-Identifier: Apache-2.0
/**
 * The stages of a checkup in their order: `connectivity` and `latency` of a pair, and `migration` of a pair with `liveMigration`; `rounds`
 * and `retest` of a mesh. All but `teardown` share `spec.timeout`; `teardown` has its own budget.
 */
export const STAGES = [
  'input',
  'prerequisites',
  'setup',
  'connectivity',
  'latency',
  'migration',
  'rounds',
  'retest',
  'teardown',
] as const;

export type Stage = (typeof STAGES)[number];

const MESH_ONLY: readonly Stage[] = ['rounds', 'retest'];
const PAIR_ONLY: readonly Stage[] = ['connectivity', 'latency', 'migration'];

/** Returns the stages of a run with these parameters in their order; undefined parameters: of a pair. */
export function stagesOf(
  parameters: { readonly topology?: 'pair' | 'mesh' | undefined; readonly liveMigration: boolean } | undefined,
): readonly Stage[] {
  const others = parameters?.topology === 'mesh' ? PAIR_ONLY : MESH_ONLY;
  return STAGES.filter(
    (stage) => !others.includes(stage) && (stage !== 'migration' || parameters?.liveMigration === true),
  );
}

export function isStage(value: unknown): value is Stage {
  return STAGES.some((stage) => stage === value);
}

/** Milliseconds for collecting evidence after a failed stage, as part of the teardown budget. */
export const EXPLANATION_BUDGET_MS = 10_000;

/** Milliseconds teardown may take at the end of a run, apart from `spec.timeout`. For two VMs, as the other budgets below. */
export const TEARDOWN_BUDGET_MS = 60_000;

/**
 * Milliseconds teardown may take after a signal. KubeVirt 1.9 takes 9 to 11 s to remove a VMI; a pod has 30 s by default, and the
 * results must still be written.
 */
export const INTERRUPTED_TEARDOWN_BUDGET_MS = 18_000;

/** Milliseconds from a signal until the results are written, even if VMs are not deleted by then. */
export const INTERRUPTED_RESULTS_MS = 25_000;

/** The VMs of the budgets above. */
const BUDGETED_VMS = 2;
/** Milliseconds between two deletions: ten VMs are deleted per second. */
const DELETION_INTERVAL_MS = 100;

/** Returns the milliseconds by which each of these budgets grows with the number of VMs; 0 for up to two. */
export function teardownGrowthMs(vms: number): number {
  return Math.max(0, vms - BUDGETED_VMS) * DELETION_INTERVAL_MS;
}
