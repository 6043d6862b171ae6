interface Held {
  dueNs: bigint;
  release: () => void;
}

/** Timers alone are late by up to milliseconds: sleep short of the moment, then watch the clock. */
const WATCHED_MS = 2;

/** Releases what it holds in the order of insertion, each as close after its moment as this process can. */
export class DelayLine {
  readonly #held: Held[] = [];
  #sleeping: NodeJS.Timeout | undefined;
  #running = false;

  hold(delayMs: number, release: () => void): void {
    const dueNs = process.hrtime.bigint() + BigInt(Math.round(delayMs * 1e6));
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
    const leftMs = Number(next.dueNs - now) / 1e6;
    const again = () => {
      this.#run();
    };
    this.#running = true;
    if (leftMs > WATCHED_MS) this.#sleeping = setTimeout(again, leftMs - WATCHED_MS);
    else setImmediate(again);
  }
}
