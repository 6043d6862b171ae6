import type { Port } from '../../network/switch.ts';
import { decodePacket, encodePacket, type Packet } from '../../packets/packet.ts';

interface Counter {
  bytes: number;
  packets: number;
}

export interface Counters {
  received: Counter;
  sent: Counter;
  unsent: number;
}

/** A NIC as its kernel sees it: sends and receives packets while its link is up. */
export class Device {
  readonly index: number;
  readonly name: string;
  readonly mac: string;
  readonly mtu = 1500;
  readonly carrier: boolean;
  readonly #port: Port;
  readonly #readers = new Set<(packet: Packet) => void>();
  readonly #watchers: ((up: boolean) => void)[] = [];
  readonly #unplugged = new AbortController();
  readonly #counters = { received: { bytes: 0, packets: 0 }, sent: { bytes: 0, packets: 0 }, unsent: 0 };
  #up = false;

  constructor(
    { index, name, mac, carrier }: { index: number; name: string; mac: string; carrier: boolean },
    plug: (deliver: (frame: Buffer) => void) => Port,
  ) {
    this.index = index;
    this.name = name;
    this.mac = mac;
    this.carrier = carrier;
    this.#port = plug((frame) => {
      this.#receive(frame);
    });
  }

  /** Somebody brought it up; it may yet be without a carrier. */
  get up(): boolean {
    return this.#up;
  }

  get running(): boolean {
    return this.#up && this.carrier;
  }

  set up(up: boolean) {
    if (up === this.#up || this.gone.aborted) return;
    this.#up = up;
    if (this.carrier) for (const watcher of this.#watchers) watcher(up);
  }

  /** Aborted once the machine has stopped. */
  get gone(): AbortSignal {
    return this.#unplugged.signal;
  }

  /** Of frames; `unsent` are those that it was given while it was up and had no carrier. */
  get counters(): Readonly<Counters> {
    return this.#counters;
  }

  /** Called when it begins to run, and when it no longer does. */
  onChange(watcher: (up: boolean) => void): void {
    this.#watchers.push(watcher);
  }

  /** Readers see a packet in the order in which they came. */
  onPacket(reader: (packet: Packet) => void): () => void {
    this.#readers.add(reader);
    return () => this.#readers.delete(reader);
  }

  send(packet: Packet): void {
    if (!this.running) {
      if (this.up) this.#counters.unsent += 1;
      return;
    }
    const frame = encodePacket(packet);
    count(this.#counters.sent, frame);
    this.#port.send(frame);
  }

  /**
   * What `read` makes of the first packet of which it makes anything, within `limitMs`. Call it before sending a question: on
   * an idle network the answer is here before `send` returns.
   */
  heard<T>(read: (packet: Packet) => T | undefined, limitMs: number): Promise<T | undefined> {
    return new Promise((resolve) => {
      const finish = (found: T | undefined) => {
        clearTimeout(timer);
        forget();
        this.gone.removeEventListener('abort', stop);
        resolve(found);
      };
      const stop = () => {
        finish(undefined);
      };
      const timer = setTimeout(stop, limitMs);
      const forget = this.onPacket((packet) => {
        const found = read(packet);
        if (found !== undefined) finish(found);
      });
      this.gone.addEventListener('abort', stop);
      if (this.gone.aborted) stop();
    });
  }

  unplug(): void {
    this.up = false;
    this.#unplugged.abort();
    this.#port.unplug();
  }

  #receive(frame: Buffer): void {
    const packet = this.running ? decodePacket(frame) : undefined;
    if (!packet || (packet.toMac !== this.mac && !isGroup(packet.toMac))) return;
    count(this.#counters.received, frame);
    for (const reader of [...this.#readers]) reader(packet);
  }
}

function count(counter: Counter, frame: Buffer): void {
  counter.bytes += frame.length;
  counter.packets += 1;
}

/** A switch that does not know a MAC yet sends its frames to everybody. */
function isGroup(mac: string): boolean {
  return (Number.parseInt(mac.slice(0, 2), 16) & 1) === 1;
}
