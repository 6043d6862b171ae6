// SPDX-License-Identifier: Apache-2.0
import { decodePacket } from '../packets/packet.ts';

/** What happened to a frame in a network. */
export type Fate = 'delivered' | 'lost' | 'tooLong' | 'cut' | 'refused';

/** One frame through one network; times by `process.hrtime.bigint()`. */
export interface Crossing {
  arrivedNs: bigint;
  /** When it was delivered; absent before that. */
  leftNs?: bigint;
  fate: Fate;
}

/** A ping as seen by its network. `reply.arrivedNs - request.leftNs` is the guest's part of the round trip. */
export interface EchoExchange {
  network: string;
  /** The source of the request. */
  source: string;
  destination: string;
  /** The node of the source; absent for a host outside of the cluster. */
  fromNode?: string;
  /** The node of the destination; absent for a host outside of the cluster, and until the switch has learned where it is. */
  toNode?: string;
  id: number;
  /** 16 bits: a long run has several exchanges with the same number. */
  sequence: number;
  request: Crossing;
  /** The first delivered reply, or else the last reply. */
  reply?: Crossing;
}

/** How many exchanges are kept: the last ones. All pairs of 100 nodes with ten pings each are 49,500. */
const REMEMBERED = 2 ** 17;

/** The nodes of the hosts that send and receive a frame, as far as they are known. */
interface Nodes {
  from?: string | undefined;
  to?: string | undefined;
}

/** The pings that crossed the networks, in the order of their requests. */
export class EchoLedger {
  readonly #remembered: number;
  #exchanges: EchoExchange[] = [];
  /** The latest exchange by identity: a repeated sequence number starts another exchange. */
  readonly #latest = new Map<string, EchoExchange>();
  readonly #listeners = new Set<(exchange: EchoExchange) => void>();

  constructor(remembered = REMEMBERED) {
    this.#remembered = remembered;
  }

  /** Records a frame that arrived in a network, if it is a ping or a reply. */
  record(network: string, frame: Buffer, crossing: Crossing, nodes: Nodes = {}): void {
    const echo = decodePacket(frame);
    if (echo?.type !== 'echo') return;
    const [source, destination] = echo.request ? [echo.source, echo.destination] : [echo.destination, echo.source];
    const { id, sequence } = echo;
    const key = `${network} ${source} ${destination} ${id} ${sequence}`;
    if (echo.request) {
      const { from: fromNode, to: toNode } = nodes;
      this.#open(key, {
        network,
        source,
        destination,
        ...(fromNode !== undefined && { fromNode }),
        ...(toNode !== undefined && { toNode }),
        id,
        sequence,
        request: crossing,
      });
      return;
    }
    const exchange = this.#latest.get(key);
    if (!exchange || exchange.reply?.fate === 'delivered') return;
    exchange.reply = crossing;
    if (nodes.from !== undefined) exchange.toNode = nodes.from;
  }

  /** Calls the listener with each exchange at its request; its crossings and its reply are added to the same object later. */
  subscribe(listener: (exchange: EchoExchange) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
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
    // In batches: removing the first entry of a list copies the list.
    if (this.#exchanges.length >= 2 * this.#remembered) this.#exchanges = this.#exchanges.slice(-this.#remembered);
    for (const listener of this.#listeners) listener(exchange);
  }
}
