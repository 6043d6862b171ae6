/** What the lab's switch saw of a checkup's sample: how long it held each ping, and how many frames of it it dropped. */
import type { EchoExchange } from '../../lab/network.ts';
import { mean, quantile } from '../../model/statistics.ts';

export const STATISTICS = ['avg', 'p50', 'p99'] as const;

/** Milliseconds. */
export type Times = Readonly<Record<(typeof STATISTICS)[number], number>>;

/**
 * The exchanges of the sample among all that a run made: each ping process has an identifier of its own, and the one with the
 * most requests is the sample, the others looked for a first reply. Empty where nobody pinged.
 */
export function sampleOf(exchanges: readonly EchoExchange[]): readonly EchoExchange[] {
  const pings = Map.groupBy(exchanges, ({ source, destination, id }) => `${source} ${destination} ${id}`);
  return [...pings.values()].reduce((most, ping) => (ping.length > most.length ? ping : most), []);
}

/** Milliseconds that each frame which left was held. */
export function heldMs(sample: readonly EchoExchange[]): number[] {
  return sample.flatMap(({ request, reply }) => [request, reply].flatMap((crossing) => holdOf(crossing) ?? []));
}

/** Milliseconds that the switch added to each exchange whose reply left. */
export function addedMs(sample: readonly EchoExchange[]): number[] {
  return sample.flatMap(({ request, reply }) => {
    const [there, back] = [holdOf(request), holdOf(reply)];
    return there === undefined || back === undefined ? [] : [there + back];
  });
}

/** Frames of the sample that the switch dropped, requests and replies. */
export function dropped(sample: readonly EchoExchange[]): number {
  const fates = sample.flatMap(({ request, reply }) => [request.fate, reply?.fate]);
  return fates.filter((fate) => fate !== undefined && fate !== 'delivered').length;
}

/** @throws RangeError for no times. */
export function timesOf(valuesMs: readonly number[]): Times {
  const sorted = valuesMs.toSorted((a, b) => a - b);
  return { avg: mean(sorted), p50: quantile(sorted, 0.5), p99: quantile(sorted, 0.99) };
}

function holdOf(crossing: EchoExchange['request'] | undefined): number | undefined {
  return crossing?.leftNs === undefined ? undefined : Number(crossing.leftNs - crossing.arrivedNs) / 1e6;
}
