// SPDX-License-Identifier: Apache-2.0
import { expect, test } from '@playwright/test';
import type { CheckupEvent } from '../../../model/events.ts';
import type { MeshPair } from '../../../model/mesh/pair.ts';
import { foldNetworks } from '../../../reporters/record.ts';
import { runResult } from '../../../reporters/run-result.ts';
import { renderRunStatus } from '../../../reporters/views/configmap.ts';
import { renderHeadline } from '../../../reporters/views/headline.ts';
import { renderLastLine, renderSummary, renderVerdicts } from '../../../reporters/views/summary.ts';
import { meshPairs, nodeNames, NO_REPLY, passedIn } from '../model/mesh/mesh-pairs.ts';
import { MEASUREMENT, PARAMETERS } from './run-events.ts';

const NOW = new Date('2026-01-02T03:04:05Z');
const NODES = nodeNames(5);
const PASSED = { passed: true, interruptedBy: undefined, stage: 'teardown', errors: [] } as const;

function events(pairs: readonly MeshPair[], { rounds = 5, planned = 10 } = {}): CheckupEvent[] {
  const parameters = {
    ...PARAMETERS,
    ipFamilies: ['ipv4' as const],
    topology: 'mesh' as const,
    latencyStatistic: 'p90' as const,
  };
  const network = 'ns/blue';
  const plan = {
    nodes: NODES,
    zones: { w1: 'a', w2: 'a', w3: 'b', w4: 'b', w5: 'b' },
    leftOut: [{ node: 'w6', reason: 'cordoned' }],
    notMeasured: [],
    roundsPlanned: rounds,
    firstRound: 4,
    roundsInTotal: 5,
    pairsPlanned: planned,
  };
  const own = pairs.map((pair, index) => ({ ...pair, round: (index % rounds) + 1 }));
  return [
    { type: 'input', parameters },
    { type: 'mesh', network, plan },
    { type: 'pairs', network, pairs: own, isRetest: false },
  ];
}

function worst(from: string, to: string, received = 1199): CheckupEvent {
  const { latency, ...counts } = MEASUREMENT;
  const measurement = received === 0 ? { ...counts, received } : { ...counts, received, ...(latency && { latency }) };
  return { type: 'latency', network: 'ns/blue', cell: { from, to, family: 'ipv4' }, measurement };
}

test('the keys of a mesh, and those of its worst pair in place of a pair', () => {
  const pairs = meshPairs(NODES, (a, b) => (a === 'w2' && b === 'w3' ? passedIn(40) : undefined));
  const result = runResult(foldNetworks([...events(pairs), worst('w2', 'w3')]), PASSED);
  const status = renderRunStatus(result, NOW);
  expect(status).toMatchObject({
    'status.succeeded': 'true',
    'status.result.sourceNode': 'w2',
    'status.result.targetNode': 'w3',
    'status.result.maxLatencyNanoSec': '3000',
    'status.result.mesh.nodes': 'w1,w2,w3,w4,w5',
    'status.result.mesh.zones': 'a,a,b,b,b',
    'status.result.mesh.rounds': '5',
    'status.result.mesh.pairsPlanned': '10',
    'status.result.mesh.pairsMeasured': '10',
    'status.result.mesh.pairsFailed': '0',
    'status.result.mesh.suspects': expect.stringContaining('w2'),
    'history.nextRound': '4',
  });
  expect(status['status.result.mesh.worstPairs']?.split('\n')).toHaveLength(5);
  expect(status['status.result.mesh.map']?.split('\n').map((row) => row.length)).toEqual([5, 5, 5, 5, 5]);
});

test('the headline counts one pair in the singular', () => {
  for (const [count, counted] of [
    [1, '1 pair of 5 nodes: '],
    [2, '2 pairs of 5 nodes: '],
  ] as const) {
    const records = foldNetworks(events(meshPairs(NODES).slice(0, count)));
    const { networks, verdict } = runResult(records, PASSED);
    expect(renderHeadline(networks[0].record, verdict)).toContain(counted);
  }
});

test('a failed node is named in the reason, in the keys and on the terminal', () => {
  const pairs = meshPairs(NODES, (a, b) => ([a, b].includes('w5') ? NO_REPLY : undefined));
  const what = '4 of 10 pairs failed: probably node "w5" (4 of its 4 pairs failed)';
  const failure = {
    type: 'failure',
    network: 'ns/blue',
    stage: 'retest',
    code: 'PairsFailed',
    findings: [{ what }],
  } as const;
  const records = foldNetworks([...events(pairs), worst('w1', 'w5', 0), failure]);
  const result = runResult(records, { ...PASSED, passed: false });
  const status = renderRunStatus(result, NOW);
  expect(status['status.failureReason']).toBe(`run: ${what}`);
  expect(status['status.result.mesh.suspects']).toBe('probably node "w5" (4 of its 4 pairs failed)');
  expect(status['status.result.mesh.failedPairs']?.split('\n')).toHaveLength(4);
  expect(status['status.result.sourceNode']).toBe('w1');
  expect(status).not.toHaveProperty(['status.result.minLatencyNanoSec']);
  const text = records.map(renderSummary).join('\n');
  expect(text).toContain('pairs               10 of 10 measured, 4 failed');
  expect(text).toMatch(/^ {2}p90 of 95% of pairs ≤ \S+s$/m);
  expect(text).toContain('left out            w6 (cordoned)');
  expect(text).toMatch(/ {4}w5 {2}x x x x \.$/m);
  expect(renderVerdicts(result)).toEqual([`Verdict: FAILED  ${what}`]);
  expect(renderLastLine(result.networks[0].record, result.verdict)).toBe(
    `Kubevirt VM latency checkup failed: run: ${what}`,
  );
});

test('an interrupted mesh reports what was measured, and where the next run begins', () => {
  const pairs = meshPairs(NODES).slice(0, 4);
  const result = runResult(foldNetworks(events(pairs, { rounds: 2 })), {
    ...PASSED,
    passed: false,
    interruptedBy: 'SIGTERM',
    stage: 'rounds',
  });
  const status = renderRunStatus(result, NOW);
  expect(status).toMatchObject({
    'status.failureReason': 'interrupted by SIGTERM during rounds',
    'status.result.mesh.rounds': '2',
    'status.result.mesh.pairsPlanned': '10',
    'status.result.mesh.pairsMeasured': '4',
    'history.nextRound': '1',
  });
  expect(status['status.result.mesh.map']).toContain('-');
});

test('a map above 256 KiB is in the artifacts only', () => {
  const many = nodeNames(520);
  const [input, mesh, ...others] = events([]);
  if (mesh?.type !== 'mesh') throw new Error('no plan');
  const plan = { ...mesh.plan, nodes: many };
  const result = runResult(foldNetworks([...(input ? [input] : []), { ...mesh, plan }, ...others]), PASSED);
  const status = renderRunStatus(result, NOW);
  expect(status['status.result.mesh.nodes']).toContain('w520');
  expect(status).not.toHaveProperty(['status.result.mesh.map']);
});
