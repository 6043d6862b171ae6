// SPDX-License-Identifier: Apache-2.0
/** What a mesh found out, computed from its pairs: the same for every view. */
import { attribute } from '../model/mesh/attribution.ts';
import type { MeshResult } from '../model/mesh/mesh-result.ts';
import { countedSample, isMeasured, type MeshPair } from '../model/mesh/pair.ts';
import { nextRound } from '../model/mesh/plan.ts';
import { sortWorstFirst, summarizePairs } from '../model/mesh/summary.ts';
import { describeSuspects } from '../model/mesh/suspect-text.ts';
import type { Latency } from '../model/latency.ts';
import type { RunRecord } from './record.ts';

export interface MeshView {
  readonly result: MeshResult;
  readonly pairs: readonly MeshPair[];
  /** The first round of the next run. */
  readonly nextRound: number;
}

const VIEWS = new WeakMap<RunRecord, MeshView>();

/** Returns undefined if the run is no mesh, or ended before its VMs were started. */
export function meshView(record: RunRecord): MeshView | undefined {
  const { mesh, parameters } = record;
  if (mesh === undefined || parameters === undefined) return undefined;
  const known = VIEWS.get(record);
  if (known !== undefined) return known;
  const { plan, pairs, roundsMeasured } = mesh;
  const { nodes, zones, leftOut, notMeasured, roundsPlanned, firstRound, pairsPlanned } = plan;
  const statistic = parameters.latencyStatistic;
  const view: MeshView = {
    result: {
      nodes,
      zones,
      leftOut,
      notMeasured,
      roundsPlanned,
      roundsMeasured,
      firstRound,
      pairsPlanned,
      ...summarizePairs(pairs, statistic),
      statistic,
      suspects: describeSuspects(attribute(pairs, zones), plan),
    },
    pairs,
    nextRound: nextRound(plan, roundsMeasured),
  };
  VIEWS.set(record, view);
  return view;
}

/** Whether at least one pair was measured. */
export function hasMeasuredPair({ mesh }: RunRecord): boolean {
  return mesh?.pairs.some(isMeasured) ?? false;
}

/** Returns the latency of the worst pair that replied. */
export function worstLatency({ mesh, parameters }: RunRecord): Latency | undefined {
  if (mesh === undefined || parameters === undefined) return undefined;
  const worst = sortWorstFirst(mesh.pairs, parameters.latencyStatistic);
  return worst.map(countedSample).find((sample) => sample?.latency !== undefined)?.latency;
}
