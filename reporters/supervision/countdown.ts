// SPDX-License-Identifier: Apache-2.0
/** The time that is left for removing and reporting; a signal shortens it while it runs. */
import { interruptedForMs } from './interruption.ts';

const CHECK_EVERY_MS = 100;

export class Countdown {
  readonly #controller = new AbortController();
  readonly #end: number;
  readonly #afterSignalMs: number;
  readonly #timer: NodeJS.Timeout;

  /** @param ms from now on; and no more than `afterSignalMs` from a signal. */
  constructor(ms: number, afterSignalMs: number) {
    this.#end = performance.now() + ms;
    this.#afterSignalMs = afterSignalMs;
    this.#timer = setInterval(() => {
      if (this.left() <= 0) this.#controller.abort(new Error('the time is over'));
    }, CHECK_EVERY_MS);
  }

  /** Milliseconds. */
  readonly left = (): number => {
    const own = this.#end - performance.now();
    const interrupted = interruptedForMs();
    return interrupted === undefined ? own : Math.min(own, this.#afterSignalMs - interrupted);
  };

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  stop(): void {
    clearInterval(this.#timer);
  }
}
