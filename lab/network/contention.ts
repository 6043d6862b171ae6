// SPDX-License-Identifier: Apache-2.0
/** A network that delays each frame while more than `pairs` pairs of hosts ping at the same time. */
export interface ContentionRule {
  pairs: number;
  delayMs: number;
}

/** A pair counts for this long after a ping: three of the usual intervals. */
const ACTIVE_MS = 300;

/** Counts the pairs of hosts that ping at the same time. */
export class Contention {
  /** The time of the latest ping by pair, the oldest first. */
  readonly #pings = new Map<string, number>();

  /** Records a ping or a reply between two hosts, in either direction. */
  record(one: string, other: string, nowMs: number): void {
    const pair = one < other ? `${one} ${other}` : `${other} ${one}`;
    this.#pings.delete(pair);
    this.#pings.set(pair, nowMs);
  }

  delayMs({ pairs, delayMs }: ContentionRule, nowMs: number): number {
    for (const [pair, pingMs] of this.#pings) {
      if (nowMs - pingMs <= ACTIVE_MS) break;
      this.#pings.delete(pair);
    }
    return this.#pings.size > pairs ? delayMs : 0;
  }
}
