// SPDX-License-Identifier: Apache-2.0
import type { ServedRequest } from '../api/server.ts';
import type { Lab, LabOptions } from '../cluster/interface.ts';
import type { Impairment } from '../network/switch.ts';
import { BR10 } from './blue-network.ts';
import type { Scenario } from './scenario.ts';
import { later } from './triggers.ts';

/**
 * Faults of a part of a cluster, for a checkup between all pairs of nodes. The zones of the six nodes: a has node-1 and node-4, b has
 * node-2 and node-5, c has node-3 and node-6.
 */

const ZONES = ['a', 'b', 'c'];
const HEALTHY_NODES = ['node-1', 'node-2', 'node-3', 'node-4', 'node-5'];
const NODES = [...HEALTHY_NODES, 'node-6'];
const PARAMETERS = { topology: 'mesh', sampleDurationSeconds: '1' };
/** A limit between the round-trip times of good paths (2 ms) and of slow ones (82 ms), far enough from both for a busy machine. */
const LIMIT = { maxDesiredLatencyMilliseconds: '50' };
const [BASE_DELAY_MS, SLOW_MS] = [1, 40];
const FAILS_AFTER_MS = 200;

function mesh(
  name: string,
  description: string,
  options: Partial<LabOptions> = {},
  changes: Partial<Scenario> = {},
): Scenario {
  return {
    name,
    description,
    area: 'network',
    tolerated: false,
    options: { nodes: NODES, zones: ZONES, ...options },
    parameters: PARAMETERS,
    ...changes,
  };
}

function impaired(
  name: string,
  description: string,
  rules: Partial<Impairment>,
  parameters: Readonly<Record<string, string>> = {},
): Scenario {
  const impairment = { delayMs: BASE_DELAY_MS, ...rules };
  return mesh(name, description, { impairment }, { parameters: { ...PARAMETERS, ...parameters } });
}

function onVmiCreated({ verb, path, code }: ServedRequest): boolean {
  return verb === 'create' && path.endsWith('/virtualmachineinstances') && code === 201;
}

/** The node fails at once: before the scheduler has seen the first VM. */
function failAtFirstVmi(lab: Lab, node: string): void {
  const stop = lab.onRequest((request) => {
    if (!onVmiCreated(request)) return;
    stop();
    lab.failNode(node);
  });
}

function failAfterFirstPing(lab: Lab, node: string): void {
  const stop = lab.onEcho(({ fromNode, toNode }) => {
    if (fromNode !== node && toNode !== node) return;
    stop();
    later(lab, FAILS_AFTER_MS, () => {
      lab.failNode(node);
    });
  });
}

export const MESH_SCENARIOS: readonly Scenario[] = [
  mesh(
    'mesh-node-not-ready',
    'the kubelet of node-6 has stopped before the checkup starts',
    { dead: ['node-6'] },
    { area: 'vmi', tolerated: true },
  ),
  mesh(
    'mesh-node-down',
    'node-6 fails when the first VM is created: the launcher pod of its VM stays Pending',
    {},
    {
      area: 'vmi',
      begin: (lab) => {
        failAtFirstVmi(lab, 'node-6');
      },
    },
  ),
  mesh(
    'mesh-node-dies',
    'node-6 fails after the first ping from or to it (SIMULATED: its VM is Failed at once, on a cluster after minutes)',
    {},
    {
      area: 'vmi',
      begin: (lab) => {
        failAfterFirstPing(lab, 'node-6');
      },
    },
  ),
  mesh('mesh-bridge-missing', 'node-6 has no bridge of network blue; the CNI plugin creates an empty bridge', {
    objects: [BR10],
    bridges: { br10: HEALTHY_NODES },
  }),
  impaired(
    'mesh-vlan-missing',
    'the switch port of node-6 does not carry the VLAN: no frame passes between it and other nodes',
    {
      nodes: [{ node: 'node-6', cut: true }],
    },
  ),
  impaired('mesh-uplink-cut', 'no frame passes between zone c and the other zones', {
    zones: [{ uplink: 'c', cut: true }],
  }),
  impaired(
    'mesh-zones-slow',
    'each packet between zones a and b takes 40 ms longer, and the checkup allows 50 ms',
    { zones: [{ between: ['a', 'b'], delayMs: SLOW_MS }] },
    LIMIT,
  ),
  impaired('mesh-link-cut', 'no frame passes between node-1 and node-2', {
    links: [{ between: ['node-1', 'node-2'], cut: true }],
  }),
  impaired(
    'mesh-loss-one-way',
    '80% of the frames from node-1 to node-2 are lost, none from node-2 to node-1, and the checkup allows 10% loss',
    { links: [{ between: ['node-1', 'node-2'], oneWay: true, lossPercent: 80 }] },
    { maxPacketLossPercent: '10' },
  ),
  impaired(
    'mesh-node-slow',
    'each packet from or to node-6 takes 40 ms longer, and the checkup allows 50 ms',
    { nodes: [{ node: 'node-6', delayMs: SLOW_MS }] },
    LIMIT,
  ),
  impaired('mesh-all-down', 'no frame passes between any two nodes', { cut: true }),
  mesh(
    'mesh-contention',
    'eight nodes; each packet takes 40 ms longer while more than three pairs ping, and the checkup allows 50 ms',
    { nodes: 8, impairment: { delayMs: BASE_DELAY_MS, contention: { pairs: 3, delayMs: SLOW_MS } } },
    { tolerated: true, parameters: { ...PARAMETERS, ...LIMIT } },
  ),
];
