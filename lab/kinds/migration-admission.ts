// SPDX-License-Identifier: Apache-2.0
import { equal, objectsAt, textAt } from '../store/json.ts';
import type { KubeObject } from '../store/kube-object.ts';
import { denied } from './status.ts';

/** KubeVirt's webhooks for migrations: messages as recorded on KubeVirt 1.9. */

/** The finalizer keeps a migration until it has ended. */
export const MIGRATION_FINALIZER = 'kubevirt.io/migrationJobFinalize';

const VALIDATOR = 'migration-create-validator.kubevirt.io';
const FINAL = ['Succeeded', 'Failed'];

export function vmiNameOf(migration: KubeObject): string {
  return textAt(migration.spec, 'vmiName') ?? '';
}

export function admitMigration(
  migration: KubeObject,
  vmi: KubeObject | undefined,
  migrations: readonly KubeObject[],
): KubeObject {
  const name = vmiNameOf(migration);
  // The message is that of the source code (migration-create-admitter.go), not recorded.
  if (name === '') throw denied(VALIDATOR, 'vmiName is missing');
  if (!vmi) throw denied(VALIDATOR, `the VMI "${migration.metadata.namespace ?? ''}/${name}" does not exist`);
  if (FINAL.includes(textAt(vmi.status, 'phase') ?? ''))
    throw denied(VALIDATOR, 'Cannot migrate VMI in finalized state.');
  const migratable = objectsAt(vmi.status, 'conditions').find(({ type }) => type === 'LiveMigratable');
  if (migratable?.status === 'False') {
    const [reason, message] = [textAt(migratable, 'reason') ?? '', textAt(migratable, 'message') ?? ''];
    throw denied(VALIDATOR, `Cannot migrate VMI, Reason: ${reason}, Message: ${message}`);
  }
  const active = migrations.find(
    (other) => vmiNameOf(other) === name && !FINAL.includes(textAt(other.status, 'phase') ?? ''),
  );
  if (active) {
    const job = `Active migration job (${active.metadata.uid}) is currently already in progress for VMI ${name}.`;
    throw denied(VALIDATOR, `in-flight migration detected. ${job}`);
  }
  const { labels, finalizers = [], ...metadata } = migration.metadata;
  return {
    ...migration,
    metadata: {
      ...metadata,
      labels: { ...labels, 'kubevirt.io/vmi-name': name },
      finalizers: [...new Set([...finalizers, MIGRATION_FINALIZER])],
    },
  };
}

/** The message is that of the source code (migration-update-admitter.go), not recorded. */
export function admitMigrationUpdate(previous: KubeObject, next: KubeObject): void {
  if (equal(previous.spec, next.spec)) return;
  throw denied('migration-update-validator.kubevirt.io', "update of Migration object's spec is restricted");
}
