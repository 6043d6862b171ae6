// SPDX-License-Identifier: Apache-2.0
import { familyOf, type Family } from '../../packets/addresses.ts';
import type { Packet } from '../../packets/packet.ts';
import type { Addresses } from './addresses.ts';

/** The sources of probes. */
const NO_ADDRESSES: readonly string[] = ['0.0.0.0', '::'];
const TRIES = 3;
const WAIT_MS = 1000;

/** How long a neighbour counts as reachable after a reply: the shortest time that kernels use. */
const REACHABLE_MS = 15_000;

/** The link of a neighbour table. */
interface Link {
  readonly up: boolean;
  readonly addresses: Pick<Addresses, 'sourceFor'>;
  owns(address: string): boolean;
  question(address: string, source: string): Packet;
  ask<T>(question: Packet, waitMs: number, read: () => T | undefined): Promise<T | undefined>;
}

/** A row of `ip neigh`. */
interface Neighbour {
  address: string;
  mac?: string;
  state: 'REACHABLE' | 'STALE' | 'INCOMPLETE' | 'FAILED';
}

/** The neighbour table of a link. Entries stay while the link is up; a kernel would check them now and then. */
export class Neighbours {
  readonly #link: Link;
  readonly #macs = new Map<string, string>();
  readonly #repliedAt = new Map<string, number>();
  readonly #failed = new Set<string>();
  readonly #asking = new Map<string, Promise<string | undefined>>();

  constructor(link: Link) {
    this.#link = link;
  }

  clear(): void {
    this.#macs.clear();
    this.#failed.clear();
  }

  /** Forgets one address, as `ip neigh flush` does. */
  forget(address: string): void {
    this.#macs.delete(address);
    this.#failed.delete(address);
  }

  /** In the order in which they were found out. */
  entries(family: Family): Neighbour[] {
    const known = [...this.#macs].map(([address, mac]): Neighbour => {
      const age = performance.now() - (this.#repliedAt.get(address) ?? -Infinity);
      return { address, mac, state: age < REACHABLE_MS ? 'REACHABLE' : 'STALE' };
    });
    const asking = [...this.#asking.keys()].filter((address) => !this.#macs.has(address));
    const failed = [...this.#failed].filter((address) => !this.#asking.has(address));
    return [
      ...known,
      ...asking.map((address): Neighbour => ({ address, state: 'INCOMPLETE' })),
      ...failed.map((address): Neighbour => ({ address, state: 'FAILED' })),
    ].filter(({ address }) => familyOf(address) === family);
  }

  known(address: string): string | undefined {
    return this.#macs.get(address);
  }

  /** Records the sender of a question for one of the own addresses, and of each reply. */
  learn(packet: Packet): void {
    switch (packet.type) {
      case 'arp':
        if (this.#link.owns(packet.target)) this.#record(packet.sender, packet.senderMac, !packet.request);
        break;
      case 'neighbourSolicitation':
        if (this.#link.owns(packet.target)) this.#record(packet.source, packet.sourceMac ?? packet.fromMac, false);
        break;
      case 'neighbourAdvertisement': {
        const { target, targetMac, fromMac, solicited } = packet;
        if (this.#asking.has(target) || this.#macs.has(target)) this.#record(target, targetMac ?? fromMac, solicited);
        break;
      }
      default:
    }
  }

  /** Resolves with the MAC; undefined after three questions without a reply, a second apart. */
  resolve(address: string): Promise<string | undefined> {
    const already = this.#asking.get(address);
    if (already) return already;
    // A turn later: a reply that comes at once has to find that the address is being resolved.
    const asking = Promise.resolve()
      .then(() => this.#ask(address))
      .finally(() => this.#asking.delete(address));
    this.#asking.set(address, asking);
    return asking;
  }

  async #ask(address: string): Promise<string | undefined> {
    for (let tries = 0; tries < TRIES && !this.#macs.has(address); tries += 1) {
      const source = this.#link.up ? this.#link.addresses.sourceFor(address)?.address : undefined;
      if (source === undefined) break;
      await this.#link.ask(this.#link.question(address, source), WAIT_MS, () => this.#macs.get(address));
    }
    if (!this.#macs.has(address)) this.#failed.add(address);
    return this.#macs.get(address);
  }

  #record(address: string, mac: string, isReply: boolean): void {
    if (NO_ADDRESSES.includes(address)) return;
    this.#macs.set(address, mac);
    this.#failed.delete(address);
    if (isReply) this.#repliedAt.set(address, performance.now());
  }
}
