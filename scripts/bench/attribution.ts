// SPDX-License-Identifier: Apache-2.0
/** How often the attribution of a mesh names exactly the parts that are faulty. Simulated: without a lab. */
import type { Figure } from './figure.ts';
import { FAULTS, simulateFault, type Fault, type Mesh } from './simulated-faults.ts';

/** Of each fault and mesh. */
const RUNS = 150;
/** Percent of all faults that may be named wrongly. */
const MESHES: readonly (readonly [mesh: Mesh, atMost: number])[] = [
  [{ nodes: 20, zones: 4, rounds: 0 }, 2],
  [{ nodes: 50, zones: 4, rounds: 0 }, 2],
  [{ nodes: 100, zones: 4, rounds: 6 }, 7],
  [{ nodes: 100, zones: 4, rounds: 10 }, 1],
  [{ nodes: 100, zones: 4, rounds: 0 }, 0],
];

export function attribution(): Figure[] {
  return MESHES.map(([mesh, atMost]) => {
    const wrong = FAULTS.map((fault) => wrongPercent(fault, mesh));
    return {
      section: 'attribution',
      name: `${mesh.nodes} nodes, ${mesh.rounds === 0 ? 'all' : mesh.rounds} rounds: not exact`,
      value: wrong.reduce((sum, percent) => sum + percent, 0) / wrong.length,
      unit: '%',
      bound: { atMost },
      note: FAULTS.map((fault, index) => `${fault} ${wrong[index]?.toFixed(1)}`).join(', '),
    };
  });
}

function wrongPercent(fault: Fault, mesh: Mesh): number {
  let wrong = 0;
  for (let run = 0; run < RUNS; run += 1) {
    const { named, injected } = simulateFault(fault, mesh, `${fault} ${run}`);
    if (named.join() !== injected.join()) wrong += 1;
  }
  return (wrong * 100) / RUNS;
}
