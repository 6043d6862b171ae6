// SPDX-License-Identifier: Apache-2.0
/** Builds the latency of a sample for tests. */
import { LATENCY, LATENCY_MEMBERS, type Latency, type LatencyMember } from '../../model/latency.ts';
import { mean, quantile } from '../../model/statistics.ts';

/**
 * Returns the minimum, average, maximum and percentiles of the round-trip times. Other members are 0; optional members are absent.
 * @param roundTripsNs at least one
 */
export function sampleLatency(roundTripsNs: readonly number[], given: Partial<Latency> = {}): Latency {
  const sorted = roundTripsNs.toSorted((a, b) => a - b);
  const required = LATENCY_MEMBERS.filter((member) => !('optional' in LATENCY[member]));
  const computed = required.map((member) => [member, Math.round(statistic(member, sorted))]);
  return { ...(Object.fromEntries(computed) as Latency), ...given };
}

function statistic(member: LatencyMember, sorted: readonly number[]): number {
  const [, percent] = /^p(\d+)Ns$/.exec(member) ?? [];
  if (percent !== undefined) return quantile(sorted, Number(`0.${percent}`));
  if (member === 'minNs') return quantile(sorted, 0);
  if (member === 'maxNs') return quantile(sorted, 1);
  return member === 'avgNs' ? mean(sorted) : 0;
}
