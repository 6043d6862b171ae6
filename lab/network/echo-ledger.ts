import { decodePacket } from '../packets/packet.ts';

/** What became of a frame in a network. */
export type Fate = 'delivered' | 'lost' | 'tooLong' | 'cut' | 'refused';

/** One frame through one network, by `process.hrtime.bigint()`. */
export interface Crossing {
  arrivedNs: bigint;
  /** When it was handed over; absent before that, and for what is not delivered. */
  leftNs?: bigint;
  fate: Fate;
}

/** A ping as its network saw it: how long the reply took is `reply.arrivedNs - request.leftNs` in the guest, the rest outside. */
export interface EchoExchange {
  network: string;
  /** Of the request. */
  source: string;
  destination: string;
  id: number;
  /** 16 bits: a long ping has several exchanges of the same number. */
  sequence: number;
  request: Crossing;
  /** The first that was delivered, else the last. */
  reply?: Crossing;
}

/** The last so many exchanges are remembered. */
const REMEMBERED = 2 ** 16;

/** The pings that crossed the networks, in the order of their requests. */
export class EchoLedger {
  readonly #remembered: number;
  #exchanges: EchoExchange[] = [];
  /** The latest of each identity: a sequence number that comes again begins another exchange. */
  readonly #latest = new Map<string, EchoExchange>();

  constructor(remembered = REMEMBERED) {
    this.#remembered = remembered;
  }

  /** Notes a frame that arrived in a network, if it is a ping or an answer to one. */
  note(network: string, frame: Buffer, crossing: Crossing): void {
    const echo = decodePacket(frame);
    if (echo?.type !== 'echo') return;
    const [source, destination] = echo.request ? [echo.source, echo.destination] : [echo.destination, echo.source];
    const { id, sequence } = echo;
    const key = `${network} ${source} ${destination} ${id} ${sequence}`;
    if (echo.request) this.#open(key, { network, source, destination, id, sequence, request: crossing });
    else {
      const exchange = this.#latest.get(key);
      if (exchange && exchange.reply?.fate !== 'delivered') exchange.reply = crossing;
    }
  }

  exchanges(): readonly EchoExchange[] {
    return this.#exchanges.slice(-this.#remembered);
  }

  forget(): void {
    this.#exchanges = [];
    this.#latest.clear();
  }

  #open(key: string, exchange: EchoExchange): void {
    this.#exchanges.push(exchange);
    this.#latest.delete(key);
    this.#latest.set(key, exchange);
    if (this.#latest.size > this.#remembered) this.#latest.delete(this.#latest.keys().next().value ?? '');
    // Seldom, and many at once: taking the first off a long list costs as much as the list is long.
    if (this.#exchanges.length >= 2 * this.#remembered) this.#exchanges = this.#exchanges.slice(-this.#remembered);
  }
}
