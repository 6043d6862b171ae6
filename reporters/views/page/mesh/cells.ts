// SPDX-License-Identifier: Apache-2.0
/**
 * The cells of a heat map: one for each ordered pair of nodes and IP family. A pair that was measured in one direction only has two
 * cells with the same values: a ping passes both directions.
 */
import type { IpFamily } from '../../../../model/ip-family.ts';
import { isAbove } from '../../../../model/limit.ts';
import type { MeshResult } from '../../../../model/mesh/mesh-result.ts';
import { countedSample, isFailed, isMeasured, judgedNs, type MeshPair } from '../../../../model/mesh/pair.ts';

/** Where a class of the colour scale ends: multiples of the network's median. The steps are about equal on a logarithmic scale. */
export const SCALE_ENDS = [0.5, 0.8, 1.25, 2, 3, 5, 10] as const;

export type CellClass = 'self' | 'failed' | 'unmeasured' | `level-${number}`;

interface HeatCell {
  readonly kind: CellClass;
  /** The counted sample is over the threshold, although the pair has not failed. */
  readonly over: boolean;
}

/** Rows are sources, columns targets. */
export type HeatCells = readonly (readonly HeatCell[])[];

const SELF: HeatCell = { kind: 'self', over: false };
const UNMEASURED: HeatCell = { kind: 'unmeasured', over: false };

export interface HeatMapInput {
  readonly mesh: Pick<MeshResult, 'nodes' | 'zones' | 'medianLatencyNs' | 'statistic' | 'suspects'>;
  readonly pairs: readonly MeshPair[];
  readonly maxLatencyNs?: number | undefined;
}

export function cellsOf({ mesh, pairs, maxLatencyNs }: HeatMapInput, family: IpFamily): HeatCells {
  const own = pairs.filter((pair) => pair.family === family);
  const byNodes = new Map(own.map((pair) => [`${pair.from} ${pair.to}`, pair]));
  const cellOf = (from: string, to: string): HeatCell => {
    if (from === to) return SELF;
    const pair = byNodes.get(`${from} ${to}`) ?? byNodes.get(`${to} ${from}`);
    return pair === undefined ? UNMEASURED : cell(pair, mesh, maxLatencyNs);
  };
  return mesh.nodes.map((from) => mesh.nodes.map((to) => cellOf(from, to)));
}

function cell(pair: MeshPair, mesh: HeatMapInput['mesh'], maxLatencyNs: number | undefined): HeatCell {
  // An outline would hide the cross of a small cell.
  if (isFailed(pair)) return { kind: 'failed', over: false };
  const sample = countedSample(pair);
  const medianNs = sample?.latency?.p50Ns;
  if (!isMeasured(pair) || medianNs === undefined) return UNMEASURED;
  const over = isAbove(judgedNs(sample, mesh.statistic), maxLatencyNs);
  return { kind: levelOf(medianNs, mesh.medianLatencyNs), over };
}

export function levelOf(ns: number, networkMedianNs: number | undefined): `level-${number}` {
  const ratio = ns / Math.max(1, networkMedianNs ?? ns);
  const end = SCALE_ENDS.findIndex((limit) => ratio < limit);
  return `level-${end === -1 ? SCALE_ENDS.length : end}`;
}

/** Returns where each row and column begins, in cells, with a gap between zones. */
export function positionsOf({ nodes, zones }: HeatMapInput['mesh'], gap: number): number[] {
  let gaps = 0;
  return nodes.map((node, index) => {
    const before = nodes[index - 1];
    if (before !== undefined && zones[before] !== zones[node]) gaps += 1;
    return index + gaps * gap;
  });
}
