// SPDX-License-Identifier: Apache-2.0
/** The results of a mesh on one network, without its pairs. */
import * as v from 'valibot';
import { LATENCY_STATISTICS } from '../latency.ts';
import { described, WHOLE, type Infer } from '../schema.ts';
import { SUSPECT } from './suspect.ts';

const NODE_REASON = v.object({ node: v.string(), reason: described(v.string(), 'One line.') });
export type NodeReason = Infer<typeof NODE_REASON>;

export const MESH_RESULT = v.object({
  nodes: described(v.array(v.string()), 'The nodes of the mesh, by zone, then by name.'),
  zones: described(v.record(v.string(), v.string()), 'The zone of each node that has one.'),
  leftOut: described(v.array(NODE_REASON), 'Nodes of the cluster that are not part of the mesh.'),
  notMeasured: described(v.array(NODE_REASON), 'Nodes of the mesh whose VM did not start.'),
  roundsPlanned: described(WHOLE, 'Rounds that this run was to measure.'),
  roundsMeasured: described(WHOLE, 'Rounds that this run measured.'),
  firstRound: described(WHOLE, 'Number of the first round of this run, from 1.'),
  pairsPlanned: described(WHOLE, 'Pairs that this run was to measure. Each direction and each IP family counts.'),
  pairsMeasured: described(WHOLE, 'Pairs that passed or failed.'),
  pairsFailed: described(WHOLE, 'Pairs that failed, also in the retest if there was one.'),
  pairsContended: described(WHOLE, 'Pairs that passed, and were clearly faster alone than in parallel.'),
  medianLatencyNs: v.exactOptional(described(WHOLE, 'Median over pairs of their median latency, nanoseconds.')),
  p95PairLatencyNs: v.exactOptional(
    described(WHOLE, '95th percentile over pairs of the judged statistic, nanoseconds.'),
  ),
  packetsTransmitted: described(WHOLE, 'Requests sent in the rounds and in the retest.'),
  packetsReceived: described(WHOLE, 'Requests with a reply.'),
  statistic: described(v.picklist(LATENCY_STATISTICS), 'The judged statistic of each pair: latencyStatistic.'),
  suspects: described(v.array(SUSPECT), 'Where the fault most likely is, the most important first.'),
});
export type MeshResult = Infer<typeof MESH_RESULT>;
