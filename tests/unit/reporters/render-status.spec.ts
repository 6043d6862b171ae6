// SPDX-License-Identifier: Apache-2.0
import { expect, test } from '@playwright/test';
import { cellOf } from '../../../model/cells.ts';
import type { IpFamily } from '../../../model/ip-family.ts';
import { isResultKey } from '../../../model/status-keys.ts';
import { foldEvents, type RunRecord } from '../../../reporters/record.ts';
import { renderStatus } from '../../../reporters/views/configmap.ts';
import { renderLastLine } from '../../../reporters/views/summary.ts';
import { input, latency, MEASUREMENT, migrated, MIGRATION } from './run-events.ts';

const NOW = new Date('2026-01-02T03:04:05.678Z');
const SUCCEEDED = { succeeded: true, failureReason: '', fullReason: '' };
const FAILED = { succeeded: false, failureReason: 'no', fullReason: 'no, in full' };
const ENDED = { 'status.completionTimestamp': '2026-01-02T03:04:05Z', 'status.failureReason': '' };

function status(record: RunRecord): Record<string, string> {
  return renderStatus(record, SUCCEEDED, NOW);
}

test('writes no measurement keys without a measurement', () => {
  expect(renderStatus(foldEvents([input('ipv4')]), FAILED, NOW)).toEqual({
    ...ENDED,
    'status.succeeded': 'false',
    'status.failureReason': 'no',
  });
});

test('writes a key for every figure: whole nanoseconds, and a decimal for the loss', () => {
  const record = foldEvents([
    input('ipv4'),
    { type: 'placement', guest: 'source', node: 'a' },
    { type: 'placement', guest: 'target', node: 'b' },
    { type: 'first-reply', cell: cellOf({ family: 'ipv4', direction: 'sourceToTarget' }), afterNs: 22_000_000 },
    latency('ipv4', 'sourceToTarget'),
  ]);
  expect(status(record)).toEqual({
    ...ENDED,
    'status.succeeded': 'true',
    'status.result.sourceNode': 'a',
    'status.result.targetNode': 'b',
    'status.result.minLatencyNanoSec': '1000',
    'status.result.avgLatencyNanoSec': '2000',
    'status.result.maxLatencyNanoSec': '3000',
    'status.result.stdDevLatencyNanoSec': '501',
    'status.result.p50LatencyNanoSec': '1900',
    'status.result.p90LatencyNanoSec': '2500',
    'status.result.p95LatencyNanoSec': '2750',
    'status.result.p99LatencyNanoSec': '2990',
    'status.result.p999LatencyNanoSec': '2999',
    'status.result.jitterNanoSec': '77',
    'status.result.coldStartLatencyNanoSec': '22000000',
    'status.result.packetsTransmitted': '1200',
    'status.result.packetsReceived': '1199',
    'status.result.packetsDuplicated': '2',
    'status.result.packetErrors': '7',
    'status.result.packetLossPercent': '0.083',
    'status.result.longestGapNanoSec': '200123456',
    'status.result.measurementDurationSec': '120',
    'status.results.measurementDurationSec': '120',
  });
});

test('total loss is reported in packets, without latencies', () => {
  const { latency: measured, ...lost } = MEASUREMENT;
  expect(measured).toBeDefined();
  const route = { family: 'ipv4', direction: 'sourceToTarget' } as const;
  const keys = status(
    foldEvents([input('ipv4'), { type: 'latency', cell: cellOf(route), measurement: { ...lost, received: 0 } }]),
  );
  expect(keys).toMatchObject({ 'status.result.packetLossPercent': '100', 'status.result.packetsReceived': '0' });
  expect(Object.keys(keys).filter((key) => key.includes('Latency'))).toEqual([]);
});

test('plain keys are the first family from source to target; other keys contain family and direction', () => {
  const record = foldEvents([
    input('ipv6', 'ipv4'),
    latency('ipv6', 'sourceToTarget', { transmitted: 1 }),
    latency('ipv6', 'targetToSource', { transmitted: 2 }),
    latency('ipv4', 'sourceToTarget', { transmitted: 3 }),
    latency('ipv4', 'targetToSource', { transmitted: 4 }),
  ]);
  const transmitted = Object.entries(status(record)).filter(([key]) => key.endsWith('packetsTransmitted'));
  expect(Object.fromEntries(transmitted)).toEqual({
    'status.result.packetsTransmitted': '1',
    'status.result.targetToSource.packetsTransmitted': '2',
    'status.result.ipv4.packetsTransmitted': '3',
    'status.result.ipv4.targetToSource.packetsTransmitted': '4',
  });
});

test('the MTU of a path is its largest payload plus the headers of its family', () => {
  const pathMtu = { interfaceMtuBytes: 1500, largestPayloadBytes: 1372 };
  const route = (family: IpFamily) => ({ family, direction: 'sourceToTarget' }) as const;
  const record = foldEvents([
    input('ipv4', 'ipv6'),
    { type: 'path-mtu', cell: cellOf(route('ipv4')), pathMtu },
    { type: 'path-mtu', cell: cellOf(route('ipv6')), pathMtu: { ...pathMtu, largestPayloadBytes: 1352 } },
  ]);
  expect(status(record)).toMatchObject({
    'status.result.interfaceMtuBytes': '1500',
    'status.result.largestUnfragmentedPayloadBytes': '1372',
    'status.result.pathMtuBytes': '1400',
    'status.result.ipv6.largestUnfragmentedPayloadBytes': '1352',
    'status.result.ipv6.pathMtuBytes': '1400',
  });
});

test('writes the keys of a live migration: whole nanoseconds, milliseconds and packets, and its nodes', () => {
  const keys = (event: ReturnType<typeof migrated>): [string, string][] =>
    Object.entries(status(foldEvents([input('ipv4'), event]))).filter(([key]) => key.startsWith('status.result.'));
  expect(Object.fromEntries(keys(migrated()))).toEqual({
    'status.result.migration.longestGapNanoSec': '2440123456',
    'status.result.migration.beforeSwitchGapNanoSec': '2440123456',
    'status.result.migration.switchGapNanoSec': '214000000',
    'status.result.migration.packetsTransmitted': '574',
    'status.result.migration.packetsLost': '52',
    'status.result.migration.packetsLate': '14',
    'status.result.migration.durationMilliSec': '3520',
    'status.result.migration.fromNode': 'node-2',
    'status.result.migration.toNode': 'node-3',
  });
  const { beforeSwitchGapNs, switchGapNs, ...unknown } = MIGRATION;
  expect([beforeSwitchGapNs, switchGapNs]).not.toContain(undefined);
  const names = keys({ type: 'live-migration', migration: unknown }).map(([key]) => key);
  expect(names).toHaveLength(7);
  expect(names.filter((key) => /switch/i.test(key))).toEqual([]);
  // The next claim clears them.
  expect(names.every(isResultKey)).toBe(true);
});

test('the last line of a success contains three figures of the first route', () => {
  const record = foldEvents([input('ipv4'), latency('ipv4', 'sourceToTarget')]);
  expect(renderLastLine(record, SUCCEEDED)).toBe('Kubevirt VM latency checkup succeeded: min 1µs avg 2µs max 3µs');
});
