import { setTimeout as sleep } from 'node:timers/promises';
import { addressOfMac, ALL_ROUTERS, multicastMac } from '../../packets/addresses.ts';
import type { RouterAdvertisement } from '../../packets/router-discovery.ts';
import { parseAddress, type Address, type Addresses } from './addresses.ts';
import type { Device } from './device.ts';
import type { KernelSetting } from './files.ts';

/** RFC 4861, section 10. */
const SOLICITATIONS = 3;
const SOLICITATION_GAP_MS = 4000;

/**
 * What Linux does about IPv6 by itself: a link-local address once the link is up, then a question for routers, and an
 * address in each prefix that one of them advertises (RFC 4862). Two settings under /proc turn it off.
 */
export class Autoconfiguration {
  readonly #device: Device;
  readonly #addresses: Addresses;
  #acceptRa: number;
  #disabled = 0;
  #answered = false;

  constructor(device: Device, addresses: Addresses, acceptRa: boolean) {
    this.#device = device;
    this.#addresses = addresses;
    this.#acceptRa = acceptRa ? 1 : 0;
    device.onChange(() => {
      this.#begin();
    });
    device.onPacket((packet) => {
      if (packet.type === 'routerAdvertisement') this.#receive(packet);
    });
    addresses.onUsable((address) => {
      if (address.scope === 'link') void this.#solicit(address);
    });
  }

  get disabled(): boolean {
    return this.#disabled !== 0;
  }

  /** By their names under /proc/sys/net/ipv6/conf/<device>. */
  get settings(): Record<string, KernelSetting> {
    return {
      accept_ra: {
        get: () => this.#acceptRa,
        set: (value) => {
          this.#acceptRa = value;
        },
      },
      disable_ipv6: {
        get: () => this.#disabled,
        set: (value) => {
          if (value === this.#disabled) return;
          this.#disabled = value;
          if (value !== 0) this.#addresses.flush(6);
          else this.#begin();
        },
      },
    };
  }

  #begin(): void {
    const own = parseAddress(`${addressOfMac('fe80::', this.#device.mac)}/64`);
    if (own && this.#device.running && !this.disabled && !this.#addresses.find(own)) this.#addresses.add(own);
  }

  async #solicit({ address }: Address): Promise<void> {
    const { mac, gone } = this.#device;
    this.#answered = false;
    for (let sent = 0; sent < SOLICITATIONS; sent += 1) {
      if (!this.#wantsRouter(address)) return;
      this.#device.send({
        ...{ type: 'routerSolicitation', fromMac: mac, toMac: multicastMac(ALL_ROUTERS) },
        ...{ source: address, destination: ALL_ROUTERS, sourceMac: mac },
      });
      // Unreferenced: nobody has to wait for a router that is not there.
      await sleep(SOLICITATION_GAP_MS, undefined, { ref: false, signal: gone }).catch(() => undefined);
    }
  }

  #wantsRouter(source: string): boolean {
    return !this.#answered && this.#acceptRa !== 0 && this.#addresses.owns(source);
  }

  #receive({ prefixes }: RouterAdvertisement): void {
    if (this.#acceptRa === 0 || this.disabled) return;
    this.#answered = true;
    for (const { prefix, length, autonomous, validSeconds, preferredSeconds } of prefixes) {
      const parsed = parseAddress(`${addressOfMac(prefix, this.#device.mac)}/${length}`);
      // An address is made of a prefix and the 64 bits of a MAC.
      if (!autonomous || length !== 64 || validSeconds === 0 || !parsed) continue;
      const lifetime = { validSeconds, preferredSeconds, sinceMs: performance.now() };
      const known = this.#addresses.find(parsed);
      if (!known) this.#addresses.add({ ...parsed, lentBy: 'router', lifetime });
      else if (known.lentBy === 'router') known.lifetime = lifetime;
    }
  }
}
