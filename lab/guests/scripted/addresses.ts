import { BlockList } from 'node:net';
import { canonicalAddress, familyOf, type Family } from '../../packets/addresses.ts';
import type { Device } from './device.ts';
import { otherOwner } from './duplicate-detection.ts';
import type { KernelLog } from './kernel-log.ts';

/** An address of a NIC. An IPv6 one is tentative until nobody else has answered for it (RFC 4862). */
export interface Address {
  readonly family: Family;
  readonly address: string;
  readonly prefixLength: number;
  readonly scope: 'global' | 'link';
  /** Of the network, when whoever gave the address said so. */
  readonly broadcast?: string;
  /** Who lent it; absent for what was set by hand. */
  readonly lentBy?: 'dhcp' | 'router';
  /** Since it was lent. */
  lifetime?: { validSeconds: number; preferredSeconds: number; sinceMs: number };
  state: 'usable' | 'tentative' | 'duplicate';
}

/** Undefined for what is no `address/length`. */
export function parseAddress(cidr: string): Address | undefined {
  const [text = '', length = '', ...more] = cidr.split('/');
  const prefixLength = Number(length);
  const family = new Map<boolean, Family>([
    [/^\d+(\.\d+){3}$/.test(text), 4],
    [/^[0-9a-f:.]*:[0-9a-f:.]*$/i.test(text), 6],
  ]).get(true);
  if (family === undefined || !/^\d+$/.test(length) || more.length > 0) return undefined;
  if (prefixLength > (family === 4 ? 32 : 128)) return undefined;
  const address = canonicalAddress(text);
  const scope = /^fe[89ab]/.test(address) && family === 6 ? 'link' : 'global';
  return { family, address, prefixLength, scope, state: family === 4 ? 'usable' : 'tentative' };
}

/** All addresses of one NIC. IPv6 ones go when the link goes down, as Linux has it. */
export class Addresses {
  readonly #device: Device;
  readonly #kernel: KernelLog;
  readonly #listeners: ((address: Address) => void)[] = [];
  #all: Address[] = [];

  constructor(device: Device, kernel: KernelLog) {
    this.#device = device;
    this.#kernel = kernel;
    device.onChange((up) => {
      if (!up) this.flush(6);
      for (const address of this.#all) void this.#check(address);
    });
  }

  /** IPv4 as they came; IPv6 the widest scope first, and of one scope the newest. */
  of(family: Family): Address[] {
    const mine = this.#all.filter((address) => address.family === family);
    if (family === 4) return mine;
    return ['global', 'link'].flatMap((scope) => mine.filter((address) => address.scope === scope).reverse());
  }

  /** The same address; an IPv4 one may be there once per prefix length. */
  find({ family, address, prefixLength }: Address): Address | undefined {
    return this.of(family).find(
      (other) => other.address === address && (family === 6 || other.prefixLength === prefixLength),
    );
  }

  add(address: Address): void {
    this.#all.push(address);
    void this.#check(address);
  }

  remove(address: Address): void {
    this.#all = this.#all.filter((other) => other !== address);
  }

  flush(family: Family): void {
    this.#all = this.#all.filter((address) => address.family !== family);
  }

  /** Called with each IPv6 address once nobody else has it. */
  onUsable(listener: (address: Address) => void): void {
    this.#listeners.push(listener);
  }

  owns(address: string): boolean {
    return this.#all.some((own) => own.address === address && own.state === 'usable');
  }

  /** What the NIC would send from to reach this address on its link, best one first; it may not be usable yet. */
  sourceFor(destination: string): Address | undefined {
    if (!this.#device.up) return undefined;
    const near = this.of(familyOf(destination)).filter((own) => isNear(own, destination));
    return near.find((own) => own.state === 'usable') ?? near[0];
  }

  async #check(address: Address): Promise<void> {
    if (address.state !== 'tentative' || !this.#device.running) return;
    const owner = await otherOwner(address.address, this.#device);
    if (!this.#all.includes(address)) return;
    address.state = owner === undefined ? 'usable' : 'duplicate';
    if (owner === undefined) for (const listener of this.#listeners) listener(address);
    else
      this.#kernel.note(
        `IPv6: ${this.#device.name}: IPv6 duplicate address ${address.address} used by ${owner} detected!`,
      );
  }
}

function isNear({ address, prefixLength, family }: Address, destination: string): boolean {
  const subnet = new BlockList();
  subnet.addSubnet(address, prefixLength, family === 4 ? 'ipv4' : 'ipv6');
  return subnet.check(destination, family === 4 ? 'ipv4' : 'ipv6');
}
