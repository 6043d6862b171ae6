// SPDX-License-Identifier: Apache-2.0
import { canonicalAddress } from '../packets/addresses.ts';
import { decodePacket, encodePacket, type Packet } from '../packets/packet.ts';
import { answerTo } from './host-answers.ts';
import type { Port } from './switch.ts';

/** The addresses of another host on each network. */
export interface NeighbourOptions {
  addresses?: string[];
  /** It also takes the first so many addresses for which a host probes, except link-local ones. */
  firstAsked?: number;
}

const MAC = '0e:00:00:00:00:01';
const LINK_LOCAL = /^(169\.254\.|fe[89ab])/;

/** Another host on the network, which replies for its addresses. */
export class Neighbour {
  readonly #owned: Set<string>;
  readonly #port: Port;
  #free: number;

  constructor({ addresses = [], firstAsked = 0 }: NeighbourOptions, plug: (deliver: (frame: Buffer) => void) => Port) {
    this.#owned = new Set(addresses.map(canonicalAddress));
    this.#free = firstAsked;
    this.#port = plug((frame) => {
      this.#receive(frame);
    });
  }

  #receive(frame: Buffer): void {
    const packet = decodePacket(frame);
    if (!packet) return;
    const probed = probedAddress(packet);
    if (probed !== undefined && this.#free > 0 && !this.#owned.has(probed) && !LINK_LOCAL.test(probed)) {
      this.#free -= 1;
      this.#owned.add(probed);
    }
    const answer = answerTo(packet, MAC, (address) => this.#owned.has(address));
    if (answer) this.#port.send(encodePacket(answer));
  }
}

/** Returns the address of a duplicate probe (RFC 5227, RFC 4862). */
function probedAddress(packet: Packet): string | undefined {
  switch (packet.type) {
    case 'arp':
      return packet.request && packet.sender === '0.0.0.0' ? packet.target : undefined;
    case 'neighbourSolicitation':
      return packet.source === '::' ? packet.target : undefined;
    default:
      return undefined;
  }
}
