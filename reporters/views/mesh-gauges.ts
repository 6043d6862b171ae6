// SPDX-License-Identifier: Apache-2.0
/** The gauges of a mesh. Their number grows with the nodes; only a small mesh has gauges of its pairs. */
import { countedSample, isFailed, isMeasured, judgedNs, type MeshPair } from '../../model/mesh/pair.ts';
import { quantile } from '../../model/statistics.ts';
import type { MeshView } from '../mesh-view.ts';
import { nsToSeconds, type GaugeSample, type Labels } from './gauges.ts';

/** The HELP text of each gauge by its name without the prefix. */
export const MESH_HELP = {
  mesh_pairs: 'Pairs of a mesh by state: passed, contended, failed, unmeasured.',
  mesh_round_trip_seconds: 'Quantile 0.5 and 0.95 over the pairs of a mesh, of the statistic of each pair.',
  node_round_trip_seconds: 'Median over the measured pairs of a node of their p50.',
  node_pairs_failed: 'Measured pairs of a node that failed.',
  zone_round_trip_seconds: 'Median over the measured pairs between two zones, or inside of one, of their p50.',
  pair_round_trip_seconds: 'The statistic of a pair. Up to 10 nodes.',
  pair_failed: 'Whether a measured pair failed (1) or not (0). Up to 10 nodes.',
} as const;

/** The number of pairs is the square of this. */
const MOST_NODES_WITH_PAIRS = 10;

/** Returns whether labels may name the nodes of a pair: in a large mesh, they would make new series in every run. */
export function hasPairGauges({ result }: MeshView): boolean {
  return result.nodes.length <= MOST_NODES_WITH_PAIRS;
}

/** @param labels those of the network. */
export function meshGauges(view: MeshView, labels: Labels): GaugeSample[] {
  const measured = view.pairs.filter(isMeasured);
  return [
    ...summaryGauges(view, labels),
    ...nodeGauges(measured, labels),
    ...zoneGauges(measured, view.result.zones, labels),
    ...(hasPairGauges(view) ? measured.flatMap((pair) => pairGauges(pair, view, labels)) : []),
  ];
}

function summaryGauges({ result }: MeshView, labels: Labels): GaugeSample[] {
  const { pairsPlanned, pairsMeasured, pairsFailed, pairsContended, medianLatencyNs, p95PairLatencyNs } = result;
  const states = {
    passed: pairsMeasured - pairsFailed - pairsContended,
    contended: pairsContended,
    failed: pairsFailed,
    unmeasured: pairsPlanned - pairsMeasured,
  };
  const name = 'mesh_round_trip_seconds';
  return [
    ...Object.entries(states).map(([state, value]) => ({ name: 'mesh_pairs', labels: { ...labels, state }, value })),
    ...inSeconds(name, { ...labels, quantile: '0.5', statistic: 'p50' }, medianLatencyNs),
    ...inSeconds(name, { ...labels, quantile: '0.95', statistic: result.statistic }, p95PairLatencyNs),
  ];
}

function nodeGauges(measured: readonly MeshPair[], labels: Labels): GaugeSample[] {
  const groups = grouped(measured, ({ from, to }) => [from, to]);
  return [...groups].flatMap(([node, pairs]) => [
    ...inSeconds('node_round_trip_seconds', { ...labels, node }, medianNs(pairs)),
    { name: 'node_pairs_failed', labels: { ...labels, node }, value: pairs.filter(isFailed).length },
  ]);
}

function zoneGauges(
  measured: readonly MeshPair[],
  zones: Readonly<Record<string, string>>,
  labels: Labels,
): GaugeSample[] {
  const groups = grouped(measured, ({ from, to }) => {
    const [a, b] = [zones[from], zones[to]];
    return a === undefined || b === undefined ? [] : [[a, b].sort().join(' ')];
  });
  return [...groups].flatMap(([key, pairs]) => {
    // A label of Kubernetes contains no space.
    const [zone_a, zone_b] = key.split(' ');
    return inSeconds('zone_round_trip_seconds', { ...labels, zone_a, zone_b }, medianNs(pairs));
  });
}

function pairGauges(pair: MeshPair, { result: { statistic } }: MeshView, labels: Labels): GaugeSample[] {
  const own = { ...labels, source_node: pair.from, target_node: pair.to, family: pair.family };
  return [
    ...inSeconds('pair_round_trip_seconds', { ...own, statistic }, judgedNs(countedSample(pair), statistic)),
    { name: 'pair_failed', labels: own, value: isFailed(pair) ? 1 : 0 },
  ];
}

/** Returns the pairs of each key, sorted by key. */
function grouped(pairs: readonly MeshPair[], keysOf: (pair: MeshPair) => readonly string[]): Map<string, MeshPair[]> {
  const groups = new Map<string, MeshPair[]>();
  for (const pair of pairs) {
    for (const key of keysOf(pair)) {
      const group = groups.get(key);
      if (group === undefined) groups.set(key, [pair]);
      else group.push(pair);
    }
  }
  return new Map([...groups].sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** Returns the median over the pairs with a reply; undefined without any. */
function medianNs(pairs: readonly MeshPair[]): number | undefined {
  const sorted = pairs.flatMap((pair) => judgedNs(countedSample(pair), 'p50') ?? []).sort((a, b) => a - b);
  return sorted.length === 0 ? undefined : quantile(sorted, 0.5);
}

function inSeconds(name: string, labels: Labels, ns: number | undefined): GaugeSample[] {
  return ns === undefined ? [] : [{ name, labels, value: nsToSeconds(ns) }];
}
