// SPDX-License-Identifier: Apache-2.0
/** Measurements of the lab's switch for the sample of a checkup: the delay of each frame, and the number of dropped frames. */
import type { EchoExchange } from '../../lab/network.ts';
import { mean, quantile } from '../../model/statistics.ts';

export const STATISTICS = ['avg', 'p50', 'p99'] as const;

/** Statistics in milliseconds. */
export type Times = Readonly<Record<(typeof STATISTICS)[number], number>>;

/**
 * Returns the exchanges of the sample among all exchanges of a run. Each ping process has its own identifier. The one with the most
 * requests is the sample; the others waited for a first reply. Returns an empty list if there was no ping.
 */
export function sampleOf(exchanges: readonly EchoExchange[]): readonly EchoExchange[] {
  const pings = Map.groupBy(exchanges, ({ source, destination, id }) => `${source} ${destination} ${id}`);
  return [...pings.values()].reduce((most, ping) => (ping.length > most.length ? ping : most), []);
}

/** Returns the delay in milliseconds of each delivered frame. */
export function heldMs(sample: readonly EchoExchange[]): number[] {
  return sample.flatMap(({ request, reply }) => [request, reply].flatMap((crossing) => holdOf(crossing) ?? []));
}

/** Returns the delay in milliseconds that the switch added to each exchange with a delivered reply. */
export function addedMs(sample: readonly EchoExchange[]): number[] {
  return sample.flatMap(({ request, reply }) => {
    const [requestMs, replyMs] = [holdOf(request), holdOf(reply)];
    return requestMs === undefined || replyMs === undefined ? [] : [requestMs + replyMs];
  });
}

/** Returns the number of requests and replies that the switch dropped. */
export function dropped(sample: readonly EchoExchange[]): number {
  const fates = sample.flatMap(({ request, reply }) => [request.fate, reply?.fate]);
  return fates.filter((fate) => fate !== undefined && fate !== 'delivered').length;
}

/** Returns statistics of the values. @throws RangeError if there are none. */
export function timesOf(valuesMs: readonly number[]): Times {
  const sorted = valuesMs.toSorted((a, b) => a - b);
  return { avg: mean(sorted), p50: quantile(sorted, 0.5), p99: quantile(sorted, 0.99) };
}

function holdOf(crossing: EchoExchange['request'] | undefined): number | undefined {
  return crossing?.leftNs === undefined ? undefined : Number(crossing.leftNs - crossing.arrivedNs) / 1e6;
}
