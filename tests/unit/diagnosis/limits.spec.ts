// SPDX-License-Identifier: Apache-2.0
import { expect, test } from '@playwright/test';
import { diagnoseLatency, diagnoseLoss } from '../../../fixtures/diagnosis/limits.ts';
import { EMPTY_SITUATION, type Situation } from '../../../fixtures/diagnosis/situation.ts';
import { chartFile } from '../../../model/chart-files.ts';
import type { LatencyClue } from '../../../model/clues.ts';
import { countSlowReplies } from '../../../model/limit.ts';
import { sampleLatency } from '../sample-latency.ts';

const ROUTE = { family: 'ipv4', direction: 'sourceToTarget' } as const;
const from = { namespace: 'ns', name: 'source' };
const to = { namespace: 'ns', name: 'target' };
const path = { family: 'ipv4' as const, from, to, fromAddress: '198.18.0.1', toAddress: '198.18.0.2' };

function on(source: string, target: string, change: Partial<Situation> = {}): Situation {
  const placed = new Map([
    ['source', source],
    ['target', target],
  ]);
  return { ...EMPTY_SITUATION, placed, ...change };
}

/** @param ms round-trip times in milliseconds, with a limit of 1 ms on the maximum */
function clue(ms: readonly number[], change: Partial<LatencyClue> = {}): LatencyClue {
  const replies = ms.map((one, index) => ({ sequence: index + 1, rttNs: one * 1e6 }));
  const slow = countSlowReplies(replies, { maxLatencyNs: 1e6 });
  const latency = sampleLatency(ms.map((one) => one * 1e6));
  return { kind: 'latency-exceeded', route: ROUTE, path, statistic: 'max', limitNs: 1e6, latency, slow, ...change };
}

const FAST = Array.from({ length: 47 }, () => 0.9);

test('single slow replies: counts them, and suggests a percentile that is within the limit', () => {
  const diagnosis = diagnoseLatency(clue([...FAST, 0.95, 2, 20.7]), on('a', 'b'));
  expect(diagnosis.summary).toBe('2 of 50 replies exceed 1ms: p50 900µs, max 20.7ms');
  expect(diagnosis.meaning).toContain('single replies are slow. The limit applies to the max of the sample');
  expect(diagnosis.next).toEqual([
    'See in the chart when the slow replies occurred: charts/ipv4-sourceToTarget-rtt.svg',
    'If single slow replies are acceptable, compare a percentile: spec.param.latencyStatistic: p95 (here 928µs)',
    'Take a longer sample to see whether they recur: spec.param.sampleDurationSeconds: "60"',
    expect.stringContaining(
      'Compare with both VMs on one node: spec.param.sourceNode and spec.param.targetNode both "a"',
    ),
  ]);
});

test('names the chart of the network in a run on several networks', () => {
  const network = { namespace: 'latency', name: 'blue' };
  const { next } = diagnoseLatency(clue([20]), on('a', 'b', { network, hasOtherNetworks: true }));
  expect(next).toContain(`See in the chart when the slow replies occurred: ${chartFile(ROUTE, network)}`);
});

test('suggests no percentile with few replies, and not the one that exceeds', () => {
  const suggested = (one: LatencyClue): string | undefined =>
    diagnoseLatency(one, EMPTY_SITUATION).next.find((step) => step.includes('latencyStatistic'));
  expect(suggested(clue([0.5, 20]))).toBeUndefined();
  expect(suggested(clue([...FAST, 0.95, 2, 20.7], { statistic: 'p95' }))).toContain(': p90 ');
});

test('a slow path: every reply exceeds, and a percentile would not help', () => {
  const diagnosis = diagnoseLatency(clue([1.5, 1.6, 1.7, 9]), on('a', 'a'));
  expect(diagnosis.summary).toBe('4 of 4 replies exceed 1ms, the fastest took 1.5ms');
  expect(diagnosis.next.join('\n')).not.toMatch(/latencyStatistic|longer sample/);
  expect(diagnosis.next).toContain('Both VMs ran on node "a": see its load with kubectl top node a');
  expect(diagnosis.next.at(-1)).toContain('raise the limit');
});

test('a path that is slow most of the time, and one reply', () => {
  expect(diagnoseLatency(clue([0.5, 1.6, 1.7, 9]), on('a', 'b')).meaning).toMatch(
    /^More than half of the replies exceed/,
  );
  expect(diagnoseLatency(clue([2]), EMPTY_SITUATION).summary).toMatch(/^1 of 1 reply exceeds 1ms, /);
  expect(diagnoseLatency(clue([2], { slow: undefined }), EMPTY_SITUATION).summary).toMatch(/^max exceeds 1ms, /);
});

test('software emulation is evidence, and the first step is other nodes', () => {
  const { evidence, next } = diagnoseLatency(clue([2]), on('a', 'b', { emulated: ['source'] }));
  expect(evidence).toContain('"source" runs under software emulation');
  expect(next[0]).toContain(String.raw`.status.allocatable.devices\.kubevirt\.io/kvm`);
});

test('counts only replies with a time, and nothing without a limit', () => {
  const replies = [{ sequence: 1, rttNs: 5 }, { sequence: 2 }, { sequence: 3, rttNs: 6 }];
  expect(countSlowReplies(replies, { maxLatencyNs: 5 })).toEqual({ count: 1, of: 2 });
  expect(countSlowReplies(replies, { maxLatencyNs: undefined })).toBeUndefined();
});

test('distinguishes one interruption from loss throughout the sample', () => {
  const loss = (received: number, longestGapMs: number) => {
    const measurement = { transmitted: 50, received, longestGapNs: longestGapMs * 1e6, intervalMs: 100 };
    return diagnoseLoss({ kind: 'loss-exceeded', route: ROUTE, path, measurement }, on('a', 'b'));
  };
  expect(loss(38, 1300).summary).toBe('12 of 50 pings had no reply, most of them in one interruption of 1.3s');
  expect(loss(38, 1300).next.join('\n')).toContain('kubectl get events -A');
  const spread = loss(38, 300);
  expect(spread.summary).toBe(
    '12 of 50 pings had no reply, spread over the sample (longest time without a reply: 300ms)',
  );
  expect(spread.next[1]).toMatch(/kubectl debug node\/a .* ip -s link\nkubectl debug node\/b .* ip -s link$/);
  expect(loss(49, 200).summary).toContain('spread over the sample');
});
