// SPDX-License-Identifier: Apache-2.0
/** Which obstacles end a wait, and when: with a fake clock. */
import { expect, test } from '@playwright/test';
import { ApiError } from '../../../fixtures/cluster/api-error.ts';
import type { EventState } from '../../../fixtures/cluster/event-state.ts';
import { nodeState, vmiState, type NodeState, type VmiState } from '../../../fixtures/cluster/objects.ts';
import { LastingObstacles } from '../../../fixtures/vmi/lasting-obstacles.ts';

const BRIDGE = 'bridge.network.kubevirt.io/br10';
const POD_UID = 'c54a3659';

function unschedulable(resource = BRIDGE): VmiState {
  const message = `0/2 nodes are available: 2 Insufficient ${resource}. no new claims to deallocate, preemption: 0/2 nodes are available: 2 x.`;
  const condition = { type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message };
  return vmiState({ status: { phase: 'Scheduling', activePods: { [POD_UID]: '' }, conditions: [condition] } });
}

const ON_NODE = vmiState({ status: { phase: 'Scheduling', activePods: { [POD_UID]: 'node-1' } } });

function node(name: string, allocatable: Record<string, string> = {}): NodeState {
  return nodeState({ metadata: { name }, status: { allocatable } });
}

function failed(times: number): EventState[] {
  return Array.from({ length: times }, (_, index) => ({
    kind: 'Pod',
    about: 'virt-launcher-x',
    node: 'node-1',
    reason: 'FailedCreatePodSandBox',
    message: 'failed (add): Link not found',
    warning: true,
    count: 1,
    lastMs: index,
  }));
}

/** Obstacles with a clock, and what they read. */
function obstacles(nodes: () => readonly NodeState[], events: () => readonly EventState[] = () => []) {
  const clock = { ms: 0, nodeLists: 0, eventLists: 0 };
  const found = new LastingObstacles({
    now: () => clock.ms,
    listNodes: async () => {
      clock.nodeLists += 1;
      return await Promise.resolve(nodes());
    },
    listPodEvents: async (uid) => {
      expect(uid).toBe(POD_UID);
      clock.eventLists += 1;
      return await Promise.resolve(events());
    },
  });
  const at = async (ms: number, state: VmiState) => {
    clock.ms = ms;
    return await found.find(state);
  };
  return { at, clock, found };
}

const refuse = (status: number) => (): never => {
  throw new ApiError('no', status);
};

test('ends the wait 15 s after the scheduler names a resource that no node offers', async () => {
  const { at, clock, found } = obstacles(() => [node('node-1'), node('node-2', { [BRIDGE]: '0' })]);
  expect(found.dueMs).toBe(Infinity);
  expect(await at(1000, unschedulable())).toBeUndefined();
  expect(found.dueMs).toBe(15_000);
  expect(await at(15_900, unschedulable())).toBeUndefined();
  expect(clock.nodeLists).toBe(0);
  expect(await at(16_000, unschedulable())).toEqual({ text: `no node offers "${BRIDGE}"`, final: true });
});

test('waits on for a resource that a node offers, and reads the nodes once', async () => {
  const { at, clock, found } = obstacles(() => [node('node-1', { [BRIDGE]: '1k' }), node('node-2')]);
  for (const ms of [0, 15_000, 40_000, 300_000]) expect(await at(ms, unschedulable())).toBeUndefined();
  expect(clock.nodeLists).toBe(1);
  expect(found.dueMs).toBe(Infinity);
});

test('waits on when memory is short: each node offers some', async () => {
  const { at } = obstacles(() => [node('node-1', { memory: '1Gi' })]);
  for (const ms of [0, 15_000]) expect(await at(ms, unschedulable('memory'))).toBeUndefined();
});

test('begins anew when the pod was scheduled meanwhile', async () => {
  const { at } = obstacles(() => [node('node-1')]);
  expect(await at(0, unschedulable())).toBeUndefined();
  expect(await at(14_000, ON_NODE)).toBeUndefined();
  expect(await at(16_000, unschedulable())).toBeUndefined();
  expect(await at(31_000, unschedulable())).toMatchObject({ final: true });
});

test('waits on when the nodes may not be listed, and reads them again after a transient error', async () => {
  const forbidden = obstacles(refuse(403));
  for (const ms of [0, 15_000, 30_000]) expect(await forbidden.at(ms, unschedulable())).toBeUndefined();
  expect(forbidden.clock.nodeLists).toBe(1);
  let away = true;
  const flaky = obstacles(() => (away ? refuse(503)() : [node('node-1')]));
  for (const ms of [0, 15_000]) expect(await flaky.at(ms, unschedulable())).toBeUndefined();
  away = false;
  expect(await flaky.at(16_000, unschedulable())).toMatchObject({ final: true });
});

test('ends the wait 30 s after the first event when a node does not start the pod again and again', async () => {
  let times = 1;
  const { at, clock, found } = obstacles(
    () => [],
    () => failed(times),
  );
  expect(await at(0, ON_NODE)).toBeUndefined();
  expect(found.dueMs).toBe(5000);
  expect(clock.eventLists).toBe(0);
  const text = 'FailedCreatePodSandBox of pod virt-launcher-x on node "node-1": Link not found';
  expect(await at(5000, ON_NODE)).toEqual({ text, final: false });
  // Between two reads it stands.
  expect(await at(6000, ON_NODE)).toEqual({ text, final: false });
  expect(clock.eventLists).toBe(1);
  times = 3;
  expect(await at(34_000, ON_NODE)).toMatchObject({ final: false });
  expect(await at(39_000, ON_NODE)).toEqual({ text: text.replace('":', '" (3 times):'), final: true });
});

test('waits on after a single failure, after one that has passed, and after another that begins later', async () => {
  let events = failed(1);
  const { at } = obstacles(
    () => [],
    () => events,
  );
  for (const ms of [0, 5000, 40_000]) expect((await at(ms, ON_NODE))?.final).not.toBe(true);
  events = [...failed(2), ...failed(1).map((event) => ({ ...event, reason: 'Pulling', warning: false, lastMs: 60 }))];
  expect(await at(45_000, ON_NODE)).toBeUndefined();
  events = failed(2);
  expect(await at(50_000, ON_NODE)).toMatchObject({ final: false });
});

test('waits on when events may not be listed, and asks once', async () => {
  const { at, clock, found } = obstacles(() => [], refuse(403));
  for (const ms of [0, 5000, 10_000, 60_000]) expect(await at(ms, ON_NODE)).toBeUndefined();
  expect(clock.eventLists).toBe(1);
  expect(found.dueMs).toBe(Infinity);
});
