// SPDX-License-Identifier: Apache-2.0
import { expect, test } from '@playwright/test';
import parsePrometheus from 'parse-prometheus-text-format';
import type { MeshPair } from '../../../model/mesh/pair.ts';
import { foldEvents, type RunRecord } from '../../../reporters/record.ts';
import { meshView } from '../../../reporters/mesh-view.ts';
import { resultDocument } from '../../../reporters/views/json.ts';
import { renderNetworks } from '../../../reporters/views/prometheus.ts';
import { meshPairs, nodeNames, NO_REPLY, passedIn, UNMEASURED } from '../model/mesh/mesh-pairs.ts';
import { MEASUREMENT, PARAMETERS } from './run-events.ts';

const NETWORK = { network_namespace: 'ns', network_name: 'blue' };

function recordOf(nodes: readonly string[], zones: Record<string, string>, pairs: readonly MeshPair[]): RunRecord {
  const rounds = { roundsPlanned: 1, roundsInTotal: 1, firstRound: 1, pairsPlanned: pairs.length };
  const plan = { nodes: [...nodes], zones, leftOut: [], notMeasured: [], ...rounds };
  return foldEvents([
    { type: 'input', parameters: { ...PARAMETERS, topology: 'mesh', latencyStatistic: 'p90', ipFamilies: ['ipv4'] } },
    { type: 'mesh', plan },
    { type: 'pairs', pairs: [...pairs], isRetest: false },
    { type: 'latency', cell: { from: 'w1', to: 'w2', family: 'ipv4' }, measurement: MEASUREMENT },
  ]);
}

/** Returns the samples of each gauge, by its name without the prefix; without the labels of the network. */
function gaugesOf(record: RunRecord): Record<string, readonly [labels: string, value: number][]> {
  const verdict = { succeeded: true, failureReason: '', fullReason: '' };
  const document = resultDocument(record, { verdict, completed: new Date(0), interruptedBy: undefined }, []);
  const text = renderNetworks([{ document, routes: record.routes, mesh: meshView(record) }]);
  return Object.fromEntries(
    parsePrometheus(text).map(({ name, metrics }) => [
      name.replace('kubevirt_vm_latency_', ''),
      metrics.map(({ labels = {}, value }) => {
        const { network_namespace, network_name, ...own } = labels;
        expect({ network_namespace, network_name }).toEqual(NETWORK);
        return [Object.values(own).join(' '), Number(value)] as [string, number];
      }),
    ]),
  );
}

test('a mesh has gauges of its pairs, nodes and zones', () => {
  const nodes = nodeNames(4);
  const zones = { w1: 'b', w2: 'b', w3: 'a' };
  const pairs = meshPairs(nodes, (a, b) => {
    if (b === 'w4') return a === 'w1' ? UNMEASURED : NO_REPLY;
    return passedIn(b === 'w3' ? 4 : 2);
  }).map((pair): MeshPair => (pair.from === 'w2' && pair.to === 'w3' ? { ...pair, state: 'contended' } : pair));
  const gauges = gaugesOf(recordOf(nodes, zones, pairs));
  expect(gauges['mesh_pairs']).toEqual([
    ['passed', 2],
    ['contended', 1],
    ['failed', 2],
    ['unmeasured', 1],
  ]);
  expect(gauges['mesh_round_trip_seconds']).toEqual([
    ['0.5 p50', 0.004],
    ['0.95 p90', 0.004],
  ]);
  expect(gauges['node_round_trip_seconds']).toEqual([
    ['w1', 0.003],
    ['w2', 0.003],
    ['w3', 0.004],
  ]);
  expect(gauges['node_pairs_failed']).toEqual([
    ['w1', 0],
    ['w2', 1],
    ['w3', 1],
    ['w4', 2],
  ]);
  expect(gauges['zone_round_trip_seconds']).toEqual([
    ['a b', 0.004],
    ['b b', 0.002],
  ]);
  expect(gauges['pair_round_trip_seconds']).toEqual([
    ['w1 w2 ipv4 p90', 0.002],
    ['w1 w3 ipv4 p90', 0.004],
    ['w2 w3 ipv4 p90', 0.004],
  ]);
  expect(gauges['pair_failed']).toEqual([
    ['w1 w2 ipv4', 0],
    ['w1 w3 ipv4', 0],
    ['w2 w3 ipv4', 0],
    ['w2 w4 ipv4', 1],
    ['w3 w4 ipv4', 1],
  ]);
});

test('a node without a measured pair has no gauges', () => {
  const nodes = nodeNames(3);
  const gauges = gaugesOf(
    recordOf(
      nodes,
      {},
      meshPairs(nodes, (_, b) => (b === 'w3' ? UNMEASURED : undefined)),
    ),
  );
  expect(gauges['node_pairs_failed']?.map(([node]) => node)).toEqual(['w1', 'w2']);
  expect(gauges).not.toHaveProperty('zone_round_trip_seconds');
});

test('the names of the nodes of a pair are labels up to 10 nodes', () => {
  const gaugesWith = (count: number): ReturnType<typeof gaugesOf> => {
    const nodes = nodeNames(count);
    return gaugesOf(recordOf(nodes, {}, meshPairs(nodes)));
  };
  const small = gaugesWith(10);
  expect(small['pair_failed']).toHaveLength(45);
  expect(small['round_trip_p50_seconds']?.[0]?.[0]).toBe('w1 w2 ipv4 sourceToTarget');
  const large = gaugesWith(11);
  expect(large).not.toHaveProperty('pair_failed');
  expect(large).not.toHaveProperty('pair_round_trip_seconds');
  expect(large['node_pairs_failed']).toHaveLength(11);
  // The worst pair.
  expect(large['round_trip_p50_seconds']?.[0]?.[0]).toBe('ipv4 sourceToTarget');
});
