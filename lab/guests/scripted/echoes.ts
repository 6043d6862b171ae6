import { replyTo, type Echo } from '../../packets/echo.ts';
import type { Addresses } from './addresses.ts';
import type { Device } from './device.ts';
import type { Neighbours } from './neighbours.ts';

/** One program's pings. */
export interface EchoSocket {
  id: number;
  close: () => void;
}

/** Answers pings, and hands the answers to pings to whoever sent those. */
export class Echoes {
  readonly #device: Device;
  readonly #neighbours: Neighbours;
  readonly #copies: number;
  readonly #readers = new Map<number, (reply: Echo) => void>();
  #lastId = 0;

  constructor(device: Device, addresses: Addresses, neighbours: Neighbours, repliesTwice: boolean) {
    this.#device = device;
    this.#neighbours = neighbours;
    this.#copies = repliesTwice ? 2 : 1;
    device.onPacket((packet) => {
      if (packet.type !== 'echo' || !addresses.owns(packet.destination)) return;
      if (packet.request) void this.#answer(packet);
      else this.#readers.get(packet.id)?.(packet);
    });
  }

  open(onReply: (reply: Echo) => void): EchoSocket {
    this.#lastId = (this.#lastId + 1) & 0xffff;
    const id = this.#lastId;
    this.#readers.set(id, onReply);
    return { id, close: () => this.#readers.delete(id) };
  }

  async #answer(request: Echo): Promise<void> {
    // Not a turn later when the way back is known, as it nearly always is: that would be time that a ping measures.
    const mac = this.#neighbours.known(request.source) ?? (await this.#neighbours.resolve(request.source));
    if (mac === undefined) return;
    const reply: Echo = { ...replyTo(request, this.#device.mac), toMac: mac };
    for (let copy = 0; copy < this.#copies; copy += 1) this.#device.send(reply);
  }
}
