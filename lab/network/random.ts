// SPDX-License-Identifier: Apache-2.0
/** A repeatable source of numbers in [0, 1): Marsaglia's xorshift32. */
export function seededRandom(seed: number): () => number {
  // From the state 0 there is no other state.
  let state = (seed ^ 0x9e3779b9) >>> 0 || 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    state >>>= 0;
    return state / 2 ** 32;
  };
}
