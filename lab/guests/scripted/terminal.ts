/**
 * A serial terminal in cooked mode: echoes what is typed, hands over whole lines, and prints a line feed as a carriage return
 * and a line feed.
 */
export class Terminal {
  readonly #listeners = new Set<(data: Uint8Array) => void>();
  readonly #onLine: (line: string) => void;
  #typed = '';

  constructor(onLine: (line: string) => void) {
    this.#onLine = onLine;
  }

  /** What the guest prints. */
  print(text: string): void {
    const data = Buffer.from(text.replaceAll('\n', '\r\n'));
    for (const listener of this.#listeners) listener(data);
  }

  /** What the other end of the wire types. */
  type(data: Uint8Array): void {
    for (const character of Buffer.from(data).toString('utf8').replaceAll('\r', '\n')) {
      this.print(character);
      if (character === '\n') {
        const line = this.#typed;
        this.#typed = '';
        this.#onLine(line);
      } else this.#typed += character;
    }
  }

  onData(listener: (data: Uint8Array) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}
