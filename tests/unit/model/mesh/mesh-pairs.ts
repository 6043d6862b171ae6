// SPDX-License-Identifier: Apache-2.0
/** Builds the pairs of a mesh for tests. */
import type { MeshPair } from '../../../../model/mesh/pair.ts';
import { sampleLatency } from '../../sample-latency.ts';

type PairFacts = Omit<MeshPair, 'from' | 'to' | 'family' | 'round'>;

/** A pair that passed. */
export function passedIn(ms: number): PairFacts {
  return { state: 'passed', sample: { transmitted: 5, received: 5, latency: sampleLatency([ms * 1e6]) } };
}

export const NO_REPLY: PairFacts = {
  state: 'failed',
  reason: 'no connectivity - 100% packet loss',
  sample: { transmitted: 5, received: 0 },
};

export const UNMEASURED: PairFacts = { state: 'unmeasured', reason: 'the VM failed' };

/** Returns one pair for each two of the nodes. */
export function meshPairs(
  nodes: readonly string[],
  factsOf: (a: string, b: string) => PairFacts | undefined = () => undefined,
): MeshPair[] {
  return nodes.flatMap((from, index) => {
    return nodes.slice(index + 1).map((to): MeshPair => {
      return { from, to, family: 'ipv4', round: 1, ...(factsOf(from, to) ?? passedIn(1)) };
    });
  });
}

/** "w1" to "wN" */
export function nodeNames(count: number): string[] {
  return Array.from({ length: count }, (_, index) => `w${index + 1}`);
}

/** Returns the first `sizes[0]` nodes in zone "a", the next in zone "b", and so on. */
export function zonesOf(nodes: readonly string[], sizes: readonly number[]): Record<string, string> {
  const names = sizes.flatMap((size, index) => Array<string>(size).fill('abcdefgh'.charAt(index)));
  return Object.fromEntries(nodes.slice(0, names.length).map((node, index) => [node, names[index] ?? '']));
}
