// SPDX-License-Identifier: Apache-2.0
/** The pods of a job: indexes, names, counts of earlier failures, rules for failed pods. */
import { expect, test } from '@playwright/test';
import { formatIndexes, indexedPod } from '../../controllers/job-pods.ts';
import { failureVerdict } from '../../controllers/pod-failure-policy.ts';
import { expandVariables } from '../../nodes/variables.ts';
import type { JsonObject } from '../../store/json.ts';
import { identified, type KubeObject } from '../../store/kube-object.ts';

function job(spec: JsonObject, name = 'j'): KubeObject {
  return identified({ apiVersion: 'batch/v1', kind: 'Job', spec }, { name, namespace: 'ns' });
}

function failedPod(exitCode: number, ...conditions: JsonObject[]): KubeObject {
  const containerStatuses = [{ name: 'c', state: { terminated: { exitCode } } }];
  const status = { phase: 'Failed', containerStatuses, conditions };
  return identified({ apiVersion: 'v1', kind: 'Pod', status }, { name: 'p', namespace: 'ns' });
}

for (const [indexes, text] of [
  [[], ''],
  [[3], '3'],
  [[1, 0], '0,1'],
  [[5, 0, 1, 2, 7, 8], '0-2,5,7,8'],
] as const) {
  test(`indexes are shown as "${text}"`, () => {
    expect(formatIndexes(indexes)).toBe(text);
  });
}

test('a pod has the numbers of counted and of ignored failures of its index', () => {
  const earlier = [true, false, false].map((counted) => ({ counted, failsIndex: false }));
  const template = { spec: { containers: [{ name: 'c' }] } };
  const pod = indexedPod(job({ backoffLimitPerIndex: 3, template }), 1, earlier);
  expect(pod.metadata.annotations).toEqual({
    'batch.kubernetes.io/job-completion-index': '1',
    'batch.kubernetes.io/job-index-failure-count': '1',
    'batch.kubernetes.io/job-index-ignored-failure-count': '2',
  });
  const unlimited = indexedPod(job({ template }), 1, earlier);
  expect(unlimited.metadata.annotations).toEqual({ 'batch.kubernetes.io/job-completion-index': '1' });
});

test('the name of a pod has at most 63 characters and keeps the index', () => {
  const pod = indexedPod(job({ template: { spec: { containers: [] } } }, 'n'.repeat(60)), 12, []);
  expect(pod.metadata.name).toMatch(/^n{54}-12-\w{5}$/);
});

const DISRUPTED = { type: 'DisruptionTarget', status: 'True' };
const RULES = [
  { action: 'Ignore', onPodConditions: [DISRUPTED] },
  { action: 'FailIndex', onExitCodes: { containerName: 'c', operator: 'In', values: [1] } },
  { action: 'Count', onExitCodes: { operator: 'In', values: [130, 137] } },
  { action: 'FailIndex', onExitCodes: { containerName: 'other', operator: 'NotIn', values: [0] } },
  { action: 'FailJob', onExitCodes: { operator: 'NotIn', values: [99] } },
];

for (const [what, pod, verdict] of [
  ['an exit code of the list', failedPod(1), { counted: true, failsIndex: true }],
  ['a condition, whatever the exit code', failedPod(1, DISRUPTED), { counted: false, failsIndex: false }],
  ['an exit code that only counts', failedPod(137), { counted: true, failsIndex: false }],
  [
    'an exit code that is not in a list',
    failedPod(2, { ...DISRUPTED, status: 'False' }),
    {
      counted: true,
      failsIndex: false,
      jobMessage: 'Container c for pod ns/p failed with exit code 2 matching FailJob rule at index 4',
    },
  ],
  ['no rule', failedPod(99), { counted: true, failsIndex: false }],
] as const) {
  test(`podFailurePolicy: ${what}`, () => {
    expect(failureVerdict(job({ podFailurePolicy: { rules: RULES } }), pod)).toEqual(verdict);
  });
}

for (const [text, expanded] of [
  ['$(A)-$(B)', 'x-'],
  ['$(MISSING) $(constructor)', '$(MISSING) $(constructor)'],
  ['$$(A) $$$(A) $$$$(A)', '$(A) $x $$(A)'],
  ['$A ${A} $( $(A', '$A ${A} $( $(A'],
] as const) {
  test(`expands ${text}`, () => {
    expect(expandVariables(text, { A: 'x', B: '' })).toBe(expanded);
  });
}
