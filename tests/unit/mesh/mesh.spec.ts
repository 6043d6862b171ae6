// SPDX-License-Identifier: Apache-2.0
/** A mesh whose guests do not answer on their consoles. */
import { expect, test } from '@playwright/test';
import { parseInput } from '../../../fixtures/input/parse-input.ts';
import { Mesh, type MeshGuests } from '../../../fixtures/mesh/mesh.ts';
import type { Endpoint, Tracked } from '../../../fixtures/ping/endpoint.ts';
import { planRounds } from '../../../fixtures/topology/rounds.ts';
import { CheckupError } from '../../../model/errors.ts';
import type { MeshPlan } from '../../../model/mesh/plan.ts';
import { FakeShell, NO_LIMIT } from '../guest/fake-shell.ts';
import { UNDISTURBED } from '../ping/fake-endpoint.ts';

const NODES = ['w1', 'w2', 'w3', 'w4', 'w5', 'w6', 'w7', 'w8', 'w9', 'w10'];
const INPUT = parseInput(
  {},
  {
    'spec.timeout': '5m',
    'spec.param.networkAttachmentDefinitionNamespace': 'ns',
    'spec.param.networkAttachmentDefinitionName': 'blue',
    'spec.param.topology': 'mesh',
  },
  false,
);

function unresponsiveEndpoint(node: string, tracked: Tracked): Endpoint & { shell: FakeShell } {
  const fail = (): never => {
    throw new CheckupError('MeasurementFailed', `the console of "${node}" does not answer`);
  };
  return { shell: new FakeShell([[/./, fail]], node), tracked, addresses: [], interfaceName: 'eth0', mtuBytes: 1500 };
}

async function measure(trackedOf: (node: string) => Tracked) {
  const { rounds, roundsInTotal, firstRound } = planRounds(NODES);
  const endpoints = new Map(NODES.map((node) => [node, unresponsiveEndpoint(node, trackedOf(node))]));
  const plan: MeshPlan = {
    nodes: NODES,
    zones: {},
    leftOut: [],
    notMeasured: [],
    roundsPlanned: rounds.length,
    firstRound,
    roundsInTotal,
    pairsPlanned: 45,
  };
  const guests: MeshGuests = { endpoints, plan, rounds };
  const mesh = new Mesh({ waiting: NO_LIMIT, keep: () => Promise.resolve(), emit: () => Promise.resolve() });
  return { pairs: await mesh.measure(guests, INPUT), endpoints };
}

test('a guest that has failed to ping twice is not asked again', async () => {
  const { pairs, endpoints } = await measure(() => UNDISTURBED);
  expect(pairs).toHaveLength(45);
  for (const { from, state, reason } of pairs) {
    expect(state).toBe('unmeasured');
    expect(reason).toBe(`the console of "${from}" does not answer`);
  }
  for (const [node, { shell }] of endpoints) expect(shell.typed, node).toHaveLength(2);
});

test('a VM that is gone is not asked at all, and is the reason', async () => {
  const gone = (): Promise<void> => Promise.reject(new CheckupError('MeasurementFailed', 'VMI "w3" is gone'));
  const { pairs, endpoints } = await measure((node) =>
    node === 'w3' ? { ...UNDISTURBED, verify: gone } : UNDISTURBED,
  );
  const own = pairs.filter(({ from, to }) => from === 'w3' || to === 'w3');
  expect(own.map(({ reason }) => reason)).toEqual(Array(9).fill('VMI "w3" is gone'));
  expect(endpoints.get('w3')?.shell.typed).toEqual([]);
});
