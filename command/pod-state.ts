// SPDX-License-Identifier: Apache-2.0
/** Reads the status of the Job's pod: whether the checkup has started, how it ended, and what the pod waits for. */
import { list, record, type Json } from '../fixtures/cluster/objects.ts';
import { oneLine } from '../model/text.ts';
import { ARTIFACTS_CONTAINER } from './artifacts-container.ts';
import { CHECKUP_CONTAINER } from './plan.ts';

export interface PodEnd {
  /** Undefined if the pod ended but its status has no exit code of the checkup's container, for example after an eviction. */
  exitCode: number | undefined;
  reason: string;
}

export interface PodState {
  name: string;
  /** The checkup's container has started, and may have ended. */
  started: boolean;
  /** How the checkup ended. Undefined while it runs, and while the pod terminates and another container still runs. */
  ended: PodEnd | undefined;
  /** Grace period of the deletion in milliseconds; undefined if the pod is not being deleted. */
  deletionGraceMs: number | undefined;
  /** Names of running containers that this command did not add to the pod. */
  sidecars: string[];
  /** One line: phase and conditions. */
  summary: string;
  /** One line: what the pod waits for. */
  waitingFor: string;
  /** The image of the checkup, if the node cannot pull it. */
  unpulledImage: string | undefined;
}

export function podState(pod: Json): PodState {
  const [metadata, spec, status] = [record(pod['metadata']), record(pod['spec']), record(pod['status'])];
  const containers = list(status['containerStatuses']).map(record);
  const state = record(containers.find(({ name }) => name === CHECKUP_CONTAINER)?.['state']);
  const terminated = state['terminated'] === undefined ? undefined : record(state['terminated']);
  const over = ['Failed', 'Succeeded'].includes(text(status['phase']));
  const unfinished = containers.filter((container) => record(container['state'])['terminated'] === undefined);
  const grace = Number(metadata['deletionGracePeriodSeconds'] ?? spec['terminationGracePeriodSeconds'] ?? 30);
  return {
    name: text(metadata['name']),
    started: state['running'] !== undefined || terminated !== undefined,
    ended: terminated
      ? { exitCode: Number(terminated['exitCode']), reason: text(terminated['reason']) }
      : over
        ? { exitCode: undefined, reason: oneLine(reasonAndMessage(status) || `phase ${text(status['phase'])}`, 500) }
        : undefined,
    deletionGraceMs: metadata['deletionTimestamp'] === undefined ? undefined : grace * 1000,
    sidecars: unfinished
      .map(({ name }) => text(name))
      .filter((name) => name !== CHECKUP_CONTAINER && name !== ARTIFACTS_CONTAINER),
    summary: summaryOf(pod),
    waitingFor: oneLine(waitingFor(status, containers), 500),
    unpulledImage: PULL_FAILURES.includes(text(record(state['waiting'])['reason'])) ? imageOf(spec) : undefined,
  };
}

/** Reasons of a waiting container. */
const PULL_FAILURES = ['ErrImagePull', 'ImagePullBackOff', 'InvalidImageName', 'ErrImageNeverPull'];

function imageOf(spec: Json): string {
  const checkup = list(spec['containers'])
    .map(record)
    .find(({ name }) => name === CHECKUP_CONTAINER);
  return oneLine(text(checkup?.['image']), 500);
}

function summaryOf(pod: Json): string {
  const [metadata, spec, status] = [record(pod['metadata']), record(pod['spec']), record(pod['status'])];
  const node = text(spec['nodeName']);
  const conditions = list(status['conditions']).map(record);
  const ready = conditions.find(({ type }) => type === 'Ready');
  return [
    `phase ${text(status['phase'])}`,
    ...(node === '' ? [] : [`node ${node}`]),
    ...(ready === undefined ? [] : [oneLine(`Ready=${text(ready['status'])} ${reasonAndMessage(ready)}`, 200)]),
    ...(metadata['deletionTimestamp'] === undefined ? [] : ['being deleted']),
  ].join(', ');
}

function waitingFor(status: Json, containers: readonly Json[]): string {
  const unscheduled = list(status['conditions'])
    .map(record)
    .find((condition) => condition['type'] === 'PodScheduled' && condition['status'] === 'False');
  if (unscheduled) return `a node for the pod: ${reasonAndMessage(unscheduled)}`;
  // All other containers wait for an init container, such as a sidecar's.
  const all = [...list(status['initContainerStatuses']).map(record), ...containers];
  const waiting = all.flatMap(({ name, state }) => {
    const why = record(record(state)['waiting']);
    return why['reason'] === undefined ? [] : [[text(name), reasonAndMessage(why)] as const];
  });
  const informative = waiting.filter(([, why]) => why !== 'PodInitializing' && why !== 'ContainerCreating');
  // The checkup's and the artifacts container have the same image, so both wait for the same pull.
  const candidates = informative.length > 0 ? informative : waiting;
  const [name, why] = candidates.find(([container]) => container === CHECKUP_CONTAINER) ?? candidates[0] ?? [];
  return name === undefined ? `the pod to start: phase ${text(status['phase'])}` : `container ${name}: ${why}`;
}

function reasonAndMessage({ reason, message }: Json): string {
  return [text(reason), text(message)].filter((part) => part !== '').join(': ');
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
