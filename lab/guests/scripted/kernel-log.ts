// SPDX-License-Identifier: Apache-2.0
/** The messages of a guest's kernel with the seconds since its start, as `dmesg` prints them. */
export class KernelLog {
  readonly #start = performance.now();
  readonly #lines: string[] = [];

  constructor(version: string) {
    this.log(version);
  }

  log(message: string): void {
    const seconds = (performance.now() - this.#start) / 1000;
    this.#lines.push(`[${seconds.toFixed(6).padStart(12)}] ${message}\n`);
  }

  read(): string {
    return this.#lines.join('');
  }
}
