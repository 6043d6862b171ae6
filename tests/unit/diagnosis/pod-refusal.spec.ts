// SPDX-License-Identifier: Apache-2.0
/** Messages of Kubernetes' admission plugins, as KubeVirt 1.9 quotes them in the condition Synchronized. */
import { expect, test } from '@playwright/test';
import { diagnosePodRefusal } from '../../../fixtures/diagnosis/pod-refusal.ts';

const POD = 'pods "virt-launcher-latency-check-source-ab12c-x7z2q" is forbidden';

for (const [words, id, summary] of [
  [
    'violates PodSecurity "restricted:latest": seccompProfile (pod or containers "compute" must set …)',
    'pod-security',
    `PodSecurity "restricted:latest" of namespace "ns" refuses the VMs' pods`,
  ],
  [
    'exceeded quota: small, requested: requests.memory=584978113, used: requests.memory=0, limited: requests.memory=100Mi',
    'quota-exceeded',
    `quota "small" of namespace "ns" is too small for the VMs' pods: requested: requests.memory=584978113, used: requests.memory=0, limited: requests.memory=100Mi`,
  ],
  [
    'failed quota: limits: must specify limits.cpu for: compute; limits.memory for: compute',
    'quota-exceeded',
    `quota "limits" of namespace "ns" refuses the VMs' pods: must specify limits.cpu for: compute; limits.memory for: compute`,
  ],
  [
    'maximum memory usage per Container is 300Mi, but limit is 596115457',
    'limit-range',
    `a LimitRange of namespace "ns" refuses the VMs' pods: maximum memory usage per Container is 300Mi, but limit is 596115457`,
  ],
  [
    '[minimum memory usage per Container is 64Mi, but request is 35M, maximum memory usage per Pod is 500Mi, but request is 584978113]',
    'limit-range',
    `a LimitRange of namespace "ns" refuses the VMs' pods: minimum memory usage per Container is 64Mi, but request is 35M, maximum memory usage per Pod is 500Mi, but request is 584978113`,
  ],
  [
    'memory max limit to request ratio per Container is 2, but no limit is specified or limit is 0',
    'limit-range',
    `a LimitRange of namespace "ns" refuses the VMs' pods: memory max limit to request ratio per Container is 2, but no limit is specified or limit is 0`,
  ],
] as const) {
  test(`${id}: ${words}`, () => {
    const message = `failed to create virtual machine pod: ${POD}: ${words}`;
    const diagnosis = diagnosePodRefusal(message, 'ns', ['seen']);
    expect(diagnosis).toMatchObject({ id, summary, evidence: ['seen'] });
    expect(diagnosis?.next[0]).toMatch(/kubectl (get namespace|describe (resourcequota|limitrange) -n) ns/);
  });
}

test('gives no diagnosis for another refusal', () => {
  const message = `failed to create virtual machine pod: admission webhook "a.example.com" denied the request: no`;
  expect(diagnosePodRefusal(message, 'ns', [])).toBeUndefined();
});
