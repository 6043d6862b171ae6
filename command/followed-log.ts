/** Follows the log of the checkup's container, and reconnects if the connection breaks or stalls. */
import { setTimeout as pause } from 'node:timers/promises';
import { isLastLine, type Log } from './checkup-result.ts';
import type { Kubectl, LogStream } from './kubectl.ts';
import { CHECKUP_CONTAINER } from './plan.ts';

/** Limit without a new line: the checkup prints one at least every 15 s. A connection to a lost node may stay open. */
const QUIET_MS = 40_000;
const BETWEEN_MS = 500;
/** Limit for reading the last lines of a container that has ended. */
const LAST_LINES_MS = 10_000;

export class FollowedLog {
  readonly #kubectl: Kubectl;
  readonly #pod: string;
  readonly #log: Log;
  #stream: LogStream;
  #bytes: number;
  #complaint = '';
  #emptyEnds = 0;
  #newsAt = Date.now();

  constructor(kubectl: Kubectl, pod: string, log: Log) {
    this.#kubectl = kubectl;
    this.#pod = pod;
    this.#log = log;
    this.#bytes = log.bytes;
    this.#stream = this.#follow();
  }

  /** The last error of following the log; "" if there is none. */
  get complaint(): string {
    return this.#complaint;
  }

  /** How many times in a row the log ended without an error and without new lines, like that of an ended container. */
  get emptyEnds(): number {
    return this.#emptyEnds;
  }

  /** Waits for its end, or until `pollDue` resolves. Returns whether it ended after the checkup's last line. */
  async waitForEnd(pollDue: Promise<void>): Promise<boolean> {
    const over = await Promise.race([this.#stream.ended, pollDue.then(() => undefined)]);
    const empty = this.#log.bytes === this.#bytes;
    this.#bytes = this.#log.bytes;
    if (!empty) [this.#newsAt, this.#emptyEnds] = [Date.now(), 0];
    if (over === undefined) {
      if (Date.now() - this.#newsAt > QUIET_MS) this.#stream.stop();
      return false;
    }
    const { status, complaint } = over;
    if (status === 0 && isLastLine(this.#log.lastLine)) return true;
    this.#emptyEnds = status === 0 && empty ? this.#emptyEnds + 1 : 0;
    if (complaint !== '' && complaint !== this.#complaint) {
      console.log(`warning: the log cannot be followed: ${complaint}`);
    }
    this.#complaint = status === 0 ? '' : complaint || `no new line within ${QUIET_MS / 1000}s`;
    this.#newsAt = Date.now();
    await pause(BETWEEN_MS);
    this.#stream = this.#follow();
    return false;
  }

  /** Prints the last lines after the container has ended, including those that a broken connection missed. */
  async finish(): Promise<void> {
    await this.#untilEnded();
    if (isLastLine(this.#log.lastLine)) return;
    this.#stream = this.#follow();
    await this.#untilEnded();
  }

  stop(): void {
    this.#stream.stop();
  }

  async #untilEnded(): Promise<void> {
    await Promise.race([this.#stream.ended, pause(LAST_LINES_MS, undefined, { ref: false })]);
    this.#stream.stop();
  }

  #follow(): LogStream {
    this.#bytes = this.#log.bytes;
    return this.#kubectl.follow(this.#pod, CHECKUP_CONTAINER, this.#log.reader());
  }
}
