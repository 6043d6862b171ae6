/** What the Job's pod says of itself: whether the checkup began, how it ended, what is still waited for. */
import { list, record, type Json } from '../../fixtures/cluster/objects.ts';
import { oneLine } from '../../model/text.ts';
import { CHECKUP_CONTAINER } from './plan.ts';

export interface PodState {
  name: string;
  /** The checkup's process has begun, and may have ended. */
  started: boolean;
  /** How it ended, if it has. */
  ended: { exitCode: number; reason: string } | undefined;
  /** One line: what the pod waits for. */
  waitingFor: string;
}

export function podState(pod: Json): PodState {
  const status = record(pod['status']);
  const containers = list(status['containerStatuses']).map(record);
  const state = record(containers.find(({ name }) => name === CHECKUP_CONTAINER)?.['state']);
  const terminated = state['terminated'] === undefined ? undefined : record(state['terminated']);
  return {
    name: text(record(pod['metadata'])['name']),
    started: state['running'] !== undefined || terminated !== undefined,
    ended: terminated && { exitCode: Number(terminated['exitCode']), reason: text(terminated['reason']) },
    waitingFor: oneLine(waitingFor(status, containers), 500),
  };
}

function waitingFor(status: Json, containers: readonly Json[]): string {
  const unscheduled = list(status['conditions'])
    .map(record)
    .find((condition) => condition['type'] === 'PodScheduled' && condition['status'] === 'False');
  if (unscheduled) return `a node for the pod: ${reasonAndMessage(unscheduled)}`;
  const waiting = containers.flatMap(({ name, state }) => {
    const why = record(record(state)['waiting']);
    return why['reason'] === undefined ? [] : [[text(name), reasonAndMessage(why)] as const];
  });
  // Both are of one image and wait for the same.
  const [name, why] = waiting.find(([one]) => one === CHECKUP_CONTAINER) ?? waiting[0] ?? [];
  return name === undefined ? `the pod to start: phase ${text(status['phase'])}` : `container ${name}: ${why}`;
}

function reasonAndMessage({ reason, message }: Json): string {
  return [text(reason), text(message)].filter((part) => part !== '').join(': ');
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
