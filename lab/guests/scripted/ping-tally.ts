// SPDX-License-Identifier: Apache-2.0
/** The results of one run, and their summary in the format of iputils. */
export class PingTally {
  transmitted = 0;
  received = 0;
  duplicates = 0;
  errors = 0;
  /** From the start until the last ping was sent. */
  timeMs = 0;
  /** Round-trip times in milliseconds, of duplicates too. */
  readonly #rtts: number[] = [];
  /** Sequence numbers have 16 bits: they start again after 65535. */
  readonly #answered = new Set<number>();
  /** The largest number of pings in flight. */
  #pipe = 1;

  sent(sequence: number): void {
    this.transmitted += 1;
    this.#answered.delete(sequence);
  }

  hasAnswer(sequence: number): boolean {
    return this.#answered.has(sequence);
  }

  /** Counts a reply. Returns whether it is the first one to that ping. */
  answer(sequence: number, rttMs: number | undefined): boolean {
    this.#settle(sequence);
    if (rttMs !== undefined) this.#rtts.push(rttMs);
    const first = !this.#answered.has(sequence);
    this.#answered.add(sequence);
    if (first) this.received += 1;
    else this.duplicates += 1;
    return first;
  }

  /** Counts an error in place of a reply. */
  error(sequence: number): void {
    this.#settle(sequence);
    this.errors += 1;
  }

  get slowestMs(): number {
    return Math.max(0, ...this.#rtts);
  }

  /** Renders the summary, which starts with an empty line. */
  render(destination: string): string {
    const loss = Number((((this.transmitted - this.received) / this.transmitted) * 100).toPrecision(6));
    const counts = [
      `${this.transmitted} packets transmitted, ${this.received} received`,
      ...(this.duplicates > 0 ? [`+${this.duplicates} duplicates`] : []),
      ...(this.errors > 0 ? [`+${this.errors} errors`] : []),
      `${loss}% packet loss`,
      `time ${Math.round(this.timeMs)}ms`,
    ];
    const pipe = this.#pipe > 1 ? [`pipe ${this.#pipe}`] : [];
    const last = [...this.#times(), ...pipe].join(', ');
    return `\n--- ${destination} ping statistics ---\n${counts.join(', ')}\n${last}\n`;
  }

  #times(): string[] {
    const rtts = this.#rtts;
    if (rtts.length === 0) return [];
    const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
    const avg = mean(rtts);
    const mdev = Math.sqrt(mean(rtts.map((rtt) => (rtt - avg) ** 2)));
    const numbers = [Math.min(...rtts), avg, Math.max(...rtts), mdev].map((ms) => ms.toFixed(3));
    return [`rtt min/avg/max/mdev = ${numbers.join('/')} ms`];
  }

  #settle(sequence: number): void {
    this.#pipe = Math.max(this.#pipe, ((this.transmitted - sequence) & 0xffff) + 1);
  }
}
