// SPDX-License-Identifier: Apache-2.0
import { expect, test } from '@playwright/test';
import type { CheckupEvent } from '../../../model/events.ts';
import { isResultKey } from '../../../model/status-keys.ts';
import { foldNetworks } from '../../../reporters/record.ts';
import { runResult, worstNetwork, type RunResult } from '../../../reporters/run-result.ts';
import type { Outcome } from '../../../reporters/verdict.ts';
import { renderRunStatus } from '../../../reporters/views/configmap.ts';
import { renderLastLine, renderVerdicts } from '../../../reporters/views/summary.ts';
import { failure, measured, NETWORKS, networksInput, placed } from './network-events.ts';

const [BLUE, RED, GREEN] = NETWORKS;
const PASSED: Outcome = { passed: true, interruptedBy: undefined, stage: 'teardown', errors: [] };
const FAILED: Outcome = { ...PASSED, passed: false };
const NOW = new Date('2026-01-02T03:04:05Z');

function resultOf(events: readonly CheckupEvent[], outcome: Outcome): RunResult {
  return runResult(foldNetworks([networksInput(), ...events]), outcome);
}

const reasons = ({ networks }: RunResult): string[] => networks.map(({ verdict }) => verdict.failureReason);

test('a run on several networks succeeds if each network does', () => {
  const result = resultOf([measured(BLUE, 1), measured(RED, 3), measured(GREEN, 2)], PASSED);
  expect(result.verdict).toMatchObject({ succeeded: true, failureReason: '', fullReason: '' });
  expect(renderVerdicts(result)).toEqual([
    'Networks',
    '  ok     ns/blue   p50 1ms p99 1ms max 1ms, 0% loss',
    '  ok     ns/red    p50 3ms p99 3ms max 3ms, 0% loss',
    '  ok     ns/green  p50 2ms p99 2ms max 2ms, 0% loss',
    'Verdict: SUCCEEDED  3 networks, worst ns/red: p50 3ms p99 3ms max 3ms, 0% loss',
  ]);
  expect(renderLastLine(worstNetwork(result).record, result.verdict)).toBe(
    'Kubevirt VM latency checkup succeeded: min 3ms avg 3ms max 3ms',
  );
});

test('the reason has a clause for each failed network, in the order of the input', () => {
  const result = resultOf(
    [failure(BLUE, 'setup', 'SetupFailed', 'no bridge'), measured(RED, 60), tooSlow(RED), measured(GREEN, 1)],
    FAILED,
  );
  expect(result.verdict.failureReason).toBe('ns/blue: setup: no bridge, ns/red: run: too slow');
  expect(renderVerdicts(result)).toEqual([
    'Networks',
    '  FAILED ns/blue   no bridge',
    '  FAILED ns/red    too slow',
    '  ok     ns/green  p50 1ms p99 1ms max 1ms, 0% loss',
    'Verdict: FAILED  2 of 3 networks failed: ns/blue, ns/red',
  ]);
});

test('the keys of one network are those of the worst network: failed before slow, then by the judged statistic', () => {
  const broken = failure(GREEN, 'setup', 'SetupFailed', 'no bridge');
  const slow = [measured(RED, 60), tooSlow(RED)];
  const slower = [measured(BLUE, 80), tooSlow(BLUE)];
  const keysOf = (...events: CheckupEvent[]): Record<string, string> => renderRunStatus(resultOf(events, FAILED), NOW);
  const max = 'status.result.maxLatencyNanoSec';
  expect(keysOf(...slower, ...slow, measured(GREEN, 90))).toMatchObject({ [max]: '80000000' });
  const withBroken = keysOf(...slower, ...slow, placed(GREEN, 'source', 'node-7'), broken);
  expect(withBroken).not.toHaveProperty([max]);
  expect(withBroken).toMatchObject({
    'status.result.sourceNode': 'node-7',
    'status.result.networks': 'ns/blue,ns/red,ns/green',
    'status.result.networksFailed': 'ns/blue,ns/red,ns/green',
    'status.result.network1.maxLatencyNanoSec': '80000000',
    'status.result.network2.maxLatencyNanoSec': '60000000',
    'status.result.network3.sourceNode': 'node-7',
  });
  const own = Object.keys(withBroken).filter((key) => !/^status\.(completion|succeeded|failureReason)/.test(key));
  expect(own.filter((key) => !isResultKey(key))).toEqual([]);
});

test('a network that was not measured is not worse than one that failed', () => {
  const result = resultOf([measured(BLUE, 60), tooSlow(BLUE)], { ...FAILED, interruptedBy: 'SIGTERM' });
  expect(worstNetwork(result)).toBe(result.networks[0]);
});

test('an interruption comes first, with its network; the other networks are not measured and not good', () => {
  const result = resultOf([measured(BLUE, 1), placed(RED, 'source', 'a')], {
    ...FAILED,
    interruptedBy: 'SIGTERM',
    stage: 'setup',
  });
  expect(result.verdict).toMatchObject({
    succeeded: false,
    interruptedBy: 'SIGTERM',
    failureReason: 'interrupted by SIGTERM during setup of ns/red, ns/green: not measured: the run was interrupted',
  });
  expect(result.networks.map(({ code }) => code)).toEqual([undefined, 'Interrupted', 'Interrupted']);
  expect(reasons(result)).toEqual(['', 'interrupted by SIGTERM during setup', 'not measured: the run was interrupted']);
  expect(renderRunStatus(result, NOW)).toMatchObject({ 'status.result.networksFailed': 'ns/red,ns/green' });
  expect(renderVerdicts(result).slice(1)).toEqual([
    '  ok     ns/blue   p50 1ms p99 1ms max 1ms, 0% loss',
    '  FAILED ns/red    interrupted by SIGTERM during setup',
    '  -      ns/green  not measured: the run was interrupted',
    'Verdict: INTERRUPTED  interrupted by SIGTERM during setup of ns/red, ns/green: not measured: the run was interrupted',
  ]);
});

test('after a timeout the networks that were not measured are named', () => {
  const result = resultOf([measured(BLUE, 1), failure(RED, 'setup', 'TimedOut', 'failed to wait')], FAILED);
  expect(result.verdict.failureReason).toBe(
    'ns/red: timed out after 5m during setup: failed to wait, ns/green: not measured: the run timed out',
  );
  expect(renderVerdicts(result).at(-1)).toBe(
    'Verdict: FAILED  1 of 3 networks failed: ns/red; 1 not measured: ns/green',
  );
});

test('an error of the runner is the reason of the network that it ended', () => {
  const killed = 'worker process exited unexpectedly';
  const result = resultOf([measured(BLUE, 1), placed(RED, 'source', 'a')], { ...FAILED, errors: [killed] });
  expect(result.verdict.failureReason).toBe(`ns/red: ${killed}, ns/green: not measured: the run ended before`);
});

test('an error of the runner after the last measurement fails the run', () => {
  const result = resultOf([measured(BLUE, 1), measured(RED, 1), measured(GREEN, 1)], { ...FAILED, errors: ['boom'] });
  expect(result.verdict).toMatchObject({ succeeded: false, failureReason: 'boom' });
  expect(renderVerdicts(result).at(-1)).toBe('Verdict: FAILED  boom');
});

test('VMs that were leaked after an interruption are in the reason', () => {
  const vmi = { namespace: 'ns', name: 'latency-check-source-1' };
  const leaked: CheckupEvent = { type: 'creating', network: 'ns/red', vmi, labels: {} };
  const result = resultOf([measured(BLUE, 1), leaked], { ...FAILED, interruptedBy: 'SIGINT', stage: 'setup' });
  expect(result.verdict.failureReason).toContain("teardown: not seen to be gone: VMI 'ns/latency-check-source-1'");
});

test('a clause has at most 300 characters and all together 4 KiB, then their number', () => {
  const networks = Array.from({ length: 30 }, (_, index) => ({ namespace: 'ns', name: `n${index + 1}` }));
  const events = networks.map((network) => failure(network, 'setup', 'SetupFailed', 'ö'.repeat(400)));
  const { verdict } = runResult(foldNetworks([networksInput(networks), ...events]), FAILED);
  const clauses = verdict.failureReason.split(', ');
  expect(Math.max(...clauses.map(({ length }) => length))).toBe(300);
  expect(Buffer.byteLength(verdict.failureReason)).toBeLessThanOrEqual(4096);
  expect(clauses.at(-1)).toBe(`and ${30 - (clauses.length - 1)} more`);
  expect(verdict.fullReason.split(', ')).toHaveLength(30);
});

test('what concerns all networks is known of each one', () => {
  const shared: CheckupEvent = { type: 'warning', message: 'for all' };
  const records = foldNetworks([networksInput(), shared, measured(RED, 1), { ...shared, network: 'ns/red' }]);
  expect(records.map(({ parameters }) => parameters?.network.name)).toEqual(['blue', 'red', 'green']);
  expect(records.map(({ warnings }) => warnings)).toEqual([['for all'], ['for all'], ['for all']]);
  expect(records.map(({ hasBegun }) => hasBegun)).toEqual([false, true, false]);
});

function tooSlow(network: (typeof NETWORKS)[number]): CheckupEvent {
  return failure(network, 'latency', 'LatencyExceeded', 'too slow');
}
