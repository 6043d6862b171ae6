// SPDX-License-Identifier: Apache-2.0
/** Events and conditions as Kubernetes 1.36, Multus 4.2 and KubeVirt 1.9 wrote them on a real cluster. */
import { expect, test } from '@playwright/test';
import type { EventState } from '../../../fixtures/cluster/event-state.ts';
import { EMPTY_SITUATION, type Situation } from '../../../fixtures/diagnosis/situation.ts';
import { diagnoseWaitingVmi } from '../../../fixtures/diagnosis/waiting-vmi.ts';
import type { Condition } from '../../../model/clues.ts';
import type { Diagnosis } from '../../../model/diagnosis.ts';

const vmi = { namespace: 'mig', name: 'latency-check-source-ab12c' };
const POD = `virt-launcher-${vmi.name}-x7z2q`;
const WAITING: Condition = {
  type: 'Ready',
  status: 'False',
  reason: 'GuestNotRunning',
  message: 'Guest VM is not reported as running',
};
const MIGRATABLE: Condition = { type: 'StorageLiveMigratable', status: 'True' };

const event = (reason: string, message: string, change: Partial<EventState> = {}): EventState => {
  return { kind: 'Pod', about: POD, node: 'worker-1', reason, message, warning: true, count: 1, lastMs: 0, ...change };
};

function diagnosed(conditions: readonly Condition[], change: Partial<Situation>): Diagnosis | undefined {
  return diagnoseWaitingVmi([WAITING, MIGRATABLE, ...conditions], vmi, { ...EMPTY_SITUATION, ...change });
}

function sandbox(why: string): EventState {
  const id = 'a8b41e5f094af6a5fab80040049d3e239d24ca758a136a6a1be062eece78baed';
  return event(
    'FailedCreatePodSandBox',
    `Failed to create pod sandbox: rpc error: code = Unknown desc = failed to setup network for sandbox "${id}": plugin type="multus" name="multus-cni-network" failed (add): ${why}`,
  );
}

const NOT_FOUND =
  'cannot find a network-attachment-definition (missing-nad) in namespace (mig): network-attachment-definitions.k8s.cni.cncf.io "missing-nad" not found';

for (const [events, id, summary] of [
  [
    [
      sandbox(
        '[mig/p/u:noplugin]: error adding container to network "noplugin": failed to find plugin "cnv-bridge" in path [/opt/cni/bin /opt/cni/bin]',
      ),
    ],
    'network-setup-failed',
    'the CNI plugin "cnv-bridge" is not installed on node "worker-1": failed to find plugin "cnv-bridge" in path [/opt/cni/bin /opt/cni/bin]',
  ],
  [
    [sandbox('[mig/p/u:mv]: error adding container to network "mv": Link not found')],
    'network-setup-failed',
    'an interface that the network\'s configuration names ("master") is not on node "worker-1": Link not found',
  ],
  [
    [
      sandbox(
        '[mig/p/u:br]: error adding container to network "br": failed to setup vlan tag on interface "veth12ab": operation not supported',
      ),
    ],
    'network-setup-failed',
    'refuses the VLAN of the network: failed to setup vlan tag on interface "veth12ab": operation not supported',
  ],
  [
    [
      sandbox(
        `Multus: [mig/p/u]: error loading k8s delegates k8s args: TryLoadPodDelegates: error in getting k8s network for pod: GetNetworkDelegates: failed getting the delegate: getKubernetesDelegate: ${NOT_FOUND}`,
      ),
      event('NoNetworkFound', NOT_FOUND),
    ],
    'network-setup-failed',
    `network-attachment-definition "mig/missing-nad" is not there any more: ${NOT_FOUND}`,
  ],
  [
    [sandbox('something new')],
    'network-setup-failed',
    'cannot attach the virt-launcher pod to the network: something new',
  ],
  [
    [
      event('SyncFailed', 'failed to configure vmi network: setup failed, err: Critical network error: x', {
        kind: 'VirtualMachineInstance',
        about: vmi.name,
      }),
      event('Stopped', 'The VirtualMachineInstance crashed.', { kind: 'VirtualMachineInstance', about: vmi.name }),
    ],
    'network-setup-failed',
    'cannot be set up in its virt-launcher pod: x',
  ],
  [
    [
      event(
        'Failed',
        'Error: failed to mount image volume: ImageVolumeMountFailed: failed to mount image volume component "/run/x": invalid argument',
      ),
    ],
    'disk-unusable',
    'cannot mount the image',
  ],
  [
    [event('FailedMount', 'MountVolume.SetUp failed for volume "private" : operation not permitted')],
    'start-unexplained',
    `node "worker-1" does not start the virt-launcher pod of "${vmi.name}": FailedMount: MountVolume.SetUp failed for volume "private" : operation not permitted`,
  ],
  // The pod has its network: what failed before is no cause.
  [
    [sandbox('Link not found'), event('Pulled', 'Container image present', { warning: false, lastMs: 1000 })],
    'start-unexplained',
    'the last warning is FailedCreatePodSandBox',
  ],
  [
    [event('Stopped', 'The VirtualMachineInstance crashed.', { kind: 'VirtualMachineInstance', about: vmi.name })],
    'start-unexplained',
    'the last warning is Stopped: The VirtualMachineInstance crashed.',
  ],
  [[event('Scheduled', 'assigned', { warning: false })], 'start-unexplained', 'neither does an event'],
  // An event of the other VM.
  [
    [{ ...sandbox('Link not found'), about: 'virt-launcher-latency-check-target-ab12c-x' }],
    'start-unexplained',
    'neither',
  ],
] as const) {
  test(`events ${events.map(({ reason }) => reason).join(', ')} give ${id}: ${summary}`, () => {
    const diagnosis = diagnosed([], { events });
    expect(diagnosis?.id).toBe(id);
    expect(diagnosis?.summary).toContain(summary);
    expect(diagnosis?.evidence.length).toBeGreaterThan(0);
    expect(diagnosis?.summary).not.toMatch(/LiveMigratable/);
  });
}

test('reports the missing permission when events are forbidden, and nothing when events were not read', () => {
  const diagnosis = diagnosed([], { events: 'not listed' });
  expect(diagnosis?.id).toBe('start-unexplained');
  expect(diagnosis?.next.join('\n')).toContain('manifests/rbac-extended.yaml (events [list], pods [list])');
  expect(diagnosed([], {})).toBeUndefined();
});

for (const [reason, message, id] of [
  [
    'FailedCreate',
    'failed to create virtual machine pod: pods "p" is forbidden: exceeded quota: small, requested: requests.memory=584978113, used: requests.memory=0, limited: requests.memory=100Mi',
    'quota-exceeded',
  ],
  [
    'Synchronizing with the Domain failed.',
    'failed to configure vmi network: setup failed, err: Critical network error: operation not supported',
    'network-setup-failed',
  ],
  [
    'Synchronizing with the Domain failed.',
    'server error. command SyncVMI failed: "failed to find disk file from ImageVolume: failed to check ImageVolume path /var/run/kubevirt-image-volume/disk_0/disk: no such file or directory"',
    'disk-unusable',
  ],
  ['Synchronizing with the Domain failed.', 'server error. command SyncVMI failed: "LibvirtError(Code=67)"', undefined],
] as const) {
  test(`Synchronized=False with ${message.slice(0, 60)}… gives ${id ?? 'no diagnosis'}`, () => {
    const condition = { type: 'Synchronized', status: 'False', reason, message };
    expect(diagnosed([condition], { events: 'not listed' })?.id).toBe(id);
  });
}

const STATE =
  'KubeVirt "kubevirt/kubevirt": phase Deployed, Available=False (DeploymentInProgress: Deploying version v1.9.0)';

test('reports that KubeVirt is not available when there is no other cause', () => {
  for (const events of ['not listed', []] as const) {
    expect(diagnosed([], { events, kubeVirt: STATE })).toMatchObject({
      id: 'kubevirt-unavailable',
      evidence: [STATE],
      summary: expect.stringContaining('Available=False'),
    });
  }
});

test('adds that KubeVirt is not available to the evidence of another cause', () => {
  const message = '0/2 nodes are available: 2 Insufficient memory. preemption: 0/2 nodes are available: 2 x.';
  const unschedulable = { type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message };
  const diagnosis = diagnosed([unschedulable], { kubeVirt: STATE });
  expect(diagnosis?.id).toBe('unschedulable');
  expect(diagnosis?.evidence).toContain(STATE);
});
