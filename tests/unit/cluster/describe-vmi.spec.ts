// SPDX-License-Identifier: Apache-2.0
/** Conditions as KubeVirt 1.9 sets them on a VMI. */
import { expect, test } from '@playwright/test';
import { describeVmi, vmiState } from '../../../fixtures/cluster/objects.ts';

const WAITING = {
  type: 'Ready',
  status: 'False',
  reason: 'GuestNotRunning',
  message: 'Guest VM is not reported as running',
};
const MIGRATABLE = ['LiveMigratable', 'StorageLiveMigratable'].map((type) => ({ type, status: 'True' }));

function described(phase: string, conditions: readonly object[]): string {
  return describeVmi(vmiState({ metadata: { name: 'a' }, status: { phase, conditions } }));
}

test('omits the conditions about live migration and the guest agent whatever their state', () => {
  const refused = { type: 'LiveMigratable', status: 'False', reason: 'DisksNotLiveMigratable', message: 'no' };
  const agent = ['AgentConnected', 'AgentVersionNotSupported'].map((type) => ({ type, status: 'True' }));
  const seen = 'phase Scheduled, Ready=False (GuestNotRunning: Guest VM is not reported as running)';
  expect(described('Scheduled', [WAITING, ...MIGRATABLE])).toBe(seen);
  expect(described('Scheduled', [refused, ...agent, WAITING])).toBe(seen);
});

test('includes every condition that explains why a VMI does not run', () => {
  const conditions = [
    { type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message: '0/2 nodes are available' },
    { type: 'Synchronized', status: 'False', reason: 'FailedCreate' },
    { type: 'Paused', status: 'True', reason: 'PausedByUser' },
    { type: 'SomethingNew', status: 'False' },
  ];
  expect(described('Scheduling', [...MIGRATABLE, ...conditions])).toBe(
    'phase Scheduling, PodScheduled=False (Unschedulable: 0/2 nodes are available), Synchronized=False (FailedCreate), Paused=True (PausedByUser), SomethingNew=False',
  );
});
