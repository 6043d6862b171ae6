// SPDX-License-Identifier: Apache-2.0
/** The most recent output of a process or guest: above the limit, the oldest pieces are discarded. */
export class KeptOutput {
  readonly #limitBytes: number;
  readonly #pieces: Uint8Array[] = [];
  #bytes = 0;

  constructor(limitBytes: number) {
    this.#limitBytes = limitBytes;
  }

  add(piece: Uint8Array): void {
    this.#pieces.push(piece);
    this.#bytes += piece.length;
    while (this.#bytes > this.#limitBytes && this.#pieces.length > 1) this.#bytes -= this.#pieces.shift()?.length ?? 0;
  }

  bytes(): Buffer {
    return Buffer.concat(this.#pieces);
  }

  read(): string {
    return this.bytes().toString('utf8');
  }
}
