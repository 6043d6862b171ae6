// SPDX-License-Identifier: Apache-2.0
/** SYNTHETIC results of runs on several networks and of meshes, for the report page: the samples are computed, not measured. */
import type { Latency } from '../../../../model/latency.ts';
import { renderFinding } from '../../../../model/finding.ts';
import { attribute } from '../../../../model/mesh/attribution.ts';
import type { MeshResult } from '../../../../model/mesh/mesh-result.ts';
import type { MeshPair } from '../../../../model/mesh/pair.ts';
import { summarizePairs } from '../../../../model/mesh/summary.ts';
import { describeSuspects } from '../../../../model/mesh/suspect-text.ts';
import { findMeshFailures } from '../../../../model/mesh/verdict.ts';
import type { NetworkResult, ResultDocument } from '../../../../model/result-document.ts';
import { stagesOf } from '../../../../model/stages.ts';
import { usualRuns, withHistory } from './history-documents.ts';
import { pageDocument, PAGES } from './page-documents.ts';
import { DIAGNOSIS, input, latency, PARAMETERS } from '../run-events.ts';

const MEDIAN_NS = 312_000;
const LIMIT_NS = 2_000_000;

function latencyOf(ns: number): Latency {
  const of = (factor: number): number => Math.round(ns * factor);
  const [minNs, avgNs, maxNs, stdDevNs] = [of(0.7), of(1.05), of(2.2), of(0.2)];
  const percentiles = { p50Ns: ns, p90Ns: of(1.4), p95Ns: of(1.5), p99Ns: of(2) };
  return { minNs, avgNs, maxNs, stdDevNs, ...percentiles };
}

/** A fixed sequence between 0 and 1. */
function sequence(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_103_515_245 + 12_345) % 2 ** 31;
    return state / 2 ** 31;
  };
}

interface MeshOptions {
  readonly nodes: number;
  readonly zones: number;
  /** Number of the node, from 1, all of whose pairs fail. */
  readonly badNode?: number;
  /** Numbers of two nodes whose pair is slow, above the threshold. */
  readonly slowLink?: readonly [number, number];
  /** Numbers of nodes without a VM. */
  readonly notMeasured?: readonly number[];
  /** Share of the pairs that was measured. */
  readonly share?: number;
}

function meshNetwork(name: string, options: MeshOptions): NetworkResult {
  const { nodes: count, zones: zoneCount, badNode, slowLink, notMeasured = [], share = 1 } = options;
  const random = sequence(count);
  const nodes = Array.from(
    { length: count },
    (_, index) => `w${String(index + 1).padStart(String(count).length, '0')}`,
  );
  const zoneOf = (index: number): string => `zone-${'abcdef'[Math.floor((index * zoneCount) / count)] ?? ''}`;
  const pairs = nodes.flatMap((a, i) =>
    nodes.slice(i + 1).map((b, rest): MeshPair => {
      const j = i + 1 + rest;
      const [from, to] = (i + j) % 2 === 0 ? [a, b] : [b, a];
      const round = ((i + j) % Math.max(1, count - 1)) + 1;
      const base = { from, to, family: 'ipv4', round } as const;
      const has = (number: number | undefined): boolean => number === i + 1 || number === j + 1;
      if (notMeasured.some(has)) return { ...base, state: 'unmeasured', reason: 'the VM did not start' };
      if (random() > share) return { ...base, state: 'unmeasured', reason: 'the run was over' };
      const lost = { transmitted: 50, received: 0 };
      if (has(badNode)) return { ...base, state: 'failed', reason: 'no reply', sample: lost, retest: lost };
      const ns = Math.round(MEDIAN_NS * (zoneOf(i) === zoneOf(j) ? 0.6 : 1.1) * (0.8 + 0.5 * random()));
      if (slowLink !== undefined && has(slowLink[0]) && has(slowLink[1])) {
        const slow = { transmitted: 50, received: 50, latency: latencyOf(10_400_000) };
        return { ...base, state: 'failed', reason: 'p90 14.6ms exceeds 2ms', sample: slow, retest: slow };
      }
      const sample = { transmitted: 50, received: 50, latency: latencyOf(ns) };
      if (random() < 3 / count ** 2) {
        const disturbed = { transmitted: 50, received: 49, latency: latencyOf(ns * 8) };
        return { ...base, state: 'contended', sample: disturbed, retest: sample };
      }
      return { ...base, state: 'passed', sample };
    }),
  );
  const zoned = zoneCount < 2 ? {} : Object.fromEntries(nodes.map((node, index) => [node, zoneOf(index)]));
  const suspects = describeSuspects(attribute(pairs, zoned), { bridge: 'br10', vlan: 10 });
  const mesh: MeshResult = {
    nodes,
    zones: zoned,
    leftOut:
      count < 20
        ? []
        : [{ node: 'control-1', reason: 'has a NoSchedule taint: node-role.kubernetes.io/control-plane' }],
    notMeasured: notMeasured.map((number) => {
      const node = nodes[number - 1] ?? '';
      return { node, reason: `bridge "br10" is missing on node "${node}"` };
    }),
    roundsPlanned: count - 1,
    roundsMeasured: Math.ceil((count - 1) * share),
    firstRound: 1,
    pairsPlanned: pairs.length,
    ...summarizePairs(pairs, 'p90'),
    statistic: 'p90',
    suspects,
  };
  const failures = findMeshFailures(mesh, pairs, { value: 0, unit: 'pairs' }).map(({ code, ...finding }) => {
    return { stage: 'retest' as const, code, message: renderFinding(finding) };
  });
  return {
    network: { namespace: 'latency', name },
    succeeded: failures.length === 0,
    failureReason: failures.length === 0 ? '' : `run: ${failures.map(({ message }) => message).join(', ')}`,
    measured: true,
    binding: 'bridge',
    bindingReason: 'the configuration has no plugin of type "sriov"',
    stages: meshStages(failures.length > 0),
    failures,
    mesh,
    pairs,
  };
}

function meshStages(failed: boolean): NetworkResult['stages'] {
  return stagesOf({ topology: 'mesh', liveMigration: false }).map((stage, index) => {
    const outcome = stage === 'retest' && failed ? 'failed' : 'passed';
    return { stage, outcome, startTimestamp: `2026-01-02T03:04:0${index}.000Z`, durationMs: 900 };
  });
}

/** Makes one network of the document of a run on one network. */
function pairNetwork(name: string, document: ResultDocument): NetworkResult {
  const { succeeded, failureReason, image, source, target, routes, stages, failures, network } = document;
  return {
    network: { namespace: 'latency', name },
    succeeded,
    failureReason,
    measured: routes.some(({ measurement }) => measurement !== undefined),
    binding: network?.binding,
    bindingReason: network?.reason,
    image,
    source,
    target,
    routes,
    stages,
    failures,
  };
}

function run(networks: readonly NetworkResult[], maxLatencyNs = LIMIT_NS): ResultDocument {
  const topology = networks.some(({ mesh }) => mesh !== undefined) ? ('mesh' as const) : undefined;
  const base = pageDocument([
    { type: 'input', parameters: { ...PARAMETERS, topology, maxLatencyNs } },
    { type: 'cluster', versions: { kubernetes: 'v1.36.2', kubeVirt: 'v1.9.0' } },
  ]);
  const failed = networks.filter(({ succeeded }) => !succeeded);
  return {
    ...base,
    succeeded: failed.length === 0,
    failureReason: failed.map(({ network, failureReason }) => `latency/${network.name}: ${failureReason}`).join(', '),
    stages: networks[0]?.stages ?? [],
    failures: failed.flatMap(({ failures }) => failures),
    files: [
      { path: 'charts/latency.blue/ipv4-sourceToTarget-rtt.svg', description: 'chart', bytes: 12_345 },
      { path: 'pairs.csv', description: 'every pair', bytes: 123_456 },
      ...(base.files ?? []),
    ],
    networks,
  };
}

const BROKEN = pageDocument(
  [
    input('ipv4'),
    {
      type: 'failure',
      stage: 'setup',
      code: 'SetupFailed',
      findings: [{ what: 'failed to wait for VMI', seen: 'Scheduling' }],
    },
    {
      type: 'diagnosis',
      stage: 'setup',
      diagnosis: {
        ...DIAGNOSIS,
        id: 'bridge-missing',
        summary: 'bridge "br10" is missing on node "node-2"',
        meaning: 'The CNI plugin attaches VMs to a bridge that this node does not have.',
        next: ['Look at the bridges of the node: kubectl debug node/node-2 -it --image=busybox -- ip link'],
      },
    },
  ],
  'setup',
);

export const NETWORK_PAGES: Readonly<Record<string, ResultDocument>> = {
  'mesh of 4': run([meshNetwork('blue', { nodes: 4, zones: 1, slowLink: [1, 3] })]),
  'mesh of 20': run([meshNetwork('blue', { nodes: 20, zones: 3, badNode: 17, notMeasured: [5] })]),
  'mesh of 100': run([meshNetwork('blue', { nodes: 100, zones: 3, badNode: 42, slowLink: [3, 88], share: 0.97 })]),
  'mesh that passed': run([withHistory(meshNetwork('blue', { nodes: 7, zones: 2 }), usualRuns(30, 0.25))]),
  'three networks': run(
    [
      withHistory(
        pairNetwork(
          'blue',
          pageDocument([input('ipv4'), latency('ipv4', 'sourceToTarget', { latency: latencyOf(1000) })]),
        ),
        usualRuns(14, 0.001),
      ),
      withHistory(pairNetwork('red', BROKEN), [...usualRuns(14), { code: 'SetupFailed' }]),
      pairNetwork('slow', PAGES['limit exceeded'] ?? BROKEN),
    ],
    2500,
  ),
  'three meshes': run([
    meshNetwork('blue', { nodes: 5, zones: 2 }),
    meshNetwork('red', { nodes: 6, zones: 2, badNode: 4 }),
    meshNetwork('green', { nodes: 5, zones: 2, slowLink: [2, 5] }),
  ]),
};
