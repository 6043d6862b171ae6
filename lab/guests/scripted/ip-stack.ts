import { BlockList } from 'node:net';
import type { Port } from '../../network/switch.ts';
import { BROADCAST_MAC } from '../../packets/addresses.ts';
import type { Arp } from '../../packets/arp.ts';
import { replyTo, type Echo } from '../../packets/echo.ts';
import { decodePacket, encodePacket } from '../../packets/packet.ts';

const UNKNOWN_MAC = '00:00:00:00:00:00';
const ARP_TRIES = 3;
const ARP_WAIT_MS = 1000;

/** One NIC with its addresses: answers ARP and pings, and pings others, over frames of the network it is plugged into. */
export class IpStack {
  readonly mac: string;
  /** As `a.b.c.d/n`. */
  readonly addresses: readonly string[];
  readonly #port: Port;
  readonly #neighbours = new Map<string, string>();
  readonly #waiting = new Map<string, (packet: Arp | Echo) => void>();
  #nextId = 1;

  constructor(mac: string, addresses: readonly string[], plug: (deliver: (frame: Buffer) => void) => Port) {
    this.mac = mac;
    this.addresses = addresses;
    this.#port = plug((frame) => {
      this.#receive(frame);
    });
  }

  /** The address this NIC would send from to reach `address`, if it is on one of its subnets. */
  sourceFor(address: string): string | undefined {
    return this.addresses.find((own) => {
      const [network = '', prefix = ''] = own.split('/');
      const subnet = new BlockList();
      subnet.addSubnet(network, Number(prefix));
      return subnet.check(address);
    });
  }

  identifier(): number {
    this.#nextId = (this.#nextId + 1) & 0xffff;
    return this.#nextId;
  }

  /** Whether somebody has this address, by ARP. */
  async resolve(address: string): Promise<string | undefined> {
    for (let tries = 0; tries < ARP_TRIES && !this.#neighbours.has(address); tries += 1) {
      const sender = this.#sender(address);
      const request: Arp = {
        ...{ type: 'arp', fromMac: this.mac, toMac: BROADCAST_MAC, request: true },
        ...{ senderMac: this.mac, sender, targetMac: UNKNOWN_MAC, target: address },
      };
      // Before the question: on an idle network the answer is here before send() returns.
      const answer = this.#answer(`arp ${address}`, ARP_WAIT_MS);
      this.#port.send(encodePacket(request));
      await answer;
    }
    return this.#neighbours.get(address);
  }

  /** Nanoseconds until the echo reply; undefined when none comes within `limitMs`. */
  async echo(address: string, mac: string, id: number, sequence: number, limitMs: number): Promise<bigint | undefined> {
    const sent = process.hrtime.bigint();
    const answer = this.#answer(`echo ${address} ${id} ${sequence & 0xffff}`, limitMs);
    const request: Echo = {
      ...{ type: 'echo', family: 4, fromMac: this.mac, toMac: mac, request: true },
      ...{ source: this.#sender(address), destination: address, id, sequence: sequence & 0xffff },
      payload: Buffer.alloc(56, 0x10),
    };
    this.#port.send(encodePacket(request));
    return (await answer) ? process.hrtime.bigint() - sent : undefined;
  }

  unplug(): void {
    this.#port.unplug();
  }

  #sender(address: string): string {
    return (this.sourceFor(address) ?? '0.0.0.0').replace(/\/.*/, '');
  }

  #answer(key: string, limitMs: number): Promise<boolean> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => {
        this.#waiting.delete(key);
        resolve(false);
      }, limitMs);
      this.#waiting.set(key, () => {
        clearTimeout(timer);
        this.#waiting.delete(key);
        resolve(true);
      });
    });
  }

  #receive(frame: Buffer): void {
    const packet = decodePacket(frame);
    if (packet?.type === 'arp') this.#receiveArp(packet);
    else if (packet?.type === 'echo') this.#receiveEcho(packet);
  }

  #receiveArp(arp: Arp): void {
    if (!this.#owns(arp.target)) return;
    this.#neighbours.set(arp.sender, arp.senderMac);
    if (arp.request) {
      const { senderMac: targetMac, sender: target, target: sender } = arp;
      const link = { fromMac: this.mac, toMac: targetMac };
      const reply: Arp = { type: 'arp', ...link, request: false, senderMac: this.mac, sender, targetMac, target };
      this.#port.send(encodePacket(reply));
    } else this.#waiting.get(`arp ${arp.sender}`)?.(arp);
  }

  #receiveEcho(echo: Echo): void {
    if (!this.#owns(echo.destination)) return;
    const { id, sequence, source } = echo;
    if (!echo.request) {
      this.#waiting.get(`echo ${source} ${id} ${sequence}`)?.(echo);
      return;
    }
    if (this.#neighbours.has(source)) this.#port.send(encodePacket(replyTo(echo, this.mac)));
  }

  #owns(address: string): boolean {
    return this.addresses.some((own) => own.startsWith(`${address}/`));
  }
}
