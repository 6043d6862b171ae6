interface Held {
  dueNs: bigint;
  release: () => void;
}

/**
 * A timer has a resolution of a millisecond and may be late by one, so it is set early. The rest is slept in slices that are
 * short enough not to delay frames and consoles. Only the last stretch is busy waiting, because guests need the processor.
 */
const [TIMER_EARLY_MS, SLICE_MS, WATCHED_MS] = [1.2, 0.15, 0.12];
const NOTHING = new Int32Array(new SharedArrayBuffer(4));

/** Releases entries in the order of insertion, each as soon after its due time as this process can. */
export class DelayLine {
  readonly #held: Held[] = [];
  #sleeping: NodeJS.Timeout | undefined;
  #running = false;

  /** Holds an entry for `delayMs` from `sinceNs`, by `process.hrtime.bigint()`. */
  hold(delayMs: number, release: () => void, sinceNs: bigint): void {
    const dueNs = sinceNs + BigInt(Math.round(delayMs * 1e6));
    const last = this.#held.at(-1)?.dueNs ?? 0n;
    this.#held.push({ dueNs: dueNs > last ? dueNs : last, release });
    if (!this.#running) this.#run();
  }

  close(): void {
    this.#held.length = 0;
    clearTimeout(this.#sleeping);
  }

  #run(): void {
    this.#running = false;
    const now = process.hrtime.bigint();
    while (this.#held[0] && this.#held[0].dueNs <= now) this.#held.shift()?.release();
    const next = this.#held[0];
    if (!next) return;
    const leftMs = Number(next.dueNs - process.hrtime.bigint()) / 1e6;
    const again = () => {
      this.#run();
    };
    this.#running = true;
    if (leftMs > TIMER_EARLY_MS + 1) this.#sleeping = setTimeout(again, Math.floor(leftMs - TIMER_EARLY_MS));
    else {
      const spare = Math.min(leftMs - WATCHED_MS, SLICE_MS);
      if (spare > 0.02) Atomics.wait(NOTHING, 0, 0, spare);
      setImmediate(again);
    }
  }
}
