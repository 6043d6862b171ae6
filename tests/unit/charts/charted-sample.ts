/** Samples to draw, from the round-trip times of their requests in order. */
import type { ChartedSample } from '../../../fixtures/charts/sample-chart.ts';
import type { Reply } from '../../../model/reply.ts';
import type { Latency } from '../../../model/latency.ts';
import { mean, quantile } from '../../../model/statistics.ts';

export const MS = 1_000_000;

/** In ns; undefined for a lost one, "untimed" for a reply without a time. */
export type RoundTrip = number | undefined | 'untimed';

function latencyOf(roundTrips: readonly RoundTrip[]): Latency | undefined {
  const sorted = roundTrips.filter((rtt) => typeof rtt === 'number').sort((a, b) => a - b);
  const [minNs, maxNs] = [sorted[0], sorted.at(-1)];
  if (minNs === undefined || maxNs === undefined) return undefined;
  const [p50Ns = 0, p90Ns = 0, p95Ns = 0, p99Ns = 0] = [0.5, 0.9, 0.95, 0.99].map((p) =>
    Math.round(quantile(sorted, p)),
  );
  return { minNs, avgNs: Math.round(mean(sorted)), maxNs, stdDevNs: 0, p50Ns, p90Ns, p95Ns, p99Ns };
}

export function chartedSample(
  roundTrips: readonly RoundTrip[],
  limits: Partial<ChartedSample['limits']> = {},
  measurement: Partial<ChartedSample['measurement']> = {},
): ChartedSample {
  const replies = roundTrips.flatMap((rtt, index): Reply[] => {
    if (rtt === undefined) return [];
    return [{ sequence: index + 1, ...(rtt === 'untimed' ? {} : { rttNs: rtt }) }];
  });
  const latency = latencyOf(roundTrips);
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
      ...(latency === undefined ? {} : { latency }),
      ...measurement,
    },
    limits: { maxLatencyNs: undefined, latencyStatistic: 'max', ...limits },
  };
}

/** Similar round-trip times around half a millisecond. */
export function usual(count: number): number[] {
  return Array.from({ length: count }, (_, index) => 500_000 + ((index * 7919) % 101) * 1000);
}
