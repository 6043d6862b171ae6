// SPDX-License-Identifier: Apache-2.0
import type { Dhcp } from '../packets/dhcp.ts';
import type { Subnet } from './subnets.ts';

const LEASE_SECONDS = 3600;
const [UNSPECIFIED, BROADCAST] = ['0.0.0.0', '255.255.255.255'];
const EVERY_MAC = 'ff:ff:ff:ff:ff:ff';

/** A DHCPv4 server (RFC 2131) that assigns each MAC one address of a subnet. Its own address is the first. */
export class Leases {
  readonly address: string;
  readonly #mac: string;
  readonly #subnet: Subnet;
  /** Addresses by MAC, the oldest lease first. */
  readonly #leases = new Map<string, string>();
  #given: number;

  /** @param firstHost Host number of the first address that it assigns. */
  constructor(mac: string, subnet: Subnet, firstHost = 2) {
    this.#given = firstHost - 1;
    this.#mac = mac;
    this.#subnet = subnet;
    this.address = subnet.host(1);
  }

  has(mac: string, address: string): boolean {
    return this.#leases.get(mac) === address;
  }

  answerTo(message: Dhcp): Dhcp | undefined {
    const { server, clientMac } = message;
    if (server !== undefined && server !== this.address) return undefined;
    const lease = this.#leases.get(clientMac);
    switch (message.message) {
      case 'discover':
        return this.#answer(message, 'offer', lease ?? this.#lease(clientMac));
      case 'request': {
        // It does not reply to unknown clients (RFC 2131, 4.3.2).
        if (lease === undefined) return undefined;
        const wanted = message.requested ?? message.clientAddress;
        return wanted === lease ? this.#answer(message, 'ack', lease) : this.#refusal(message);
      }
      case 'decline':
        // Another host has the address: the client's next request gets another one.
        this.#leases.delete(clientMac);
        return undefined;
      default:
        return undefined;
    }
  }

  #lease(mac: string): string {
    const hosts = 2 ** (32 - this.#subnet.prefixLength) - 2;
    this.#given = this.#given < hosts ? this.#given + 1 : 2;
    const address = this.#subnet.host(this.#given);
    // All addresses are assigned: the oldest lease ends.
    for (const [holder, held] of this.#leases) if (held === address) this.#leases.delete(holder);
    this.#leases.set(mac, address);
    return address;
  }

  #answer(asked: Dhcp, message: 'offer' | 'ack', yourAddress: string): Dhcp {
    const { clientAddress, broadcast } = asked;
    const destination = clientAddress !== UNSPECIFIED ? clientAddress : broadcast ? BROADCAST : yourAddress;
    return {
      ...this.#reply(asked, destination),
      message,
      yourAddress,
      prefixLength: this.#subnet.prefixLength,
      leaseSeconds: LEASE_SECONDS,
    };
  }

  #refusal(asked: Dhcp): Dhcp {
    return { ...this.#reply(asked, BROADCAST), message: 'nak', yourAddress: UNSPECIFIED };
  }

  #reply({ transaction, clientMac, clientAddress, broadcast }: Dhcp, destination: string): Omit<Dhcp, 'message'> {
    return {
      type: 'dhcp',
      fromMac: this.#mac,
      toMac: destination === BROADCAST ? EVERY_MAC : clientMac,
      source: this.address,
      destination,
      server: this.address,
      yourAddress: UNSPECIFIED,
      transaction,
      clientMac,
      clientAddress,
      broadcast,
    };
  }
}
