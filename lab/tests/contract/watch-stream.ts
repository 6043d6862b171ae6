/** One watch response, read line by line under a deadline. */
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
  #wake: () => void = () => undefined;

  constructor(response: IncomingMessage) {
    this.#response = response;
    this.status = response.statusCode ?? 0;
    this.#lines = createInterface({ input: response });
    this.#lines.on('line', (text) => {
      this.#events.push(parseEvent(text));
      this.#wake();
    });
    this.#lines.on('close', () => {
      this.#ended = true;
      this.#wake();
    });
  }

  /** Returns the next `count` events. @throws when the stream ends or the deadline passes first. */
  async take(count: number): Promise<WatchEvent[]> {
    const deadline = AbortSignal.timeout(DEADLINE_MS);
    deadline.addEventListener('abort', () => {
      this.#wake();
    });
    while (this.#events.length < count && !this.#ended && !deadline.aborted) {
      await new Promise<void>((wake) => (this.#wake = wake));
    }
    if (this.#events.length >= count) return this.#events.splice(0, count);
    const why = this.#ended ? 'the stream ended' : `${DEADLINE_MS} ms passed`;
    throw new Error(`${why} after ${this.#events.length} of ${count} events: ${this.#events.map(line).join(', ')}`);
  }

  /** Returns the unread events after `ms`. */
  async takeWithin(ms: number): Promise<WatchEvent[]> {
    await new Promise((resolve) => setTimeout(resolve, ms));
    return this.#events.splice(0);
  }

  /** Returns the events until the server ends the stream cleanly. @throws when the connection breaks or the deadline passes. */
  async rest(): Promise<WatchEvent[]> {
    if (!this.#ended) await once(this.#lines, 'close', { signal: AbortSignal.timeout(DEADLINE_MS) });
    if (!this.#response.complete) throw new Error('the server broke the stream off');
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
