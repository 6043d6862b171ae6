// SPDX-License-Identifier: Apache-2.0
/** Follows the log of the checkup's container. Reconnects if the connection breaks, or if no data arrives for 40 s. */
import { setTimeout as pause } from 'node:timers/promises';
import { isLastLine } from '../reporters/views/summary.ts';
import type { Log } from './checkup-result.ts';
import type { Kubectl, LogStream } from './kubectl.ts';
import { CHECKUP_CONTAINER } from './plan.ts';

/** The checkup prints a line at least every 15 s. If a node is lost, its connection may stay open without data. */
const QUIET_MS = 40_000;
const RECONNECT_DELAY_MS = 500;
/** Time limit for reading the last lines of a container that has ended. */
const LAST_LINES_MS = 10_000;

export class FollowedLog {
  readonly #kubectl: Kubectl;
  readonly #pod: string;
  readonly #log: Log;
  #stream: LogStream;
  #bytes: number;
  #complaint = '';
  #emptyReads = 0;
  #lastDataAt = Date.now();

  constructor(kubectl: Kubectl, pod: string, log: Log) {
    this.#kubectl = kubectl;
    this.#pod = pod;
    this.#log = log;
    this.#bytes = log.bytes;
    this.#stream = this.#follow();
  }

  /** Why the last connection failed; "" if it did not. */
  get complaint(): string {
    return this.#complaint;
  }

  /** Number of reads in a row that ended without an error and without new data. The log of an ended container does so. */
  get emptyReads(): number {
    return this.#emptyReads;
  }

  /**
   * Waits until the log ends or `timeout` resolves, and reconnects if needed. Returns whether the log is complete, i.e. ended after the
   * checkup's last line.
   */
  async waitForEnd(timeout: Promise<void>): Promise<boolean> {
    const ended = await Promise.race([this.#stream.ended, timeout.then(() => undefined)]);
    const empty = this.#log.bytes === this.#bytes;
    this.#bytes = this.#log.bytes;
    if (!empty) [this.#lastDataAt, this.#emptyReads] = [Date.now(), 0];
    if (ended === undefined) {
      if (Date.now() - this.#lastDataAt > QUIET_MS) this.#stream.stop();
      return false;
    }
    const { status, complaint } = ended;
    if (status === 0 && isLastLine(this.#log.lastLine)) return true;
    this.#emptyReads = status === 0 && empty ? this.#emptyReads + 1 : 0;
    if (complaint !== '' && complaint !== this.#complaint) {
      console.log(`warning: the log cannot be followed: ${complaint}`);
    }
    this.#complaint = status === 0 ? '' : complaint || `no new line within ${QUIET_MS / 1000}s`;
    this.#lastDataAt = Date.now();
    await pause(RECONNECT_DELAY_MS);
    this.#stream = this.#follow();
    return false;
  }

  /** Reads the last lines after the container has ended. Reads the log again if a broken connection lost some. */
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
