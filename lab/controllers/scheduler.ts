// SPDX-License-Identifier: Apache-2.0
import { NODES, PERSISTENT_VOLUME_CLAIMS, PODS } from '../kinds/kinds.ts';
import { objectAt, textAt } from '../store/json.ts';
import type { KubeObject } from '../store/kube-object.ts';
import type { Store } from '../store/store.ts';
import { conditionOf, setCondition } from './conditions.ts';
import { startController, type Controller } from './controller.ts';
import { eventRecorder, type RecordEvent } from './event-recorder.ts';
import { nodeOf, placePod, volumeObstacle } from './scheduling.ts';

/** The order in which the scheduler tries two pods, by a word in their names. */
export type ScheduleOrder = 'source-first' | 'target-first';

/**
 * Binds pods to nodes, reports on each pod why it cannot be bound, and retries when pods, nodes or claims change. With an order, a
 * pod named after the second word waits until one named after the first has been tried.
 */
export function startScheduler(store: Store, order: ScheduleOrder | undefined): Controller {
  const record = eventRecorder(store, 'default-scheduler');
  const first = order === 'target-first' ? 'target' : 'source';
  const second = first === 'source' ? 'target' : 'source';
  const reconcile = () => {
    const waiting = store.list(PODS).filter(isWaiting);
    waiting.sort((a, b) => Number(a.metadata.name.includes(second)) - Number(b.metadata.name.includes(second)));
    for (const pod of waiting) {
      const pods = store.list(PODS);
      const tried = pods.some((other) => other.metadata.name.includes(first) && conditionOf(other, 'PodScheduled'));
      if (order && pod.metadata.name.includes(second) && !tried) continue;
      place(store, pod, pods, record);
    }
  };
  const relevant = [PODS, NODES, PERSISTENT_VOLUME_CLAIMS];
  return startController(store, ({ kind }) => (relevant.includes(kind) ? ['all pods'] : []), reconcile);
}

/** Pods of another scheduler are ignored. */
function isWaiting(pod: KubeObject): boolean {
  const scheduler = textAt(pod.spec, 'schedulerName') ?? 'default-scheduler';
  return nodeOf(pod) === undefined && !pod.metadata.deletionTimestamp && scheduler === 'default-scheduler';
}

function place(store: Store, pod: KubeObject, pods: KubeObject[], record: RecordEvent): void {
  const nodes = store.list(NODES);
  const obstacle = volumeObstacle(pod, nodes, (name) =>
    store.get(PERSISTENT_VOLUME_CLAIMS, pod.metadata.namespace, name),
  );
  const placement = obstacle === undefined ? placePod(pod, nodes, pods) : { unschedulable: obstacle };
  const reported = textAt(conditionOf(pod, 'PodScheduled'), 'message');
  store.change(PODS, pod, (current) => {
    if ('unschedulable' in placement) {
      setCondition(current, 'PodScheduled', 'False', 'Unschedulable', placement.unschedulable);
      return;
    }
    current.spec = { ...objectAt(current, 'spec'), nodeName: placement.node };
    setCondition(current, 'PodScheduled', 'True');
  });
  if ('node' in placement) {
    const path = `${pod.metadata.namespace ?? ''}/${pod.metadata.name}`;
    record(pod, 'Normal', 'Scheduled', `Successfully assigned ${path} to ${placement.node}`);
  } else if (reported !== placement.unschedulable) record(pod, 'Warning', 'FailedScheduling', placement.unschedulable);
}
