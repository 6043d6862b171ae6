// SPDX-License-Identifier: Apache-2.0
/** Objects of other runs that a run may remove, and those that it must not remove. */
import { expect, test } from '@playwright/test';
import type { Json } from '../../../fixtures/cluster/objects.ts';
import { sortRuns } from '../../../command/other-runs.ts';
import { INSTANCE_LABEL, MADE_BY, REMOVABLE, RUN_NAMESPACE_LABEL } from '../../../command/plan.ts';

const NOW = Date.parse('2026-11-26T12:00:00Z');
const LABELS = { ...MADE_BY, ...REMOVABLE };

interface Facts {
  minutesAgo?: number;
  labels?: Record<string, string>;
  data?: Record<string, string>;
  conditions?: string[];
}

function object(kind: string, { minutesAgo = 1, labels = LABELS, data = {}, conditions = [] }: Facts = {}): Json {
  const at = new Date(NOW - minutesAgo * 60_000).toISOString();
  return {
    kind,
    metadata: { name: 'x', namespace: 'ns', creationTimestamp: at, labels: { ...labels, [INSTANCE_LABEL]: 'x' } },
    data,
    status: { conditions: conditions.map((type) => ({ type, status: 'True', lastTransitionTime: at })) },
  };
}

const pod = (phase: string): Json => ({
  metadata: { namespace: 'ns', labels: { 'job-name': 'x' } },
  status: { phase },
});
const DONE = { data: { 'status.completionTimestamp': '2026-11-26T11:59:00Z' } };
const COMPLETE = { conditions: ['Complete'] };
const FAILED = { conditions: ['FailureTarget', 'Failed'] };
const KEPT = { labels: MADE_BY };

const CASES: [title: string, objects: Json[], pods: Json[], live: boolean, left: number][] = [
  [
    'a run with a result whose Job is complete',
    [object('ConfigMap', DONE), object('Job', COMPLETE)],
    [pod('Succeeded')],
    false,
    2,
  ],
  [
    'a run with a result whose Job has failed',
    [object('ConfigMap', DONE), object('Job', FAILED)],
    [pod('Failed')],
    false,
    2,
  ],
  ['a ConfigMap with a result and no Job', [object('ConfigMap', DONE)], [], false, 1],
  ['a Job that is complete and has no ConfigMap', [object('Job', COMPLETE)], [], false, 1],
  ['a run whose pod still has artifacts', [object('ConfigMap', DONE), object('Job')], [pod('Running')], true, 0],
  [
    'a run whose artifacts were not fetched for long',
    [object('ConfigMap', { data: { 'status.completionTimestamp': '2026-11-26T11:54:00Z' } }), object('Job')],
    [pod('Running')],
    false,
    2,
  ],
  ['a run whose pod terminates after its Job is gone', [object('ConfigMap', DONE)], [pod('Running')], true, 0],
  ['a run that has just begun', [object('ConfigMap')], [], true, 0],
  ['a run that waits for a node', [object('ConfigMap'), object('Job')], [pod('Pending')], true, 0],
  ['a run that never had a Job', [object('ConfigMap', { minutesAgo: 11 })], [], false, 1],
  [
    'a long run',
    [object('ConfigMap', { minutesAgo: 90 }), object('Job', { minutesAgo: 90 })],
    [pod('Running')],
    true,
    0,
  ],
  [
    'a run that failed now, without a result',
    [object('ConfigMap', { minutesAgo: 90 }), object('Job', FAILED)],
    [],
    true,
    0,
  ],
  [
    'a run that failed long ago, without a result',
    [object('ConfigMap', { minutesAgo: 90 }), object('Job', { ...FAILED, minutesAgo: 11 })],
    [],
    false,
    2,
  ],
  [
    'a kept run',
    [object('ConfigMap', { ...DONE, ...KEPT, minutesAgo: 900 }), object('Job', { ...COMPLETE, ...KEPT })],
    [],
    true,
    0,
  ],
  [
    'a Job that is kept for its VMs',
    [object('Job', { ...FAILED, ...KEPT, minutesAgo: 900 })],
    [pod('Failed')],
    false,
    0,
  ],
];

for (const [title, objects, pods, live, left] of CASES) {
  test(`${title}: ${live ? 'in use' : 'not in use'}, ${left} to remove`, () => {
    const sorted = sortRuns({ objects, pods, runPermissions: [] }, 'ns/own', NOW, () => true);
    expect(sorted.live).toEqual(live ? ['ns/x'] : []);
    expect(sorted.removable).toHaveLength(left);
  });
}

test('does not count the run itself', () => {
  const objects = [object('ConfigMap', DONE), object('Job', COMPLETE)];
  const runPermissions = [object('Role')];
  expect(sortRuns({ objects, pods: [], runPermissions }, 'ns/x', NOW, () => true)).toEqual({
    live: [],
    removable: [],
  });
});

test("removes nothing by age without the API server's clock", () => {
  const objects = [object('ConfigMap', { minutesAgo: 11 })];
  expect(sortRuns({ objects, pods: [], runPermissions: [] }, 'ns/own', NaN, () => true).removable).toEqual([]);
});

test('removes Roles for a network with the run that created them', () => {
  const role = (namespace: string, labels: Record<string, string> = LABELS): Json =>
    object('Role', { labels: { ...labels, [RUN_NAMESPACE_LABEL]: namespace } });
  const sort = (runPermissions: Json[], objects: Json[], sees = true): Json[] =>
    sortRuns({ objects, pods: [pod('Running')], runPermissions }, 'ns/own', NOW, () => sees).removable;
  expect(sort([role('ns')], [])).toHaveLength(1);
  expect(sort([role('ns')], [object('ConfigMap')])).toEqual([]);
  expect(sort([role('ns', MADE_BY)], [])).toEqual([]);
  // The state of a namespace that this user may not list is unknown.
  expect(sort([role('other')], [], false)).toEqual([]);
});
