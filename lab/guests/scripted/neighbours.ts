import { ALL_NODES, BROADCAST_MAC, familyOf, multicastMac, solicitedNode } from '../../packets/addresses.ts';
import type { Arp } from '../../packets/arp.ts';
import type { NeighbourAdvertisement, NeighbourSolicitation } from '../../packets/neighbour-discovery.ts';
import type { Packet } from '../../packets/packet.ts';
import type { Addresses } from './addresses.ts';
import type { Device } from './device.ts';

const UNKNOWN_MAC = '00:00:00:00:00:00';
const NOBODY: readonly string[] = ['0.0.0.0', '::'];
const TRIES = 3;
const WAIT_MS = 1000;

/**
 * Who has which address on a link: asks by ARP or neighbour discovery, answers for its own addresses, and remembers. What
 * was learned stays as long as the link is up; a kernel would ask again now and then.
 */
export class Neighbours {
  readonly #device: Device;
  readonly #addresses: Addresses;
  readonly #macs = new Map<string, string>();
  readonly #asking = new Map<string, Promise<string | undefined>>();

  constructor(device: Device, addresses: Addresses) {
    this.#device = device;
    this.#addresses = addresses;
    device.onPacket((packet) => {
      this.#receive(packet);
    });
    device.onChange(() => {
      this.#macs.clear();
    });
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
    this.#learn(sender, senderMac);
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
    if (!probe) this.#learn(source, sourceMac ?? fromMac);
    const { mac } = this.#device;
    this.#device.send({
      ...{ type: 'neighbourAdvertisement', fromMac: mac, toMac: probe ? multicastMac(ALL_NODES) : fromMac },
      ...{ source: target, destination: probe ? ALL_NODES : source, target, targetMac: mac },
      ...{ router: false, solicited: !probe, override: true },
    });
  }

  #receiveAdvertisement({ target, targetMac, fromMac }: NeighbourAdvertisement): void {
    if (this.#asking.has(target) || this.#macs.has(target)) this.#learn(target, targetMac ?? fromMac);
  }

  #learn(address: string, mac: string): void {
    if (!NOBODY.includes(address)) this.#macs.set(address, mac);
  }
}
