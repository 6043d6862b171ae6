// SPDX-License-Identifier: Apache-2.0
import { MIGRATIONS, PODS, VMIS } from '../kinds/kinds.ts';
import { vmiNameOf } from '../kinds/migration-admission.ts';
import { objectAt, textAt, type JsonObject } from '../store/json.ts';
import type { KubeObject } from '../store/kube-object.ts';
import { labelsOf } from '../store/labels.ts';
import { ownersOf, type Store } from '../store/store.ts';
import { isFinal, statusOf } from './conditions.ts';

/** What KubeVirt's controller and its nodes both read and write during a live migration. */

/** The label of a target pod: the uid of its migration. */
export const JOB_LABEL = 'kubevirt.io/migrationJobUID';
/** Of VMIs and their launcher pods. */
export const NODE_LABEL = 'kubevirt.io/nodeName';
export const TARGET_NODE_LABEL = 'kubevirt.io/migrationTargetNodeName';

/** KubeVirt's defaults, as recorded on KubeVirt 1.9. */
export const MIGRATION_CONFIGURATION = {
  allowAutoConverge: false,
  allowPostCopy: false,
  allowWorkloadDisruption: false,
  bandwidthPerMigration: '0',
  completionTimeoutPerGiB: 150,
  maxDowntimeMs: 900,
  nodeDrainTaintKey: 'kubevirt.io/drain',
  parallelMigrationsPerCluster: 5,
  parallelOutboundMigrationsPerNode: 2,
  progressTimeout: 150,
  unsafeMigrationOverride: false,
  utilityVolumesTimeout: 150,
};

/** Returns the state of the current or last migration of a VMI. */
export function migrationStateOf(vmi: KubeObject | undefined): JsonObject {
  return objectAt(vmi?.status, 'migrationState') ?? {};
}

/** Adds to the state of a migration, unless another one has begun since. */
export function changeMigrationState(store: Store, vmi: KubeObject, migrationUid: string, added: JsonObject): void {
  store.change(VMIS, vmi, (current) => {
    const state = migrationStateOf(current);
    if (state.migrationUid === migrationUid) statusOf(current).migrationState = { ...state, ...added };
  });
}

/** Returns the migrations that name a VMI. */
export function migrationsOf(store: Store, namespace: string | undefined, vmi: string): KubeObject[] {
  return store.list(MIGRATIONS, namespace).filter((migration) => vmiNameOf(migration) === vmi);
}

export function targetPodOf(store: Store, migration: KubeObject): KubeObject | undefined {
  const { namespace, uid } = migration.metadata;
  return store.list(PODS, namespace).find((pod) => labelsOf(pod)[JOB_LABEL] === uid);
}

/** Whether a pod of this VMI runs or will run. */
export function isUnfinishedPodOf(pod: KubeObject, vmi: KubeObject): boolean {
  return ownersOf(pod).includes(vmi.metadata.uid) && !isFinal(pod);
}

export function sourcePodName(migration: KubeObject): string | undefined {
  return textAt(migration.status, 'migrationState', 'sourcePod');
}
