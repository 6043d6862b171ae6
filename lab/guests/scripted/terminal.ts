// SPDX-License-Identifier: Apache-2.0
const INTERRUPT = '\x03';
const KILL_LINE = '\x15';

/** Callbacks for typed input. */
export interface Reader {
  onLine: (line: string) => void;
  /** Ctrl-C was typed. Text before it on the line is discarded. */
  onInterrupt: () => void;
}

/**
 * A serial terminal in cooked mode: echoes input, reports whole lines, and prints a line feed as a carriage return and a
 * line feed. Ctrl-U deletes the typed line.
 */
export class Terminal {
  /** The column at which the echo wraps, as with a shell's line editor; undefined: it does not wrap. */
  columns: number | undefined;
  readonly #listeners = new Set<(data: Uint8Array) => void>();
  readonly #reader: Reader;
  #typed = '';
  #column = 0;

  constructor(reader: Reader) {
    this.#reader = reader;
  }

  /** Prints output of the guest. */
  print(text: string): void {
    const start = Math.max(text.lastIndexOf('\n'), text.lastIndexOf('\r')) + 1;
    this.#column = (start === 0 ? this.#column : 0) + text.length - start;
    const data = Buffer.from(text.replaceAll('\n', '\r\n'));
    for (const listener of this.#listeners) listener(data);
  }

  /** Takes input from the other end of the wire. */
  type(data: Uint8Array): void {
    for (const character of Buffer.from(data).toString('utf8').replaceAll('\r', '\n')) this.#take(character);
  }

  onData(listener: (data: Uint8Array) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #take(character: string): void {
    const line = this.#typed;
    switch (character) {
      case '\n':
        this.#typed = '';
        this.print(character);
        this.#reader.onLine(line);
        break;
      case KILL_LINE:
        this.#typed = '';
        this.#takeBack(line.length);
        break;
      case INTERRUPT:
        this.#typed = '';
        this.print('^C\n');
        this.#reader.onInterrupt();
        break;
      default:
        this.#typed += character;
        this.print(character);
        if (this.#column === this.columns) this.print(' \r');
    }
  }

  #takeBack(count: number): void {
    const column = this.#column;
    this.print('\b \b'.repeat(count));
    this.#column = Math.max(0, column - count);
  }
}
