// SPDX-License-Identifier: Apache-2.0
import type { Lab, LabOptions } from '../cluster/interface.ts';
import { objectAt, textAt, type JsonObject } from '../store/json.ts';
import type { Scenario } from './scenario.ts';
import { afterRequest } from './triggers.ts';

/** Faults of live migrations, for a checkup that measures one. */

const PARAMETERS = { liveMigration: 'true' };
const LONG_GAP_MS = 3000;
const KVM = 'devices.kubevirt.io/kvm';

function migration(name: string, description: string, changes: Partial<Scenario>): Scenario {
  return { name, description, area: 'vmi', tolerated: false, parameters: PARAMETERS, ...changes };
}

function faulty(fault: NonNullable<LabOptions['migrationFault']>): Partial<Scenario> {
  return { options: { migrationFault: fault } };
}

export const MIGRATION_SCENARIOS: readonly Scenario[] = [
  migration('migration-no-node', 'all nodes except that of the VMI are cordoned when a migration is created', {
    begin: (lab) => {
      afterRequest(
        lab,
        ({ verb, path, code }) =>
          verb === 'create' && path.endsWith('/virtualmachineinstancemigrations') && code === 201,
        () => {
          cordonUnusedNodes(lab);
        },
      );
    },
  }),
  migration('migration-no-capacity', 'each node can run one VM: there is no free KVM device for the target pod', {
    begin: (lab) => {
      for (const node of lab.list('nodes')) {
        const status: JsonObject = { ...objectAt(node, 'status') };
        lab.createObject({
          ...node,
          status: { ...status, allocatable: { ...objectAt(status, 'allocatable'), [KVM]: '1' } },
        });
      }
    },
  }),
  migration(
    'migration-image',
    'the target pod cannot pull the image of the disk, which it names by digest',
    faulty('image'),
  ),
  migration('migration-fails', 'the connection to the target breaks while the memory is copied', faulty('fails')),
  migration(
    'migration-hangs',
    'the migration stays Running (SIMULATED: KubeVirt cancels it after 150 s)',
    faulty('never-ends'),
  ),
  migration(
    'migration-refused',
    'no VMI is live-migratable, with the reason of a bridge to the pod network',
    faulty('not-migratable'),
  ),
  migration('migration-long-gap', 'a migrated VM is connected to no node for 3 s (SIMULATED: scripted guests only)', {
    area: 'guest',
    options: { scriptedMigration: { gapMs: LONG_GAP_MS } },
  }),
];

/** Cordons the nodes on which no migrating VMI runs. */
function cordonUnusedNodes(lab: Lab): void {
  const migrating = lab.list('virtualmachineinstancemigrations').map(({ metadata, spec }) => {
    const vmi = lab.get('virtualmachineinstances', metadata.namespace, textAt(spec, 'vmiName') ?? '');
    return textAt(vmi?.status, 'nodeName');
  });
  for (const node of lab.list('nodes')) {
    if (migrating.includes(node.metadata.name)) continue;
    lab.createObject({ ...node, spec: { ...objectAt(node, 'spec'), unschedulable: true } });
  }
}
