// SPDX-License-Identifier: Apache-2.0
/** Samples to draw, from the round-trip times of their requests in order. */
import type { ChartedSample } from '../../../fixtures/charts/sample-chart.ts';
import type { Reply } from '../../../model/reply.ts';
import { sampleLatency } from '../sample-latency.ts';

export const MS = 1_000_000;

/** In ns; undefined for a lost one, "untimed" for a reply without a time. */
export type RoundTrip = number | undefined | 'untimed';

export function chartedSample(
  roundTrips: readonly RoundTrip[],
  limits: Partial<ChartedSample['limits']> = {},
  measurement: Partial<ChartedSample['measurement']> = {},
): ChartedSample {
  const replies = roundTrips.flatMap((rtt, index): Reply[] => {
    if (rtt === undefined) return [];
    return [{ sequence: index + 1, ...(rtt === 'untimed' ? {} : { rttNs: rtt }) }];
  });
  const times = roundTrips.filter((rtt) => typeof rtt === 'number');
  const transmitted = roundTrips.length;
  const counts = { transmitted, received: replies.length, duplicates: 0, errors: 0, corrupted: 0, longestGapNs: 0 };
  const way = { tool: 'ping from iputils 20240905', intervalMs: 100, packetSizeBytes: 56 };
  return {
    route: { family: 'ipv4', direction: 'sourceToTarget' },
    from: { address: '198.18.0.1', node: 'worker-1' },
    to: { address: '198.18.0.2' },
    replies,
    measurement: {
      ...counts,
      ...way,
      durationMs: transmitted * 100,
      ...(times.length === 0 ? {} : { latency: sampleLatency(times) }),
      ...measurement,
    },
    limits: { maxLatencyNs: undefined, latencyStatistic: 'max', ...limits },
  };
}

/** Similar round-trip times around half a millisecond. */
export function usual(count: number): number[] {
  return Array.from({ length: count }, (_, index) => 500_000 + ((index * 7919) % 101) * 1000);
}
