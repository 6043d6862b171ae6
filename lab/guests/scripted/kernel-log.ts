/** What the kernel of a guest has to say, with the seconds since it started: what `dmesg` prints. */
export class KernelLog {
  readonly #start = performance.now();
  readonly #lines: string[] = [];

  constructor(version: string) {
    this.note(version);
  }

  note(message: string): void {
    const seconds = (performance.now() - this.#start) / 1000;
    this.#lines.push(`[${seconds.toFixed(6).padStart(12)}] ${message}\n`);
  }

  read(): string {
    return this.#lines.join('');
  }
}
