// SPDX-License-Identifier: Apache-2.0
import { NADS, NAMESPACES, PODS, VMIS } from '../kinds/kinds.ts';
import { podSecurityRefusal } from '../kinds/pod-security.ts';
import { withSidecar } from '../kinds/sidecar-injection.ts';
import { VMI_FINALIZER } from '../kinds/vmi-defaults.ts';
import { objectAt, objectsAt, textAt, type JsonObject } from '../store/json.ts';
import type { KubeObject } from '../store/kube-object.ts';
import { labelsOf } from '../store/labels.ts';
import { ownersOf, type Store } from '../store/store.ts';
import { conditionOf, dropCondition, enterPhase, isFinal, phaseOf, setCondition, statusOf } from './conditions.ts';
import { startController, type Controller } from './controller.ts';
import { eventRecorder, type RecordEvent } from './event-recorder.ts';
import { dropFinalizer } from './garbage-collector.ts';
import { LAUNCHER_REFUSALS, type LauncherRefusal } from './launcher-refusals.ts';
import { findNad, launcherPod, multusNetworks, podOf, requestsNetworkResources } from './launcher-pod.ts';
import { NODE_LABEL } from './migration-state.ts';
import { nodeOf } from './scheduling.ts';

/**
 * KubeVirt's cluster-wide half: creates a launcher pod for each VMI, reports the pod's state on the VMI (Pending, Scheduling,
 * Scheduled), and removes a deleted VMI after its guest and its pod.
 */
export function startVirtController(store: Store, options: VirtControllerOptions): Controller {
  const { launcherRefusal, teardownMs, ignoresDeletions } = options;
  const record = eventRecorder(store, 'virtualmachine-controller');
  /** The times at which the launcher pods of deleted VMIs ended, by uid. */
  const ends = new Map<string, number>();
  const hasEnded = (uid: string): boolean => {
    const now = performance.now();
    const end = ends.get(uid) ?? now + teardownMs;
    ends.set(uid, end);
    if (now < end) controller.enqueue(uid, end - now);
    else ends.delete(uid);
    return now >= end;
  };
  const controller = startController(
    store,
    ({ kind, object, deleted }) => {
      if (kind === VMIS) return deleted ? [] : [object.metadata.uid];
      if (kind === PODS) return ownersOf(object);
      // A new network or a changed label of the namespace may unblock VMIs.
      return kind === NADS || kind === NAMESPACES ? store.list(VMIS).map(({ metadata }) => metadata.uid) : [];
    },
    (uid) => {
      const stored = store.find(uid);
      if (stored?.kind !== VMIS) return;
      const vmi = stored.object;
      const pod = podOf(store, vmi);
      if (vmi.metadata.deletionTimestamp !== undefined && ignoresDeletions) return;
      if (vmi.metadata.deletionTimestamp !== undefined) release(store, vmi, pod, record, () => hasEnded(uid));
      else if (isFinal(vmi)) {
        if (pod?.metadata.deletionTimestamp !== undefined) unready(store, vmi);
      } else if (pod) follow(store, vmi, pod, !options.notMigratable);
      else begin(store, vmi, record, launcherRefusal);
    },
  );
  return controller;
}

interface VirtControllerOptions {
  /** A policy of the namespace refuses launcher pods. */
  launcherRefusal: LauncherRefusal | undefined;
  /** It does not react to deleted VMIs, so that KubeVirt's finalizer remains. */
  ignoresDeletions: boolean;
  /** No VMI can be live-migrated. */
  notMigratable: boolean;
  /** Milliseconds that virt-launcher-monitor and the kubelet take to end a launcher pod after its guest. */
  teardownMs: number;
}

/** After a node has accepted the VMI, only the node reports the end of the guest. A VMI without a guest ends with its pod. */
function release(
  store: Store,
  vmi: KubeObject,
  pod: KubeObject | undefined,
  record: RecordEvent,
  hasEnded: () => boolean,
): void {
  if (pod || isFinal(vmi)) unready(store, vmi);
  if (['Scheduled', 'Running'].includes(phaseOf(vmi)) || (isFinal(vmi) && !hasEnded())) return;
  if (pod) {
    record(vmi, 'Normal', 'SuccessfulDelete', `Deleted virtual machine pod ${pod.metadata.name}`);
    store.remove(PODS, pod);
  }
  store.change(VMIS, vmi, (current) => {
    dropFinalizer(current, VMI_FINALIZER);
  });
}

function unready(store: Store, vmi: KubeObject): void {
  store.change(VMIS, vmi, (current) => {
    setCondition(current, 'Ready', 'False', 'PodTerminating', 'virt-launcher pod is terminating');
  });
}

function begin(store: Store, vmi: KubeObject, record: RecordEvent, policy?: LauncherRefusal): void {
  if (phaseOf(vmi) !== 'Pending') {
    store.change(VMIS, vmi, (current) => {
      enterPhase(current, 'Failed');
    });
    return;
  }
  const inNamespace = store.get(NAMESPACES, undefined, vmi.metadata.namespace ?? '');
  const pod = withSidecar(launcherPod(store, vmi), inNamespace);
  const refusal = podSecurityRefusal(pod, inNamespace);
  // Each attempt would use another pod name and change the VMI again.
  const refusedBefore = textAt(conditionOf(vmi, 'Synchronized'), 'message') ?? '';
  if (refusal !== undefined && refusedBefore.includes(VIOLATES)) return;
  if (policy !== undefined) {
    const words = LAUNCHER_REFUSALS[policy];
    if (!refusedBefore.includes(words)) refuseByPolicy(store, vmi, pod, record, words);
    return;
  }
  // With its feature gate on, KubeVirt does not read the networks.
  const looked = requestsNetworkResources(store) ? multusNetworks(vmi) : [];
  const missing = looked.find(({ nad }) => !findNad(store, nad))?.nad;
  const problem =
    missing === undefined ? refusal && refused(vmi, refusal) : notRendered(`${UNKNOWN_NETWORK} ${missing}`);
  store.change(VMIS, vmi, (current) => {
    setCondition(current, 'Ready', 'False', 'PodNotExists', 'virt-launcher pod has not yet been scheduled');
    if (problem === undefined) dropCondition(current, 'Synchronized');
    else setCondition(current, 'Synchronized', 'False', 'FailedCreate', problem);
  });
  if (problem !== undefined) {
    record(vmi, 'Warning', 'FailedCreate', missing === undefined ? notRendered(problem) : problem);
    return;
  }
  store.insert(PODS, pod);
  record(vmi, 'Normal', 'SuccessfulCreate', `Created virtual machine pod ${pod.metadata.name}`);
}

const VIOLATES = 'violates PodSecurity';

function refuseByPolicy(store: Store, vmi: KubeObject, pod: KubeObject, record: RecordEvent, words: string): void {
  const refusal = `pods "${pod.metadata.name}" is forbidden: ${words}`;
  store.change(VMIS, vmi, (current) => {
    setCondition(current, 'Ready', 'False', 'PodNotExists', 'virt-launcher pod has not yet been scheduled');
    setCondition(current, 'Synchronized', 'False', 'FailedCreate', `failed to create virtual machine pod: ${refusal}`);
  });
  record(vmi, 'Warning', 'FailedCreate', `Error creating pod: ${refusal}`);
}
const UNKNOWN_NETWORK = 'Failed to locate network attachment definition';

/** KubeVirt's message (`pkg/virt-controller/watch/vmi/lifecycle.go`, 1.9) for the condition; the event extends it. */
function refused({ metadata: { namespace = '', name } }: KubeObject, refusal: string): string {
  return `failed to create pod for vmi ${namespace}/${name}, it needs a privileged namespace to run: ${refusal}`;
}

function notRendered(problem: string): string {
  return `failed to render launch manifest: ${problem}`;
}

function follow(store: Store, vmi: KubeObject, pod: KubeObject, allMigratable: boolean): void {
  const node = nodeOf(pod);
  if (node !== undefined && labelsOf(pod)[NODE_LABEL] !== node) {
    store.change(PODS, pod, (current) => {
      current.metadata.labels = { ...current.metadata.labels, [NODE_LABEL]: node };
    });
  }
  store.change(VMIS, vmi, (current) => {
    const scheduled = conditionOf(pod, 'PodScheduled');
    if (scheduled?.status === 'False') {
      setCondition(current, 'PodScheduled', 'False', textAt(scheduled, 'reason'), textAt(scheduled, 'message'));
    } else dropCondition(current, 'PodScheduled');
    if (phaseOf(current) === 'Pending') {
      enterPhase(current, 'Scheduling');
      setCondition(current, 'Ready', 'False', 'GuestNotRunning', 'Guest VM is not reported as running');
    }
    if (phaseOf(current) !== 'Scheduling') return;
    statusOf(current).activePods = { [pod.metadata.uid]: node ?? '' };
    const image = imageProblem(pod);
    if (image) setCondition(current, 'Synchronized', 'False', textAt(image, 'reason'), textAt(image, 'message'));
    else dropCondition(current, 'Synchronized');
    if (pod.metadata.deletionTimestamp !== undefined) enterPhase(current, 'Failed');
    else if (node !== undefined && phaseOf(pod) === 'Running') {
      const status = statusOf(current);
      status.nodeName = node;
      status.launcherContainerImageVersion = 'quay.io/kubevirt/virt-launcher:v1.9.0';
      status.qosClass = 'Burstable';
      current.metadata.labels = { ...current.metadata.labels, [NODE_LABEL]: node };
      setMigratable(current, allMigratable);
      enterPhase(current, 'Scheduled');
    }
  });
}

/** As recorded on KubeVirt 1.9: a bridge to the pod network prevents a migration. */
function setMigratable(vmi: KubeObject, allMigratable: boolean): void {
  const pods = objectsAt(vmi.spec, 'networks').filter(({ pod }) => pod !== undefined);
  const interfaces = objectsAt(vmi.spec, 'domain', 'devices', 'interfaces');
  const bridged = interfaces.filter(({ bridge }) => bridge !== undefined).map(({ name }) => name);
  if (allMigratable && !pods.some(({ name }) => bridged.includes(name))) {
    for (const type of ['LiveMigratable', 'StorageLiveMigratable']) setCondition(vmi, type, 'True');
    return;
  }
  const message =
    'cannot migrate VMI which does not use masquerade or a migratable plugin to connect to the pod network';
  setCondition(vmi, 'LiveMigratable', 'False', 'InterfaceNotLiveMigratable', message);
  setCondition(vmi, 'StorageLiveMigratable', 'False', 'NotMigratable');
}

/** The waiting state of a container whose image cannot be pulled. */
function imageProblem(pod: KubeObject): JsonObject | undefined {
  const containers = ['initContainerStatuses', 'containerStatuses'].flatMap((list) => objectsAt(pod.status, list));
  const waiting = containers.map((container) => objectAt(container, 'state', 'waiting'));
  return waiting.find((state) => state?.reason === 'ErrImagePull' || state?.reason === 'ImagePullBackOff');
}
