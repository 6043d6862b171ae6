// SPDX-License-Identifier: Apache-2.0
/** Events as kubelet, containerd and Multus wrote them: Kubernetes 1.36 with Multus 4.2; those of thick Multus by its source. */
import { expect, test } from '@playwright/test';
import type { EventState } from '../../../fixtures/cluster/event-state.ts';
import { eventState } from '../../../fixtures/cluster/event-state.ts';
import { describePodFailure, failureWords, findPodFailure } from '../../../fixtures/diagnosis/pod-failure.ts';

const POD = 'virt-launcher-latency-check-source-ab12c-x7z2q';
const SANDBOX = `Failed to create pod sandbox: rpc error: code = Unknown desc = failed to setup network for sandbox "a8b41e5f": plugin type="multus" name="multus-cni-network" failed (add): [mig/${POD}/c54a3659:blue]: error adding container to network "blue": failed to find plugin "cnv-bridge" in path [/opt/cni/bin /opt/cni/bin]`;
const WORDS = 'failed to find plugin "cnv-bridge" in path [/opt/cni/bin /opt/cni/bin]';

function event(reason: string, lastMs: number, change: Partial<EventState> = {}): EventState {
  const [kind, about, node] = ['Pod', POD, 'worker-1'];
  return { kind, about, node, reason, message: SANDBOX, warning: true, count: 1, lastMs, ...change };
}

for (const [what, message, words] of [
  ['Multus and containerd', SANDBOX, WORDS],
  [
    'thick Multus and CRI-O',
    `Failed to create pod sandbox: rpc error: code = Unknown desc = failed to create pod network sandbox k8s_${POD}_mig_c54a(5f): error adding pod mig_${POD} to CNI network "multus-cni-network": plugin type="multus-shim" name="multus-cni-network" failed (add): CmdAdd (shim): CNI request failed with status 400: 'ContainerID:"5f" Netns:"/var/run/netns/1" IfName:"eth0" Path:"" ERRORED: error configuring pod [mig/${POD}] networking: [mig/${POD}/c54a3659:blue]: error adding container to network "blue": Link not found\n': StdinData: {"binDir":"/var/lib/cni/bin"}`,
    'Link not found',
  ],
  [
    'the plugin of the default network',
    'Failed to create pod sandbox: rpc error: code = Unknown desc = failed to setup network for sandbox "a8": plugin type="ovn-k8s-cni-overlay" name="ovn-kubernetes" failed (add): timed out waiting for OVS port binding',
    'timed out waiting for OVS port binding',
  ],
  [
    'the container runtime',
    'Failed to create pod sandbox: rpc error: code = Unknown desc = failed to reserve sandbox name "x"',
    'failed to reserve sandbox name "x"',
  ],
  [
    'virt-handler',
    'failed to configure vmi network: setup failed, err: Critical network error: failed to setup link [pod9404eea3257-nic]: operation not supported',
    'failed to setup link [pod9404eea3257-nic]: operation not supported',
  ],
  ['anything else', 'Error: context deadline exceeded', 'Error: context deadline exceeded'],
] as const) {
  test(`returns the words of the cause in a message of ${what}`, () => {
    expect(failureWords(message)).toBe(words);
  });
}

test('counts a failure that is repeated as new events, and one that is repeated in one event', () => {
  const anew = [event('FailedCreatePodSandBox', 1000), event('FailedCreatePodSandBox', 13_000)];
  expect(findPodFailure(anew)).toEqual({ event: anew[1], times: 2 });
  expect(findPodFailure([event('FailedMount', 1000, { count: 7 })])?.times).toBe(7);
  expect(describePodFailure({ event: event('FailedCreatePodSandBox', 1000), times: 2 })).toBe(
    `FailedCreatePodSandBox of pod ${POD} on node "worker-1" (2 times): ${WORDS}`,
  );
});

test('returns no failure of a pod that has started since, and none of other objects', () => {
  const failed = event('FailedCreatePodSandBox', 1000);
  for (const reason of ['Pulling', 'Pulled', 'Created', 'Started']) {
    expect(findPodFailure([event(reason, 2000), failed])).toBeUndefined();
    // The kubelet reports the image as present before each attempt to create a container.
    expect(findPodFailure([event(reason, 1000), failed])?.times).toBe(1);
  }
  // The default network is attached before the one that fails.
  expect(findPodFailure([failed, event('AddedInterface', 2000), event('SandboxChanged', 2000)])?.times).toBe(1);
  expect(findPodFailure([event('Failed', 1000, { kind: 'Job' })])).toBeUndefined();
  expect(findPodFailure([])).toBeUndefined();
});

test('reads the count and the time of both forms of events', () => {
  const involvedObject = { kind: 'Pod', name: POD };
  const core = {
    involvedObject,
    reason: 'Failed',
    message: 'x',
    type: 'Warning',
    count: 9,
    source: { component: 'kubelet', host: 'worker-1' },
    firstTimestamp: '2026-11-26T02:39:52Z',
    lastTimestamp: '2026-11-26T02:40:50Z',
    eventTime: null,
  };
  const lastMs = Date.parse('2026-11-26T02:40:50Z');
  const expected = { kind: 'Pod', about: POD, reason: 'Failed', message: 'x', warning: true };
  expect(eventState(core)).toEqual({ ...expected, node: 'worker-1', count: 9, lastMs });
  const series = { count: 7, lastObservedTime: '2026-11-26T02:40:50.000000Z' };
  const later = { ...core, count: undefined, lastTimestamp: null, eventTime: '2026-11-26T02:40:03.378780Z', series };
  expect(eventState({ ...later, source: {} })).toEqual({ ...expected, node: undefined, count: 7, lastMs });
  expect(eventState('')).toMatchObject({ kind: '', count: 1, lastMs: 0, warning: false });
});
