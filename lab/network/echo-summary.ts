// SPDX-License-Identifier: Apache-2.0
import type { EchoExchange } from './echo-ledger.ts';

/** What a network saw of the pings from one host to another. */
export interface EchoSummary {
  transmitted: number;
  /** Requests without a delivered reply. */
  lost: number;
  /** Requests whose reply was delivered later than asked for. */
  late: number;
  /** The longest time between the deliveries of two replies that follow each other, milliseconds; 0 with fewer than two. */
  longestGapMs: number;
}

/** @param lateMs from the arrival of a request in the network to the delivery of its reply */
export function summarizeEchoes(exchanges: readonly EchoExchange[], lateMs: number): EchoSummary {
  const answered = exchanges.flatMap(({ request, reply }) =>
    reply?.leftNs === undefined ? [] : [{ askedMs: milliseconds(request.arrivedNs), atMs: milliseconds(reply.leftNs) }],
  );
  const deliveries = answered.map(({ atMs }) => atMs).sort((a, b) => a - b);
  return {
    transmitted: exchanges.length,
    lost: exchanges.length - answered.length,
    late: answered.filter(({ askedMs, atMs }) => atMs - askedMs > lateMs).length,
    longestGapMs: deliveries.reduce((longest, atMs, i) => Math.max(longest, atMs - (deliveries[i - 1] ?? atMs)), 0),
  };
}

function milliseconds(ns: bigint): number {
  return Number(ns) / 1e6;
}
