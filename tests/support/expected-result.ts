// SPDX-License-Identifier: Apache-2.0
/** The exact results of a checkup, on the lab and on a real cluster. */
import { expect } from '@playwright/test';
import { LATENCY, type LatencyRow } from '../../model/latency.ts';
import { resultKey } from '../../model/status-keys.ts';

export interface CheckupResult {
  /** The data of the ConfigMap. */
  data: Readonly<Record<string, string>>;
  /** The last line of the output. */
  lastLine: string;
}

interface Expected {
  /** The keys of the ConfigMap before the run; they must be unchanged. */
  spec: Readonly<Record<string, string>>;
  /** The nodes that the VMs may run on. */
  nodes: readonly string[];
}

const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/;
const POSITIVE = /^[1-9]\d*$/;
/** The latency keys of every sample that has a reply. */
const LATENCY_KEYS = [
  ...Object.values<LatencyRow>(LATENCY).flatMap(({ statusKey, optional }) => (optional ? [] : [statusKey])),
  'coldStartLatencyNanoSec',
];

/** Expects exactly the keys of a sample of one second with the default interval and without loss. */
export function expectSuccess({ data, lastLine }: CheckupResult, asked: Expected): void {
  expect(lastLine).toMatch(/^Kubevirt VM latency checkup succeeded: min \S+ avg \S+ max \S+$/);
  expect(data).toEqual({ ...expectedData(asked), 'status.succeeded': 'true', 'status.failureReason': '' });
  expectMeasurement(data, asked);
}

/** Expects the same measurement, a failure by a limit of one microsecond, and its reason on the last line. */
export function expectLimitExceeded({ data, lastLine }: CheckupResult, asked: Expected): void {
  expect(lastLine).toMatch(
    /^Kubevirt VM latency checkup failed: run: actual max latency "[\d.]+[mµ]?s" is greater than desired "1µs"$/,
  );
  const reason = lastLine.replace('Kubevirt VM latency checkup failed: ', '');
  expect(data).toEqual({ ...expectedData(asked), 'status.succeeded': 'false', 'status.failureReason': reason });
  expectMeasurement(data, asked);
  expect(Number(data['status.result.maxLatencyNanoSec'])).toBeGreaterThan(1000);
}

function expectedData({ spec }: Expected): Record<string, unknown> {
  return {
    ...spec,
    'status.startTimestamp': expect.stringMatching(TIME),
    'status.runId': expect.stringMatching(/^[0-9a-f]{16}$/),
    'status.completionTimestamp': expect.stringMatching(TIME),
    ...Object.fromEntries(LATENCY_KEYS.map((key) => [resultKey(key), expect.stringMatching(POSITIVE)])),
    'status.result.jitterNanoSec': expect.stringMatching(/^\d+$/),
    'status.result.longestGapNanoSec': expect.stringMatching(POSITIVE),
    'status.result.packetsTransmitted': '10',
    'status.result.packetsReceived': '10',
    'status.result.packetsDuplicated': '0',
    'status.result.packetErrors': '0',
    'status.result.packetLossPercent': '0',
    'status.result.measurementDurationSec': '1',
    'status.results.measurementDurationSec': '1',
    'status.result.trend': 'not enough history (0 of 8)',
    'history.runs': expect.stringMatching(/^\{"run":"[0-9a-f]{16}",.*\}\n$/),
    'status.result.sourceNode': expect.any(String),
    'status.result.targetNode': expect.any(String),
  };
}

function expectMeasurement(data: CheckupResult['data'], { nodes }: Expected): void {
  const [min = 0, avg = 0, max = 0] = ['min', 'avg', 'max'].map((key) =>
    Number(data[`status.result.${key}LatencyNanoSec`]),
  );
  expect(min).toBeLessThanOrEqual(avg);
  expect(avg).toBeLessThanOrEqual(max);
  for (const vm of ['source', 'target']) expect(nodes).toContain(data[`status.result.${vm}Node`]);
  expect(data['status.result.sourceNode']).not.toBe(data['status.result.targetNode']);
}
