// SPDX-License-Identifier: Apache-2.0
/** Disruptions of a VMI, from two states of the object with its name. */
import { expect, test } from '@playwright/test';
import { vmiState } from '../../../fixtures/cluster/objects.ts';
import { findDisruption } from '../../../fixtures/vmi/disruption.ts';

const VMI = { namespace: 'ns', name: 'vm', uid: 'a' };
const TARGET_LABEL = { 'kubevirt.io/migrationTargetNodeName': 'node-2' };
const EARLIER = { migrationUid: 'm0', sourceNode: 'node-3', targetNode: 'node-1', endTimestamp: 't', completed: true };
const CURRENT = { migrationUid: 'm1', sourceNode: 'node-1', targetNode: 'node-2' };

function state(status: object = {}, metadata: object = {}) {
  return vmiState({
    metadata: { name: 'vm', uid: 'a', ...metadata },
    status: { phase: 'Running', nodeName: 'node-1', activePods: { p1: 'node-1' }, ...status },
  });
}

const RUNNING = state({ migrationState: EARLIER });

test('reports nothing while the VMI stays as it was', () => {
  expect(findDisruption(VMI, RUNNING, RUNNING)).toBeUndefined();
  expect(findDisruption(VMI, undefined, state({ phase: 'Scheduling' }))).toBeUndefined();
  // The last event of another object of that name, which was deleted before.
  expect(findDisruption(VMI, RUNNING, state({}, { uid: 'b' }), true)).toBeUndefined();
});

const MIGRATIONS: [title: string, now: ReturnType<typeof state>][] = [
  ['the target pod has a node', state({ migrationState: EARLIER, activePods: { p1: 'node-1', p2: 'node-2' } })],
  ['the label names a target', state({ migrationState: EARLIER }, { labels: TARGET_LABEL })],
  ['the migration runs', state({ migrationState: CURRENT })],
  ['the node has changed', state({ migrationState: CURRENT, nodeName: 'node-2' })],
  ['the migration has ended between two looks', state({ migrationState: { ...CURRENT, endTimestamp: 't' } })],
  [
    'the migration has failed',
    state({ migrationState: { ...CURRENT, endTimestamp: 't', failed: true, failureReason: 'Broken pipe' } }),
  ],
];

for (const [title, now] of MIGRATIONS) {
  test(`reports a live migration with both nodes when ${title}`, () => {
    expect(findDisruption(VMI, RUNNING, now)).toMatchObject({
      message: expect.stringMatching(/^VMI 'ns\/vm' .* from node "node-1" to node "node-2"/),
      clue: { kind: 'migrated', from: 'node-1', to: 'node-2' },
    });
  });
}

test('reports an object with another uid, with both uids', () => {
  const found = findDisruption(VMI, undefined, state({}, { uid: 'b' }));
  expect(found?.message).toContain('uid a, the object of that name now has uid b');
  expect(found?.clue).toMatchObject({ kind: 'replaced', uid: 'a', otherUid: 'b' });
});

test('reports a VMI that is deleted, being deleted or at its end', () => {
  expect(findDisruption(VMI, RUNNING, RUNNING, true)?.message).toContain('is gone');
  expect(findDisruption(VMI, RUNNING, state({}, { deletionTimestamp: 't' }))?.message).toContain('no longer runs');
  const failed = findDisruption(VMI, RUNNING, state({ phase: 'Failed' }));
  expect(failed?.message).toContain('no longer runs');
  // A clue of its own: what the console shows of a deleted VM is no cause.
  expect(failed?.clue.kind).toBe('stopped');
});

test('a migration that the run requests is no disruption, and that of another client is', () => {
  const moved = (migrationUid: string) =>
    state({ nodeName: 'node-b', migrationState: { migrationUid, targetNode: 'node-b' } });
  expect(findDisruption(VMI, RUNNING, moved('own'), false, { uid: 'own' })).toBeUndefined();
  expect(findDisruption(VMI, RUNNING, moved('own'), false, { uid: undefined })).toBeUndefined();
  expect(findDisruption(VMI, RUNNING, moved('other'), false, { uid: 'own' })?.clue).toMatchObject({
    kind: 'migrated',
    to: 'node-b',
  });
  // The target pod is reported before the uid of the migration.
  expect(
    findDisruption(VMI, RUNNING, state({ migrationState: EARLIER, activePods: { pod: 'node-b' } }), false, {
      uid: 'own',
    }),
  ).toBeUndefined();
});
