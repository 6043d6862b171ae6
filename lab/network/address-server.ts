// SPDX-License-Identifier: Apache-2.0
import { addressOfMac, ALL_NODES, multicastMac } from '../packets/addresses.ts';
import { linkOf } from '../packets/ethernet.ts';
import { decodePacket, encodePacket, type Packet } from '../packets/packet.ts';
import { senderAddress } from '../packets/sender.ts';
import { answerTo } from './host-answers.ts';
import { Leases } from './leases.ts';
import type { Subnets } from './subnets.ts';
import type { Port } from './switch.ts';

const MAC = '0e:00:00:00:00:02';
const LINK_LOCAL = addressOfMac('fe80::', MAC);
const FOREVER = 0xffffffff;
const UNSPECIFIED = ['0.0.0.0', '::'];

/**
 * Assigns the addresses of a network: DHCP for IPv4, an advertised prefix for IPv6. It is not a default router.
 * Like OVN it drops frames from addresses that were not assigned to their sender.
 */
export class AddressServer {
  readonly #leases: Leases | undefined;
  readonly #prefix: Subnets['ipv6'];
  readonly #own: readonly string[];
  readonly #port: Port;

  constructor({ ipv4, ipv6 }: Subnets, plug: (deliver: (frame: Buffer) => void) => Port) {
    this.#leases = ipv4 && new Leases(MAC, ipv4);
    this.#prefix = ipv6;
    this.#own = [...(ipv4 ? [ipv4.host(1)] : []), ...(ipv6 ? [ipv6.host(1), LINK_LOCAL] : [])];
    this.#port = plug((frame) => {
      const packet = decodePacket(frame);
      const answer = packet && this.#answerTo(packet);
      if (answer) this.#port.send(encodePacket(answer));
    });
  }

  /** Whether a frame from a guest may pass. */
  admits(frame: Buffer): boolean {
    const sender = senderAddress(frame);
    if (sender === undefined || UNSPECIFIED.includes(sender) || /^fe[89ab]/.test(sender)) return true;
    if (sender.includes(':')) return this.#prefix?.contains(sender) ?? false;
    return this.#leases?.has(linkOf(frame).fromMac, sender) ?? false;
  }

  unplug(): void {
    this.#port.unplug();
  }

  #answerTo(packet: Packet): Packet | undefined {
    switch (packet.type) {
      case 'dhcp':
        return this.#leases?.answerTo(packet);
      case 'routerSolicitation':
        return this.#advertisement();
      default:
        return answerTo(packet, MAC, (address) => this.#own.includes(address));
    }
  }

  #advertisement(): Packet | undefined {
    if (!this.#prefix) return undefined;
    const { network, prefixLength } = this.#prefix;
    return {
      type: 'routerAdvertisement',
      fromMac: MAC,
      toMac: multicastMac(ALL_NODES),
      sourceMac: MAC,
      source: LINK_LOCAL,
      destination: ALL_NODES,
      managed: false,
      lifetimeSeconds: 0,
      prefixes: [
        {
          prefix: network,
          length: prefixLength,
          onLink: true,
          autonomous: true,
          validSeconds: FOREVER,
          preferredSeconds: FOREVER,
        },
      ],
    };
  }
}
