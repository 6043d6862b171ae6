/**
 * Ctrl-C, a SIGTERM or a closed terminal. The first asks the command to end the checkup and to clean up. One that follows at once is the
 * same: a terminal signals its whole process group, and npm passes the signal on. A later one means that the user does not want to wait.
 */
import { setTimeout as pause } from 'node:timers/promises';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
/** Within this time several signals are one. */
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
    // The terminal may be gone; what is left to do is not.
    for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);
  }

  /** Which signal, once it has come. */
  by(): NodeJS.Signals | undefined {
    return this.#by;
  }

  /** The user does not want to wait for the end of the checkup. */
  hurried(): boolean {
    return this.#second.signal.aborted;
  }

  /** Calls `listener` when the signal comes, or at once; answers how to call that off. */
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
   * Waits; a first signal that comes meanwhile ends the wait, and so does a second one. `aside` is for a wait that something else may
   * end before: it does not keep the process.
   */
  async sleep(ms: number, how: 'alone' | 'aside' = 'alone'): Promise<void> {
    const { signal } = this.#first.signal.aborted ? this.#second : this.#first;
    if (signal.aborted) return;
    await pause(ms, undefined, { signal, ref: how === 'alone' }).catch((error: unknown) => {
      if (!(error instanceof Error && error.name === 'AbortError')) throw error;
    });
  }

  #receive(name: NodeJS.Signals): void {
    if (this.#by === undefined) {
      [this.#by, this.#at] = [name, performance.now()];
      console.log(`${name}: ending the checkup, then cleaning up; to stop waiting for it, press Ctrl-C again`);
      this.#first.abort();
    } else if (!this.hurried() && performance.now() - this.#at > SAME_MS) {
      console.log(`${name}: not waiting for the checkup any more; deleting what was applied`);
      this.#second.abort();
    }
  }
}
