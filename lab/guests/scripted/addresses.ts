// SPDX-License-Identifier: Apache-2.0
import { BlockList, isIP } from 'node:net';
import { canonicalAddress, familyOf, type Family } from '../../packets/addresses.ts';

/** An address of a link. An IPv6 address is tentative until duplicate address detection has ended (RFC 4862). */
export interface Address {
  readonly family: Family;
  readonly address: string;
  readonly prefixLength: number;
  readonly scope: 'global' | 'link';
  /** The broadcast address, if a DHCP server assigned the address. */
  readonly broadcast?: string;
  /** Absent for an address that was set by hand. */
  readonly assignedBy?: 'dhcp' | 'router';
  /** Counted from `sinceMs`, by `performance.now()`. */
  lifetime?: { validSeconds: number; preferredSeconds: number; sinceMs: number };
  state: 'usable' | 'tentative' | 'duplicate';
}

/** Parses `address/length`; undefined for anything else. */
export function parseAddress(cidr: string): Address | undefined {
  const [text = '', length = '', ...more] = cidr.split('/');
  const prefixLength = Number(length);
  if (isIP(text) === 0 || text.includes('%') || !/^\d+$/.test(length) || more.length > 0) return undefined;
  const family = familyOf(text);
  if (prefixLength > (family === 4 ? 32 : 128)) return undefined;
  const address = canonicalAddress(text);
  const scope = /^fe[89ab]/.test(address) && family === 6 ? 'link' : 'global';
  return { family, address, prefixLength, scope, state: family === 4 ? 'usable' : 'tentative' };
}

/** The addresses of one link. */
export class Addresses {
  #all: Address[] = [];

  get all(): readonly Address[] {
    return this.#all;
  }

  /** IPv4 in the order of addition; IPv6 with the widest scope first, and in one scope the newest first. */
  of(family: Family): Address[] {
    const mine = this.#all.filter((address) => address.family === family);
    if (family === 4) return mine;
    return ['global', 'link'].flatMap((scope) => mine.filter((address) => address.scope === scope).reverse());
  }

  /** Returns the same address; an IPv4 address may exist once per prefix length. */
  find({ family, address, prefixLength }: Address): Address | undefined {
    return this.of(family).find(
      (other) => other.address === address && (family === 6 || other.prefixLength === prefixLength),
    );
  }

  add(address: Address): void {
    this.#all.push(address);
  }

  remove(address: Address): void {
    this.#all = this.#all.filter((other) => other !== address);
  }

  flush(family: Family): void {
    this.#all = this.#all.filter((address) => address.family !== family);
  }

  /** Returns the address from which the link would send to a destination on it; it may not be usable yet. */
  sourceFor(destination: string): Address | undefined {
    const near = this.of(familyOf(destination)).filter((own) => isNear(own, destination));
    return near.find((own) => own.state === 'usable') ?? near[0];
  }
}

function isNear({ address, prefixLength, family }: Address, destination: string): boolean {
  const subnet = new BlockList();
  subnet.addSubnet(address, prefixLength, family === 4 ? 'ipv4' : 'ipv6');
  return subnet.check(destination, family === 4 ? 'ipv4' : 'ipv6');
}
