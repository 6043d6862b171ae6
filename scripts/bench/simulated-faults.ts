// SPDX-License-Identifier: Apache-2.0
/** Random faults of a mesh, and what the attribution names. */
import { seededRandom, shuffled } from '../../fixtures/topology/prng.ts';
import { planRounds, type NodePair } from '../../fixtures/topology/rounds.ts';
import { attribute } from '../../model/mesh/attribution.ts';
import type { MeshPair } from '../../model/mesh/pair.ts';

export const FAULTS = ['node', 'two nodes', 'uplink', 'zone pair', 'inside a zone', 'node and uplink', 'link'] as const;
export type Fault = (typeof FAULTS)[number];

export interface Mesh {
  readonly nodes: number;
  readonly zones: number;
  /** 0 for all. */
  readonly rounds: number;
}

/** Shares of the pairs that are bad: of those with the fault, and of the others. */
const BAD = { faulty: 0.97, other: 0.005 };

/** A part of the mesh: its name as the attribution spells it, and its pairs. */
interface Part {
  readonly name: string;
  has(pair: NodePair): boolean;
}

/** Returns what is named and what was injected, both sorted. They differ if the attribution is not exact. */
export function simulateFault(
  fault: Fault,
  mesh: Mesh,
  seed: string,
): { readonly named: string[]; readonly injected: string[] } {
  const random = seededRandom(seed);
  const nodes = Array.from({ length: mesh.nodes }, (_, index) => `w${index + 1}`);
  const zoneNames = Array.from({ length: mesh.zones }, (_, index) => `z${index + 1}`);
  const zones = Object.fromEntries(nodes.map((node, index) => [node, zoneNames[index % mesh.zones] ?? '']));
  const measured = planRounds(nodes, { roundsPerRun: mesh.rounds }).rounds.flatMap(({ pairs }) => pairs);
  const parts = injectedParts(fault, { nodes, zones, zoneNames, measured, random });
  const pairs = measured.map(({ from, to }): MeshPair => {
    const faulty = parts.some((part) => part.has({ from, to }));
    const certain = faulty && fault === 'link';
    const failed = certain || random() < (faulty ? BAD.faulty : BAD.other);
    return { from, to, family: 'ipv4', round: 1, state: failed ? 'failed' : 'passed' };
  });
  const suspects = attribute(pairs, zones).map(({ kind, names }) => [kind, ...names].join(' '));
  const injected = parts.map(({ name }) => name).sort();
  // Pairs that fail without a common cause are single links: half a percent of all pairs.
  const named = suspects.filter((name) => !name.startsWith('link ') || injected.includes(name)).sort();
  return { named, injected };
}

interface Cluster {
  readonly nodes: readonly string[];
  readonly zones: Readonly<Record<string, string>>;
  readonly zoneNames: readonly string[];
  readonly measured: readonly NodePair[];
  readonly random: () => number;
}

function injectedParts(fault: Fault, { nodes, zones, zoneNames, measured, random }: Cluster): Part[] {
  const [zone1 = '', zone2 = ''] = shuffled(zoneNames, random);
  // Of a node in a zone whose uplink is cut, only the few pairs inside of the zone can show that the node is faulty, too.
  const candidates = fault === 'node and uplink' ? nodes.filter((node) => zones[node] !== zone1) : nodes;
  const [node1 = '', node2 = ''] = shuffled(candidates, random);
  const ends = ({ from, to }: NodePair): (string | undefined)[] => [zones[from], zones[to]];
  const nodePart = (node: string): Part => ({
    name: `node ${node}`,
    has: ({ from, to }) => from === node || to === node,
  });
  const uplink: Part = {
    name: `uplink ${zone1}`,
    has: (pair) => ends(pair).filter((zone) => zone === zone1).length === 1,
  };
  switch (fault) {
    case 'node':
      return [nodePart(node1)];
    case 'two nodes':
      return [nodePart(node1), nodePart(node2)];
    case 'uplink':
      return [uplink];
    case 'zone pair':
      return [
        {
          name: `zonePair ${[zone1, zone2].sort().join(' ')}`,
          has: (pair) => [zone1, zone2].every((zone) => ends(pair).includes(zone)),
        },
      ];
    case 'inside a zone':
      return [{ name: `zone ${zone1}`, has: (pair) => ends(pair).every((zone) => zone === zone1) }];
    case 'node and uplink':
      return [nodePart(node1), uplink];
    case 'link': {
      const link = measured[Math.floor(random() * measured.length)] ?? { from: '', to: '' };
      return [
        {
          name: `link ${[link.from, link.to].sort().join(' ')}`,
          has: (pair) => pair.from === link.from && pair.to === link.to,
        },
      ];
    }
  }
}
