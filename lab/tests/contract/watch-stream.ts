// SPDX-License-Identifier: Apache-2.0
/** Reads the events of one watch response, with a deadline. */
import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { createInterface, type Interface } from 'node:readline';
import { decodeJson, objectAt, textAt, type JsonObject } from '../../store/json.ts';

export interface WatchEvent {
  type: string;
  object: JsonObject;
}

const DEADLINE_MS = 10_000;

export class WatchStream {
  readonly status: number;
  readonly #response: IncomingMessage;
  readonly #events: WatchEvent[] = [];
  readonly #lines: Interface;
  #ended = false;
  /** Resumes `take` after an event, the end of the stream or the deadline. */
  #notify: () => void = () => undefined;

  constructor(response: IncomingMessage) {
    this.#response = response;
    this.status = response.statusCode ?? 0;
    this.#lines = createInterface({ input: response });
    this.#lines.on('line', (text) => {
      this.#events.push(parseEvent(text));
      this.#notify();
    });
    this.#lines.on('close', () => {
      this.#ended = true;
      this.#notify();
    });
  }

  /**
   * Returns the next `count` events.
   * @throws Error if the stream ends or the deadline passes first.
   */
  async take(count: number): Promise<WatchEvent[]> {
    const deadline = AbortSignal.timeout(DEADLINE_MS);
    deadline.addEventListener('abort', () => {
      this.#notify();
    });
    while (this.#events.length < count && !this.#ended && !deadline.aborted) {
      await new Promise<void>((resolve) => (this.#notify = resolve));
    }
    if (this.#events.length >= count) return this.#events.splice(0, count);
    const why = this.#ended ? 'the stream ended' : `${DEADLINE_MS} ms passed`;
    throw new Error(`${why} after ${this.#events.length} of ${count} events: ${this.#events.map(line).join(', ')}`);
  }

  /** Waits for `ms` milliseconds and returns all events that no call has returned yet. */
  async takeWithin(ms: number): Promise<WatchEvent[]> {
    await new Promise((resolve) => setTimeout(resolve, ms));
    return this.#events.splice(0);
  }

  /**
   * Waits for the end of the stream and returns all events that no call has returned yet.
   * @throws Error if the server aborts the response or the deadline passes first.
   */
  async rest(): Promise<WatchEvent[]> {
    if (!this.#ended) await once(this.#lines, 'close', { signal: AbortSignal.timeout(DEADLINE_MS) });
    if (!this.#response.complete) throw new Error('the server aborted the stream');
    return this.#events.splice(0);
  }

  close(): void {
    this.#response.destroy();
    this.#lines.close();
  }
}

function line({ type, object }: WatchEvent): string {
  return `${type} ${textAt(object, 'metadata', 'name') ?? ''}`.trim();
}

function parseEvent(text: string): WatchEvent {
  const event = decodeJson(text);
  const [type, object] = [textAt(event, 'type'), objectAt(event, 'object')];
  if (type === undefined || !object) throw new Error(`not a watch event: ${text}`);
  return { type, object };
}
