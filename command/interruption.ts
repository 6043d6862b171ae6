// SPDX-License-Identifier: Apache-2.0
/**
 * Handles Ctrl-C, SIGTERM and a closed terminal. After the first signal the command ends the checkup and cleans up. A second one shortly
 * afterwards counts as the same: a terminal signals its process group, and npm forwards the signal. A later one ends the waits.
 */
import { setTimeout as pause } from 'node:timers/promises';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
/** Signals within this time count as one. */
const SAME_MS = 1500;

export class Interruption {
  readonly #first = new AbortController();
  readonly #second = new AbortController();
  #by: NodeJS.Signals | undefined;
  #at = 0;

  constructor() {
    for (const name of SIGNALS) {
      process.on(name, () => {
        this.#receive(name);
      });
    }
    // The cleanup continues even if the terminal is closed.
    for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);
  }

  /** Returns the first signal, if there was one. */
  by(): NodeJS.Signals | undefined {
    return this.#by;
  }

  /** The user does not want to wait for the end of the checkup. */
  isUrgent(): boolean {
    return this.#second.signal.aborted;
  }

  /** Calls `listener` on the first signal, or at once if there was one. Returns a function that removes the listener. */
  when(listener: (by: NodeJS.Signals) => void): () => void {
    const { signal } = this.#first;
    const log = () => {
      if (this.#by !== undefined) listener(this.#by);
    };
    log();
    signal.addEventListener('abort', log);
    return () => {
      signal.removeEventListener('abort', log);
    };
  }

  /**
   * Waits. The next signal ends the wait early. With `keepsProcess: false` the timer does not keep the process alive: for a wait that
   * something else may end.
   */
  async sleep(ms: number, { keepsProcess = true } = {}): Promise<void> {
    const { signal } = this.#first.signal.aborted ? this.#second : this.#first;
    if (signal.aborted) return;
    await pause(ms, undefined, { signal, ref: keepsProcess }).catch((error: unknown) => {
      if (!(error instanceof Error && error.name === 'AbortError')) throw error;
    });
  }

  #receive(name: NodeJS.Signals): void {
    if (this.#by === undefined) {
      [this.#by, this.#at] = [name, performance.now()];
      console.log(`${name}: ending the checkup, then cleaning up; to stop waiting for it, press Ctrl-C again`);
      this.#first.abort();
    } else if (!this.isUrgent() && performance.now() - this.#at > SAME_MS) {
      console.log(`${name}: not waiting for the checkup any more; deleting what was applied`);
      this.#second.abort();
    }
  }
}
