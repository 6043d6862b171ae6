// SPDX-License-Identifier: Apache-2.0
/** Meshes on the lab: the parameters of a mesh, and what the lab's ledger of pings says about its measurements. */
import type { Lab } from '../../lab/lab.ts';
import { setConfigMap } from './cluster-facts.ts';

/** Sets parameters in the lab's ConfigMap: those of a mesh, and others. */
export function setMesh(lab: Lab, parameters: Readonly<Record<string, string>> = {}, timeout = '2m'): void {
  const all = { topology: 'mesh', ...parameters };
  const keys = Object.entries(all).map(([name, value]) => [`spec.param.${name}`, value] as const);
  setConfigMap(lab, { 'spec.timeout': timeout, ...Object.fromEntries(keys) });
}

/** The pings of one VM to another, as the network saw them. */
export interface PairPings {
  from: string;
  to: string;
  /** Runs of ping: a warm-up and a sample for each measurement. */
  runs: number;
  /** When the first and the last request entered the network, milliseconds. */
  firstMs: number;
  lastMs: number;
}

/** Returns a function that returns the pings between each two nodes so far: one entry for each direction. */
export function recordPings(lab: Lab): () => PairPings[] {
  const pairs = new Map<string, Omit<PairPings, 'to' | 'runs'> & { destination: string; ids: Set<number> }>();
  const nodes = new Map<string, string>();
  lab.onEcho(({ source, destination, fromNode = '', id, request }) => {
    nodes.set(source, fromNode);
    const atMs = Number(request.arrivedNs) / 1e6;
    const key = `${source} ${destination}`;
    const known = pairs.get(key) ?? { from: fromNode, destination, ids: new Set(), firstMs: atMs, lastMs: atMs };
    pairs.set(key, { ...known, ids: known.ids.add(id), lastMs: atMs });
  });
  // The switch learns the node of a destination late, and each VM pings at least one other.
  return () => {
    return [...pairs.values()].map(({ from, destination, ids, firstMs, lastMs }) => {
      return { from, to: nodes.get(destination) ?? '', runs: ids.size, firstMs, lastMs };
    });
  };
}

/** Returns the pairs of measurements in which a node takes part at the same time. */
export function findOverlaps(pairs: readonly PairPings[]): string[] {
  const overlaps: string[] = [];
  const ends = new Map<string, PairPings>();
  for (const pair of pairs.toSorted((a, b) => a.firstMs - b.firstMs)) {
    for (const node of [pair.from, pair.to]) {
      const before = ends.get(node);
      if (before !== undefined && before.lastMs >= pair.firstMs) {
        overlaps.push(`${node}: ${before.from} → ${before.to}, ${pair.from} → ${pair.to}`);
      }
      ends.set(node, pair);
    }
  }
  return overlaps;
}

/** Returns the largest number of requests within one second. */
export function mostRequestsPerSecond(lab: Lab): number {
  const times = lab.requests.map(({ time }) => time.getTime()).sort((a, b) => a - b);
  let from = 0;
  let most = 0;
  for (const [to, time] of times.entries()) {
    while (time - (times[from] ?? 0) >= 1000) from += 1;
    most = Math.max(most, to - from + 1);
  }
  return most;
}
