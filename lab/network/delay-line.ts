// SPDX-License-Identifier: Apache-2.0
/** Entries of one lane are released in the order of insertion. */
export interface Lane {
  lastDueNs: bigint;
}

interface Held {
  dueNs: bigint;
  release: () => void;
}

/**
 * A timer has a resolution of a millisecond and may be late by one, so it is set early. The rest is slept in slices that are
 * short enough not to delay frames and consoles. Only the last stretch is busy waiting, because guests need the processor.
 */
const [TIMER_EARLY_MS, SLICE_MS, WATCHED_MS] = [1.2, 0.15, 0.12];

/**
 * With more entries in this time, only timers are set, which are up to 2 ms late. Otherwise the process of a lab with 100
 * guests would sleep in nearly every turn of its event loop, and frames were a second late on a busy machine.
 */
const [PRECISE_ENTRIES, RATE_WINDOW_MS] = [25, 100];
const NOTHING = new Int32Array(new SharedArrayBuffer(4));

/** Releases entries, each as soon after its due time as this process can. */
export class DelayLine {
  /** The next one first. */
  readonly #held: Held[] = [];
  #timer: NodeJS.Timeout | undefined;
  #turn: NodeJS.Immediate | undefined;
  #isReleasing = false;
  /** The times of the latest entries, by performance.now(), the oldest first. */
  readonly #entries: number[] = [];

  /** Holds an entry for `delayMs` from `sinceNs`, by `process.hrtime.bigint()`. */
  hold(delayMs: number, release: () => void, sinceNs: bigint, lane: Lane): void {
    const wantedNs = sinceNs + BigInt(Math.round(delayMs * 1e6));
    const dueNs = wantedNs > lane.lastDueNs ? wantedNs : lane.lastDueNs;
    lane.lastDueNs = dueNs;
    this.#entries.push(performance.now());
    if (this.#entries.length > PRECISE_ENTRIES) this.#entries.shift();
    const before = this.#held.findLastIndex((other) => other.dueNs <= dueNs);
    this.#held.splice(before + 1, 0, { dueNs, release });
    // A host that receives a frame may send one before the others are released.
    if (before === -1 && !this.#isReleasing) this.#schedule();
  }

  close(): void {
    this.#held.length = 0;
    this.#unschedule();
  }

  #run(): void {
    const now = process.hrtime.bigint();
    this.#isReleasing = true;
    while (this.#held[0] && this.#held[0].dueNs <= now) this.#held.shift()?.release();
    this.#isReleasing = false;
    this.#schedule();
  }

  #schedule(): void {
    this.#unschedule();
    const next = this.#held[0];
    if (!next) return;
    const leftMs = Number(next.dueNs - process.hrtime.bigint()) / 1e6;
    const run = () => {
      this.#run();
    };
    if (this.#isBusy()) this.#timer = setTimeout(run, Math.max(1, Math.ceil(leftMs)));
    else if (leftMs > TIMER_EARLY_MS + 1) this.#timer = setTimeout(run, Math.floor(leftMs - TIMER_EARLY_MS));
    else {
      const spare = Math.min(leftMs - WATCHED_MS, SLICE_MS);
      if (spare > 0.02) Atomics.wait(NOTHING, 0, 0, spare);
      this.#turn = setImmediate(run);
    }
  }

  #isBusy(): boolean {
    const [oldest = 0] = this.#entries;
    return this.#entries.length === PRECISE_ENTRIES && performance.now() - oldest < RATE_WINDOW_MS;
  }

  #unschedule(): void {
    clearTimeout(this.#timer);
    clearImmediate(this.#turn);
  }
}
