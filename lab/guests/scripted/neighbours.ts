import {
  ALL_NODES,
  BROADCAST_MAC,
  familyOf,
  multicastMac,
  solicitedNode,
  type Family,
} from '../../packets/addresses.ts';
import type { Arp } from '../../packets/arp.ts';
import type { NeighbourAdvertisement, NeighbourSolicitation } from '../../packets/neighbour-discovery.ts';
import type { Packet } from '../../packets/packet.ts';
import type { Addresses } from './addresses.ts';
import type { Device } from './device.ts';

const UNKNOWN_MAC = '00:00:00:00:00:00';
const NOBODY: readonly string[] = ['0.0.0.0', '::'];
const TRIES = 3;
const WAIT_MS = 1000;

/** How long a neighbour is believed to be there once it has answered, as kernels have it at the least. */
const REACHABLE_MS = 15_000;

/** As `ip neigh` shows one. */
interface Neighbour {
  address: string;
  mac?: string;
  state: 'REACHABLE' | 'STALE' | 'INCOMPLETE' | 'FAILED';
}

/**
 * Who has which address on a link: asks by ARP or neighbour discovery, answers for its own addresses, and remembers. What
 * was learned stays as long as the link is up; a kernel would ask again now and then.
 */
export class Neighbours {
  readonly #device: Device;
  readonly #addresses: Addresses;
  readonly #macs = new Map<string, string>();
  /** When those that answered a question did so. */
  readonly #answeredAt = new Map<string, number>();
  readonly #failed = new Set<string>();
  readonly #asking = new Map<string, Promise<string | undefined>>();

  constructor(device: Device, addresses: Addresses) {
    this.#device = device;
    this.#addresses = addresses;
    device.onPacket((packet) => {
      this.#receive(packet);
    });
    device.onChange(() => {
      this.#macs.clear();
      this.#failed.clear();
    });
  }

  /** Those known, asked for, and not found, in the order in which that was found out. */
  entries(family: Family): Neighbour[] {
    const known = [...this.#macs].map(([address, mac]): Neighbour => {
      const age = performance.now() - (this.#answeredAt.get(address) ?? -Infinity);
      return { address, mac, state: age < REACHABLE_MS ? 'REACHABLE' : 'STALE' };
    });
    const sought = [...this.#asking.keys()].filter((address) => !this.#macs.has(address));
    const missed = [...this.#failed].filter((address) => !this.#asking.has(address));
    return [
      ...known,
      ...sought.map((address): Neighbour => ({ address, state: 'INCOMPLETE' })),
      ...missed.map((address): Neighbour => ({ address, state: 'FAILED' })),
    ].filter(({ address }) => familyOf(address) === family);
  }

  known(address: string): string | undefined {
    return this.#macs.get(address);
  }

  /** Undefined when nobody answers three questions, a second apart. */
  resolve(address: string): Promise<string | undefined> {
    const already = this.#asking.get(address);
    if (already) return already;
    // A turn later: an answer that comes at once has to find that there was a question.
    const asking = Promise.resolve()
      .then(() => this.#ask(address))
      .finally(() => this.#asking.delete(address));
    this.#asking.set(address, asking);
    return asking;
  }

  async #ask(address: string): Promise<string | undefined> {
    for (let tries = 0; tries < TRIES && !this.#macs.has(address); tries += 1) {
      const source = this.#addresses.sourceFor(address)?.address;
      if (source === undefined) break;
      const answered = this.#device.heard(() => this.#macs.get(address), WAIT_MS);
      this.#device.send(familyOf(address) === 4 ? this.#request(source, address) : this.#solicitation(source, address));
      await answered;
    }
    if (this.#macs.has(address)) this.#failed.delete(address);
    else this.#failed.add(address);
    return this.#macs.get(address);
  }

  #request(sender: string, target: string): Arp {
    const { mac } = this.#device;
    return {
      ...{ type: 'arp', fromMac: mac, toMac: BROADCAST_MAC, request: true },
      ...{ senderMac: mac, sender, targetMac: UNKNOWN_MAC, target },
    };
  }

  #solicitation(source: string, target: string): NeighbourSolicitation {
    const destination = solicitedNode(target);
    const { mac } = this.#device;
    return {
      ...{ type: 'neighbourSolicitation', fromMac: mac, toMac: multicastMac(destination) },
      ...{ source, destination, target, sourceMac: mac },
    };
  }

  #receive(packet: Packet): void {
    switch (packet.type) {
      case 'arp':
        this.#receiveArp(packet);
        break;
      case 'neighbourSolicitation':
        this.#receiveSolicitation(packet);
        break;
      case 'neighbourAdvertisement':
        this.#receiveAdvertisement(packet);
        break;
      default:
    }
  }

  #receiveArp({ request, senderMac, sender, target }: Arp): void {
    if (!this.#addresses.owns(target)) return;
    this.#learn(sender, senderMac, !request);
    if (!request) return;
    const { mac } = this.#device;
    this.#device.send({
      ...{ type: 'arp', fromMac: mac, toMac: senderMac, request: false },
      ...{ senderMac: mac, sender: target, targetMac: senderMac, target: sender },
    });
  }

  #receiveSolicitation({ source, sourceMac, target, fromMac }: NeighbourSolicitation): void {
    if (!this.#addresses.owns(target)) return;
    const probe = source === '::';
    if (!probe) this.#learn(source, sourceMac ?? fromMac, false);
    const { mac } = this.#device;
    this.#device.send({
      ...{ type: 'neighbourAdvertisement', fromMac: mac, toMac: probe ? multicastMac(ALL_NODES) : fromMac },
      ...{ source: target, destination: probe ? ALL_NODES : source, target, targetMac: mac },
      ...{ router: false, solicited: !probe, override: true },
    });
  }

  #receiveAdvertisement({ target, targetMac, fromMac, solicited }: NeighbourAdvertisement): void {
    if (this.#asking.has(target) || this.#macs.has(target)) this.#learn(target, targetMac ?? fromMac, solicited);
  }

  #learn(address: string, mac: string, answered: boolean): void {
    if (NOBODY.includes(address)) return;
    this.#macs.set(address, mac);
    this.#failed.delete(address);
    if (answered) this.#answeredAt.set(address, performance.now());
  }
}
