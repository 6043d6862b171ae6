// SPDX-License-Identifier: Apache-2.0
/** States of the KubeVirt object as virt-operator 1.9 sets them. */
import { expect, test } from '@playwright/test';
import { kubeVirtState } from '../../../fixtures/cluster/objects.ts';
import { kubeVirtFinding, type KubeVirtFinding } from '../../../fixtures/prerequisites/kubevirt-rules.ts';

const DEPLOYING = {
  type: 'Available',
  status: 'False',
  reason: 'DeploymentInProgress',
  message: 'Deploying version v1.9.0 with registry quay.io/kubevirt',
};
const READY = { type: 'Available', status: 'True', reason: 'AllComponentsReady', message: 'All components are ready.' };

function kubevirt(phase: string | undefined, available: object | undefined, change: object = {}): object {
  const { metadata, ...status } = { metadata: {}, observedKubeVirtVersion: 'v1.9.0', ...change };
  return {
    metadata: { name: 'kubevirt', namespace: 'kubevirt', ...metadata },
    status: { phase, conditions: available === undefined ? [] : [available], ...status },
  };
}

function finding(...objects: object[]): KubeVirtFinding {
  return kubeVirtFinding(objects.map(kubeVirtState));
}

test('finds nothing where KubeVirt is deployed and available', () => {
  const { usable, ...found } = finding(kubevirt('Deployed', READY));
  expect(usable?.version).toBe('v1.9.0');
  expect(found).toEqual({});
});

for (const [what, object, seen] of [
  ['one virt-handler is not Ready', kubevirt('Deployed', DEPLOYING), 'phase Deployed, Available=False (Deploym'],
  ['there is no condition Available', kubevirt('Deployed', undefined), 'phase Deployed, no condition Available'],
  [
    'Available is Unknown',
    kubevirt('Deployed', { type: 'Available', status: 'Unknown' }),
    'phase Deployed, Available=Unknown',
  ],
  [
    'another version is being deployed',
    kubevirt('Deploying', DEPLOYING),
    'from v1.9.0 (phase Deploying, Available=False',
  ],
] as const) {
  test(`warns and continues when ${what}`, () => {
    const { usable, problem, warning } = finding(object);
    expect(usable?.version).toBe('v1.9.0');
    expect(problem).toBeUndefined();
    expect(warning).toContain('KubeVirt "kubevirt/kubevirt"');
    expect(warning).toContain(seen);
  });
}

for (const [what, object, seen] of [
  [
    'it is deployed for the first time',
    kubevirt('Deploying', DEPLOYING, { observedKubeVirtVersion: undefined }),
    'phase Deploying, Available=False (DeploymentInProgress: Deploying version v1.9.0',
  ],
  ['the observed version is empty', kubevirt('Deploying', DEPLOYING, { observedKubeVirtVersion: '' }), 'Deploying'],
  ['it is being deleted', kubevirt('Deleting', DEPLOYING), 'phase Deleting'],
  [
    'its deletion has begun',
    kubevirt('Deployed', READY, { metadata: { deletionTimestamp: '2026-11-26T00:00:00Z' } }),
    'phase Deployed, being deleted, Available=True',
  ],
  ['it was deleted', kubevirt('Deleted', undefined), 'phase Deleted'],
  [
    'its status is empty',
    { metadata: { name: 'kubevirt', namespace: 'kubevirt' } },
    'no phase, no condition Available',
  ],
  ['its phase is empty', kubevirt('', undefined), 'no phase, no condition Available: virt-operator'],
] as const) {
  test(`is a problem when ${what}`, () => {
    const { usable, problem, warning } = finding(object);
    expect([usable, warning]).toEqual([undefined, undefined]);
    expect(problem).toContain(`KubeVirt "kubevirt/kubevirt" is not ready: `);
    expect(problem).toContain(seen);
    expect(problem).toMatch(/: expected phase Deployed$/);
  });
}

test('uses the deployed one of two KubeVirt objects, in either order', () => {
  const other = kubevirt('Deploying', DEPLOYING, { metadata: { name: 'second' } });
  for (const objects of [
    [other, kubevirt('Deployed', READY)],
    [kubevirt('Deployed', READY), other],
  ]) {
    expect(finding(...objects)).toEqual({ usable: expect.objectContaining({ name: 'kubevirt/kubevirt' }) });
  }
});

test('reports KubeVirt as not deployed without a KubeVirt object', () => {
  expect(finding()).toEqual({ problem: 'KubeVirt is not deployed: there is no KubeVirt object' });
});
