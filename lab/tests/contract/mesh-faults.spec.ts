// SPDX-License-Identifier: Apache-2.0
/** Faults of a part of a cluster: which guests of a mesh start, and which of them reach each other. */
import { expect } from '@playwright/test';
import { MESH_SCENARIOS } from '../../faults/mesh-scenarios.ts';
import { optionsOf } from '../../faults/scenarios.ts';
import type { Lab } from '../../lab.ts';
import { objectAt, objectsAt, textAt, type JsonObject } from '../../store/json.ts';
import type { Api } from './api.ts';
import { ConsoleSession } from './console-session.ts';
import { consolePath, NAMESPACE, test, VMIS } from './own-lab.ts';
import { domain, vmi } from './vmis.ts';
import { fill } from './template.ts';

const PLURAL = 'virtualmachineinstances';

/** Returns a VMI on network blue that only this node may run, as a mesh creates it. */
function pinned(node: string): JsonObject {
  const term = { matchFields: [{ key: 'metadata.name', operator: 'In', values: [node] }] };
  const required = { nodeSelectorTerms: [term] };
  const spec = {
    affinity: { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: required } },
    domain: domain({ name: 'net0', bridge: {} }),
    networks: [{ name: 'net0', multus: { networkName: 'blue' } }],
  };
  return fill(vmi({}, spec), { name: node, ns: NAMESPACE });
}

async function create(api: Api, node: string): Promise<void> {
  const { status } = await api.call({ method: 'POST', path: VMIS, body: pinned(node) });
  expect(status).toBe(201);
}

function phase(lab: Lab, node: string): string | undefined {
  return textAt(lab.get(PLURAL, NAMESPACE, node), 'status', 'phase');
}

/** Opens the console of a running VMI, logs in and sets its address. */
async function logIn(api: Api, lab: Lab, node: string): Promise<ConsoleSession> {
  await expect.poll(() => phase(lab, node)).toBe('Running');
  const session = await ConsoleSession.open(api, consolePath(node));
  await session.logIn();
  await session.type(`ip addr add 198.18.0.${node.slice(-1)}/24 dev eth0 && ip link set eth0 up; echo set=$?`, /set=0/);
  return session;
}

/** Whether each of ten pings from one node to another has a reply. */
async function pings(session: ConsoleSession, to: string): Promise<'all' | 'some' | 'none'> {
  const output = await session.type(`ping -i 0.1 -c 10 -W 1 198.18.0.${to.slice(-1)}`, /packet loss/);
  const [, received = ''] = /(\d+) received/.exec(output) ?? [];
  if (received === '10') return 'all';
  return received === '0' ? 'none' : 'some';
}

type Expected = [from: string, to: string, replies: 'all' | 'some' | 'none'][];

const NETWORK: Record<string, Expected> = {
  'mesh-bridge-missing': [
    ['node-1', 'node-6', 'none'],
    ['node-1', 'node-2', 'all'],
  ],
  'mesh-uplink-cut': [
    ['node-1', 'node-6', 'none'],
    ['node-3', 'node-6', 'all'],
    ['node-1', 'node-2', 'all'],
  ],
  'mesh-link-cut': [
    ['node-1', 'node-2', 'none'],
    ['node-1', 'node-6', 'all'],
  ],
};

for (const [name, expected] of Object.entries(NETWORK)) {
  test(`${name}: replies between nodes`, async ({ ownLab }) => {
    const { lab, api } = await ownLab(optionsOf(MESH_SCENARIOS.filter((scenario) => scenario.name === name)));
    const nodes = [...new Set(expected.flatMap(([from, to]) => [from, to]))];
    for (const node of nodes) await create(api, node);
    const sessions = new Map<string, ConsoleSession>();
    for (const node of nodes) sessions.set(node, await logIn(api, lab, node));
    for (const [from, to, replies] of expected) {
      const session = sessions.get(from);
      if (session) expect(await pings(session, to), `${from} to ${to}`).toBe(replies);
    }
    for (const session of sessions.values()) session.cut();
  });
}

const OTHERS = [
  'mesh-all-down',
  'mesh-contention',
  'mesh-loss-one-way',
  'mesh-node-not-ready',
  'mesh-node-slow',
  'mesh-vlan-missing',
  'mesh-zones-slow',
];

test('every mesh fault names nodes and zones of its own cluster', async ({ ownLab }) => {
  const begun = ['mesh-node-down', 'mesh-node-dies'];
  expect([...Object.keys(NETWORK), ...OTHERS, ...begun].sort()).toEqual(MESH_SCENARIOS.map(({ name }) => name).sort());
  for (const name of OTHERS) {
    const { lab } = await ownLab(optionsOf(MESH_SCENARIOS.filter((scenario) => scenario.name === name)));
    const data = objectAt(lab.get('configmaps', NAMESPACE, 'kubevirt-vm-latency-config'), 'data');
    expect(data, name).toMatchObject({ 'spec.param.topology': 'mesh', 'spec.param.sampleDurationSeconds': '1' });
  }
});

function begin(name: string, lab: Lab): void {
  MESH_SCENARIOS.find((scenario) => scenario.name === name)?.begin?.(lab);
}

function ready(lab: Lab, node: string): string | undefined {
  const conditions = objectsAt(lab.get('nodes', undefined, node), 'status', 'conditions');
  return textAt(
    conditions.find(({ type }) => type === 'Ready'),
    'status',
  );
}

test('mesh-node-down: the launcher pod of the failed node stays Pending, the others start', async ({ ownLab }) => {
  const { lab, api } = await ownLab(optionsOf(MESH_SCENARIOS.filter(({ name }) => name === 'mesh-node-down')));
  begin('mesh-node-down', lab);
  expect(ready(lab, 'node-6')).toBe('True');
  await create(api, 'node-6');
  await create(api, 'node-1');
  await expect.poll(() => phase(lab, 'node-1')).toBe('Running');
  expect(ready(lab, 'node-6')).toBe('Unknown');
  const [pod] = lab.list('pods', NAMESPACE).filter(({ metadata }) => metadata.name.includes('node-6'));
  expect(textAt(pod?.status, 'phase')).toBe('Pending');
  const scheduled = objectsAt(pod?.status, 'conditions').find(({ type }) => type === 'PodScheduled');
  expect(textAt(scheduled, 'message')).toContain('1 node(s) had untolerated taint(s)');
  expect(phase(lab, 'node-6')).toBe('Scheduling');
});

test('mesh-node-dies: after a ping the node is NotReady and its VM has failed', async ({ ownLab }) => {
  const { lab, api } = await ownLab(optionsOf(MESH_SCENARIOS.filter(({ name }) => name === 'mesh-node-dies')));
  begin('mesh-node-dies', lab);
  for (const node of ['node-1', 'node-6']) await create(api, node);
  const [one, six] = [await logIn(api, lab, 'node-1'), await logIn(api, lab, 'node-6')];
  const closed = six.closed();
  one.send('ping -i 0.1 -c 10 198.18.0.6\n');
  await expect.poll(() => phase(lab, 'node-6')).toBe('Failed');
  expect(ready(lab, 'node-6')).toBe('Unknown');
  expect(phase(lab, 'node-1')).toBe('Running');
  expect(await closed).toBe(1006);
  expect(lab.echoes().filter(({ reply }) => reply?.fate === 'delivered').length).toBeGreaterThan(0);
  one.cut();
});

test('each request in the log has a time, consoles included', async ({ ownLab }) => {
  const { lab, openConsole, untilPhase } = await ownLab();
  const before = Date.now();
  await untilPhase('Running');
  const session = await openConsole();
  const logged = lab.requests.map(({ verb, path, code, time }) => [verb, path, code, time.getTime() >= before]);
  expect(logged).toContainEqual(['get', consolePath(), 101, true]);
  session.cut();
});
