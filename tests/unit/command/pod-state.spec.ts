// SPDX-License-Identifier: Apache-2.0
/** The state of the checkup in its pod, from statuses as written by kubelets. */
import { expect, test } from '@playwright/test';
import { podState } from '../../../command/pod-state.ts';

const running = { running: { startedAt: '2026-11-26T12:00:00Z' } };
const terminated = (exitCode: number) => ({ terminated: { exitCode, reason: exitCode === 0 ? 'Completed' : 'Error' } });
const status = (...containers: [string, object][]) => ({
  phase: 'Running',
  containerStatuses: containers.map(([name, state]) => ({ name, state })),
});

test('the checkup has ended when its own container has', () => {
  const pod = { metadata: { name: 'p' }, status: status(['artifacts', running], ['checkup', terminated(1)]) };
  expect(podState(pod)).toMatchObject({ started: true, ended: { exitCode: 1, reason: 'Error' }, sidecars: [] });
  expect(
    podState({ ...pod, status: status(['artifacts', terminated(0)], ['checkup', running]) }).ended,
  ).toBeUndefined();
});

test('reports running containers that are not in the manifest', () => {
  const all = status(
    ['istio-proxy', running],
    ['done', terminated(0)],
    ['artifacts', running],
    ['checkup', terminated(0)],
  );
  expect(podState({ status: all }).sidecars).toEqual(['istio-proxy']);
});

test('an evicted pod has ended, with the kubelet’s reason, whether or not it has container statuses', () => {
  const evicted = { phase: 'Failed', reason: 'Evicted', message: 'The node was low on resource: memory.' };
  const ended = { exitCode: undefined, reason: 'Evicted: The node was low on resource: memory.' };
  expect(podState({ status: evicted })).toMatchObject({ started: false, ended });
  expect(podState({ status: { ...status(['checkup', running]), ...evicted } }).ended).toEqual(ended);
});

test('reports the grace period of a deleted pod', () => {
  const metadata = { deletionTimestamp: '2026-11-26T12:01:00Z', deletionGracePeriodSeconds: 60 };
  expect(podState({ metadata }).deletionGraceMs).toBe(60_000);
  expect(podState({ spec: { terminationGracePeriodSeconds: 60 } }).deletionGraceMs).toBeUndefined();
});

test('a sidecar that cannot be pulled is what the pod waits for', () => {
  const waiting = (name: string, reason: string, message?: string) => ({
    name,
    state: { waiting: { reason, message } },
  });
  const pod = {
    phase: 'Pending',
    initContainerStatuses: [waiting('istio-proxy', 'ImagePullBackOff', 'Back-off pulling image "proxyv2"')],
    containerStatuses: [waiting('checkup', 'PodInitializing'), waiting('artifacts', 'PodInitializing')],
  };
  expect(podState({ status: pod }).waitingFor).toBe(
    'container istio-proxy: ImagePullBackOff: Back-off pulling image "proxyv2"',
  );
});
