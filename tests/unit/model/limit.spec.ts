// SPDX-License-Identifier: Apache-2.0
import { expect, test } from '@playwright/test';
import { CheckupError } from '../../../model/errors.ts';
import type { IpFamily } from '../../../model/ip-family.ts';
import { LATENCY_STATISTICS } from '../../../model/latency.ts';
import { requireWithin, type Limits, type RouteMeasurement } from '../../../model/limit.ts';
import type { Direction } from '../../../model/routes.ts';
import type { Measurement } from '../../../model/sample.ts';
import { sampleLatency } from '../sample-latency.ts';

/** Every statistic that can have a limit has another value. */
const LATENCY = sampleLatency([1e6, 1.5e6, 2e6, 3e6, 6e6]);
const FREE: Limits = { maxLatencyNs: undefined, latencyStatistic: 'max', maxPacketLossPercent: undefined };

function measured(
  change: Partial<Measurement> = {},
  family: IpFamily = 'ipv4',
  direction: Direction = 'sourceToTarget',
): RouteMeasurement {
  const counts = { transmitted: 50, received: 50, duplicates: 0, errors: 0, corrupted: 0, longestGapNs: 0 };
  const measurement = {
    tool: 't',
    intervalMs: 100,
    packetSizeBytes: 56,
    durationMs: 5000,
    latency: LATENCY,
    ...counts,
  };
  return { route: { family, direction }, measurement: { ...measurement, ...change } };
}

function judged(measurements: readonly RouteMeasurement[], limits: Partial<Limits>): string {
  try {
    requireWithin(measurements, { ...FREE, ...limits }, ['ipv4', 'ipv6']);
    return 'within';
  } catch (error) {
    if (error instanceof CheckupError) return `${error.code}: ${error.message}`;
    throw error;
  }
}

for (const latencyStatistic of LATENCY_STATISTICS) {
  test(`a limit on ${latencyStatistic} allows an equal value and refuses a higher one`, () => {
    const ns = LATENCY[`${latencyStatistic}Ns`];
    expect(LATENCY_STATISTICS.filter((statistic) => LATENCY[`${statistic}Ns`] === ns)).toEqual([latencyStatistic]);
    expect(judged([measured()], { latencyStatistic, maxLatencyNs: ns })).toBe('within');
    expect(judged([measured()], { latencyStatistic, maxLatencyNs: ns - 1 })).toBe(
      `LatencyExceeded: actual ${latencyStatistic} latency "${ns / 1e6}ms" is greater than desired "${(ns - 1) / 1e6}ms"`,
    );
  });
}

test('a limit on loss allows an equal value and refuses a higher one, also at 0', () => {
  const one = [measured({ received: 49 })];
  expect(judged(one, { maxPacketLossPercent: 2 })).toBe('within');
  expect(judged(one, { maxPacketLossPercent: 1.999 })).toBe(
    'PacketLossExceeded: actual packet loss "2%" is greater than desired "1.999%"',
  );
  expect(judged(one, { maxPacketLossPercent: 0 })).toMatch(/^PacketLossExceeded/);
  expect(judged([measured()], { maxPacketLossPercent: 0 })).toBe('within');
  expect(judged(one, {})).toBe('within');
});

test('compares the loss as reported, with three decimals', () => {
  const third = [measured({ transmitted: 3, received: 2 })];
  expect(judged(third, { maxPacketLossPercent: 33.333 })).toBe('within');
  expect(judged(third, { maxPacketLossPercent: 33.332 })).toBe(
    'PacketLossExceeded: actual packet loss "33.333%" is greater than desired "33.332%"',
  );
});

test('reports total loss as no connectivity whatever the limit', () => {
  const { latency, ...measurement } = measured({ received: 0, errors: 3 }).measurement;
  expect(latency).toBeDefined();
  expect(judged([{ ...measured(), measurement }], { maxPacketLossPercent: 100 })).toBe(
    'NoConnectivity: no connectivity - 100% packet loss: 50 packets transmitted, 0 received, 3 errors',
  );
});

test('checks every route and reports all findings', () => {
  const routes = [measured({ received: 40 }), measured({}, 'ipv6'), measured({}, 'ipv6', 'targetToSource')];
  expect(judged(routes, { maxPacketLossPercent: 1, maxLatencyNs: 5.5e6 })).toBe(
    [
      'PacketLossExceeded: actual packet loss "20%" is greater than desired "1%"',
      'actual max latency "6ms" is greater than desired "5.5ms"',
      'actual max latency "6ms" is greater than desired "5.5ms" (IPv6)',
      'actual max latency "6ms" is greater than desired "5.5ms" (IPv6, target to source)',
    ].join(', '),
  );
});

test('the first clue is about the slowest route', () => {
  const slower = measured({ latency: sampleLatency([9e6]) }, 'ipv6');
  const limits = { ...FREE, maxLatencyNs: 1e6 };
  let clues: CheckupError['clues'] = [];
  try {
    requireWithin([measured(), slower], limits, ['ipv4', 'ipv6']);
  } catch (error) {
    if (error instanceof CheckupError) ({ clues } = error);
  }
  expect(clues).toMatchObject([{ route: { family: 'ipv6' } }, { route: { family: 'ipv4' } }]);
});
