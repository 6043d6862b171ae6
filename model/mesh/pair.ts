// SPDX-License-Identifier: Apache-2.0
/** What a mesh measures: ordered pairs of nodes, as they are in events and in result.json. */
import * as v from 'valibot';
import { IP_FAMILIES } from '../ip-family.ts';
import { LATENCY_SCHEMA, type LatencyStatistic } from '../latency.ts';
import { lossPercent } from '../sample.ts';
import { described, WHOLE, type Infer } from '../schema.ts';

/** The results of one ping between two nodes, without what all samples of a mesh have in common. */
const PAIR_SAMPLE = v.object({
  transmitted: described(WHOLE, 'Requests sent.'),
  received: described(WHOLE, 'Requests with a reply.'),
  latency: v.exactOptional(LATENCY_SCHEMA),
});
export type PairSample = Infer<typeof PAIR_SAMPLE>;

const PAIR_STATES = ['passed', 'failed', 'contended', 'unmeasured'] as const;

/** With `bidirectional` or two IP families, two nodes have several of these. */
export const MESH_PAIR = v.object({
  from: described(v.string(), 'The node of the VM that pings.'),
  to: described(v.string(), 'The node of the VM that replies.'),
  family: v.picklist(IP_FAMILIES),
  round: described(WHOLE, 'The round in which it was measured, from 1.'),
  state: described(
    v.picklist(PAIR_STATES),
    'failed: also in the retest, if there was one. contended: passed, and alone clearly faster than in parallel. unmeasured: not failed, and not passed.',
  ),
  reason: v.exactOptional(
    described(
      v.string(),
      'Why it failed or was not measured; of a pair that passed, why one of its two samples failed. One line.',
    ),
  ),
  sample: v.exactOptional(described(PAIR_SAMPLE, 'Measured in its round, in parallel with other pairs.')),
  retest: v.exactOptional(described(PAIR_SAMPLE, 'Measured again after the rounds, alone.')),
  notRetested: v.exactOptional(
    described(v.literal(true), 'Failed, and not measured again, because the time for retests was used up.'),
  ),
});
export type MeshPair = Infer<typeof MESH_PAIR>;

export function isFailed({ state }: Pick<MeshPair, 'state'>): boolean {
  return state === 'failed';
}

export function isMeasured({ state }: Pick<MeshPair, 'state'>): boolean {
  return state !== 'unmeasured';
}

/**
 * Returns the sample whose numbers are those of the pair: the better one, because a pair has failed only if it failed twice. Better is
 * fewer lost packets, then the lower 90th percentile.
 */
export function countedSample({ sample, retest }: Pick<MeshPair, 'sample' | 'retest'>): PairSample | undefined {
  if (sample === undefined || retest === undefined) return sample ?? retest;
  const lost = Number(lossPercent(sample)) - Number(lossPercent(retest));
  const slower = (sample.latency?.p90Ns ?? Infinity) - (retest.latency?.p90Ns ?? Infinity);
  return lost > 0 || (lost === 0 && slower > 0) ? retest : sample;
}

/** Returns the judged statistic in nanoseconds; undefined without a reply. */
export function judgedNs(sample: PairSample | undefined, statistic: LatencyStatistic): number | undefined {
  return sample?.latency?.[`${statistic}Ns`];
}

/** Identifies a pair among those of its network. */
export function pairKey({ from, to, family }: Pick<MeshPair, 'from' | 'to' | 'family'>): string {
  return `${from} ${to} ${family}`;
}
