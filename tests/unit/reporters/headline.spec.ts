// SPDX-License-Identifier: Apache-2.0
import { expect, test } from '@playwright/test';
import type { CheckupEvent } from '../../../model/events.ts';
import { foldEvents } from '../../../reporters/record.ts';
import type { Verdict } from '../../../reporters/verdict.ts';
import { renderHeadline, renderTitle } from '../../../reporters/views/headline.ts';
import { DIAGNOSIS, input, latency, MEASUREMENT, migrated, PARAMETERS } from './run-events.ts';

const SUCCESS: Verdict = { succeeded: true, failureReason: '', fullReason: '' };
const failed = (failureReason: string): Verdict => ({ succeeded: false, failureReason, fullReason: failureReason });

const LATENCY = { ...MEASUREMENT.latency, p50Ns: 1_345_678, p99Ns: 2_100_000, maxNs: 20_712_345 } as never;
const NODES: CheckupEvent[] = [
  { type: 'placement', guest: 'source', node: 'w1' },
  { type: 'placement', guest: 'target', node: 'w2' },
];
const limited = (limits: object): CheckupEvent => ({ type: 'input', parameters: { ...PARAMETERS, ...limits } });

test('shows network, numbers and nodes of a success', () => {
  const record = foldEvents([
    input('ipv4'),
    ...NODES,
    latency('ipv4', 'sourceToTarget', { latency: LATENCY, received: 1200 }),
  ]);
  expect(renderTitle(record, SUCCESS)).toBe('ns/blue: p50 1.35ms p99 2.1ms max 20.7ms, 0% loss (w1 → w2)');
});

test('shows the longest gap of a live migration', () => {
  const record = foldEvents([input('ipv4'), ...NODES, latency('ipv4', 'sourceToTarget'), migrated()]);
  expect(renderTitle(record, SUCCESS)).toBe(
    'ns/blue: p50 1.9µs p99 2.99µs max 3µs, 0.083% loss, migration gap 2.44s (w1 → w2)',
  );
});

test('shows the worst numbers of several routes', () => {
  const record = foldEvents([
    input('ipv4', 'ipv6'),
    latency('ipv4', 'sourceToTarget', { latency: LATENCY, received: 1200 }),
    latency('ipv6', 'sourceToTarget'),
  ]);
  expect(renderTitle(record, SUCCESS)).toBe('ns/blue: worst of 2 routes: p50 1.35ms p99 2.1ms max 20.7ms, 0.083% loss');
});

const FAILURES: { title: string; events: CheckupEvent[]; expected: string }[] = [
  {
    title: 'the exceeded threshold instead of the message and the diagnosis',
    events: [
      limited({ maxLatencyNs: 1_000_000 }),
      latency('ipv4', 'sourceToTarget', { latency: LATENCY }),
      { type: 'failure', stage: 'latency', code: 'LatencyExceeded', findings: [{ what: 'actual max latency …' }] },
      { type: 'diagnosis', stage: 'latency', diagnosis: DIAGNOSIS },
    ],
    expected: 'max 20.7ms exceeds 1ms',
  },
  {
    title: 'an exact value if the rounded one equals the threshold',
    events: [
      limited({ maxLatencyNs: 20_700_000 }),
      latency('ipv4', 'sourceToTarget', { latency: LATENCY }),
      { type: 'failure', stage: 'latency', code: 'LatencyExceeded', findings: [{ what: 'actual max latency …' }] },
    ],
    expected: 'max 20.712345ms exceeds 20.7ms',
  },
  {
    title: 'each exceeded threshold with its route',
    events: [
      limited({ maxLatencyNs: 1_000_000, latencyStatistic: 'p50', maxPacketLossPercent: 0.01 }),
      latency('ipv4', 'sourceToTarget'),
      latency('ipv4', 'targetToSource', { latency: LATENCY, received: 1200 }),
      { type: 'failure', stage: 'latency', code: 'PacketLossExceeded', findings: [{ what: 'actual packet loss …' }] },
    ],
    expected: 'packet loss 0.083% exceeds 0.01%, p50 1.35ms exceeds 1ms (target to source)',
  },
  {
    title: 'the gap of a live migration instead of the message',
    events: [
      limited({ maxMigrationGapNs: 1_000_000_000 }),
      latency('ipv4', 'sourceToTarget'),
      migrated(),
      { type: 'failure', stage: 'migration', code: 'MigrationGapExceeded', findings: [{ what: 'actual migration …' }] },
    ],
    expected: 'migration gap 2.44s exceeds 1s',
  },
  {
    title: 'the diagnosis instead of the message',
    events: [
      input('ipv4'),
      { type: 'failure', stage: 'connectivity', code: 'NoConnectivity', findings: [{ what: 'no connectivity' }] },
      { type: 'diagnosis', stage: 'connectivity', diagnosis: DIAGNOSIS },
    ],
    expected: 'the nodes are not connected',
  },
  {
    title: 'the timeout before the cause',
    events: [
      input('ipv4'),
      { type: 'failure', stage: 'setup', code: 'TimedOut', findings: [{ what: 'failed to wait for a VM' }] },
    ],
    expected: 'timed out after 5m: failed to wait for a VM',
  },
  {
    title: 'the first of several findings, and their number',
    events: [
      {
        type: 'failure',
        stage: 'input',
        code: 'InputInvalid',
        findings: [{ what: 'a' }, { what: 'b' }, { what: 'c' }],
      },
    ],
    expected: 'a (and 2 more)',
  },
  {
    title: 'at most 160 characters of a message',
    events: [{ type: 'failure', stage: 'input', code: 'InputInvalid', findings: [{ what: 'x'.repeat(500) }] }],
    expected: `${'x'.repeat(159)}…`,
  },
];

for (const { title, events, expected } of FAILURES) {
  test(`shows ${title}`, () => {
    expect(renderHeadline(foldEvents(events), failed('complete text'))).toBe(expected);
  });
}

test('shows the failure reason of an interruption, and of a run without a failed stage', () => {
  const interrupted = { ...failed('interrupted by SIGTERM during setup, teardown: x'), interruptedBy: 'SIGTERM' };
  const teardown = foldEvents([
    { type: 'failure', stage: 'teardown', code: 'TeardownFailed', findings: [{ what: 'x' }] },
  ]);
  expect(renderHeadline(teardown, interrupted)).toBe(interrupted.failureReason);
  expect(renderHeadline(foldEvents([]), failed('worker process exited'))).toBe('worker process exited');
});
