/**
 * Ctrl-C, a SIGTERM or a closed terminal. The first asks the command to end the checkup and to clean up; later ones change nothing:
 * a terminal signals everybody it knows, and whoever started us passes the same signal on.
 */
import { setTimeout as pause } from 'node:timers/promises';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

export class Interruption {
  readonly #controller = new AbortController();
  #by: NodeJS.Signals | undefined;

  constructor() {
    for (const name of SIGNALS) {
      process.on(name, () => {
        if (this.#by !== undefined) return;
        this.#by = name;
        console.log(`${name}: ending the checkup and cleaning up; this may take a minute …`);
        this.#controller.abort();
      });
    }
    // The terminal may be gone; what is left to do is not.
    for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);
  }

  /** Which signal, once it has come. */
  by(): NodeJS.Signals | undefined {
    return this.#by;
  }

  /** Calls `listener` when the signal comes, or at once; answers how to call that off. */
  when(listener: (by: NodeJS.Signals) => void): () => void {
    const { signal } = this.#controller;
    const tell = () => {
      if (this.#by !== undefined) listener(this.#by);
    };
    tell();
    signal.addEventListener('abort', tell);
    return () => {
      signal.removeEventListener('abort', tell);
    };
  }

  /** Waits, or less long where the signal comes meanwhile. */
  async pause(ms: number): Promise<void> {
    if (this.#controller.signal.aborted) return;
    await pause(ms, undefined, { signal: this.#controller.signal }).catch((error: unknown) => {
      if (!(error instanceof Error && error.name === 'AbortError')) throw error;
    });
  }
}
