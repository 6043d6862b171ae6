// SPDX-License-Identifier: Apache-2.0
import { randomInt } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { answerTo } from '../../network/host-answers.ts';
import { announcePodInterface } from '../../network/pod-interface.ts';
import type { Port } from '../../network/switch.ts';
import {
  addressOfMac,
  ALL_NODES,
  ALL_ROUTERS,
  BROADCAST_MAC,
  multicastMac,
  solicitedNode,
} from '../../packets/addresses.ts';
import type { Dhcp } from '../../packets/dhcp.ts';
import { decodePacket, encodePacket, type Packet } from '../../packets/packet.ts';
import type { RouterAdvertisement } from '../../packets/router-discovery.ts';
import { Addresses, parseAddress, type Address } from './addresses.ts';
import type { KernelSetting } from './files.ts';
import type { KernelLog } from './kernel-log.ts';
import { Neighbours } from './neighbours.ts';
import type { NicConfig } from './network-config.ts';

/** RFC 4862: one question, and a second for the reply. */
const DUPLICATE_WAIT_MS = 1000;
const LEASE_WAIT_MS = 1000;
const NO_ADDRESS = '0.0.0.0';
const UNKNOWN_MAC = '00:00:00:00:00:00';
/** RFC 4861, section 10. */
const SOLICITATIONS = 3;
const SOLICITATION_GAP_MS = 4000;

interface Counter {
  bytes: number;
  packets: number;
}

export interface Counters {
  received: Counter;
  sent: Counter;
  unsent: number;
}

export interface Wiring {
  /** Its number among all links of the machine. */
  index: number;
  name: string;
  mac: string;
  /** Connects it to its network, on a node if networks differ by node. */
  plug: (deliver: (frame: Buffer) => void, node: string | undefined) => Port;
  node: string | undefined;
  /** Whether it sends each reply to a ping twice. */
  repliesTwice: boolean;
  carrier: boolean;
  kernel: KernelLog;
}

/** In place of the port of a NIC that is between two nodes. */
const NO_PORT: Port = { send: () => undefined, unplug: () => undefined };

/** A NIC with its addresses, set up as cloud-init does before anybody logs in. */
export class Link {
  readonly index: number;
  readonly name: string;
  readonly mac: string;
  readonly mtu = 1500;
  readonly carrier: boolean;
  readonly addresses = new Addresses();
  readonly neighbours: Neighbours;
  readonly #plug: Wiring['plug'];
  #port: Port;
  readonly #repliesTwice: boolean;
  readonly #kernel: KernelLog;
  readonly #dhcp4: boolean;
  readonly #unplugged = new AbortController();
  readonly #counters = { received: { bytes: 0, packets: 0 }, sent: { bytes: 0, packets: 0 }, unsent: 0 };
  #up = false;
  #acceptRa: number;
  #disableIpv6 = 0;
  #isAskingForLease = false;
  #hasRouter = false;
  readonly #readers = new Set<(packet: Packet) => void>();
  #pings = 0;

  constructor({ index, name, mac, plug, node, repliesTwice, carrier, kernel }: Wiring, config: NicConfig) {
    this.index = index;
    this.name = name;
    this.mac = mac;
    this.carrier = carrier;
    this.#repliesTwice = repliesTwice;
    this.#kernel = kernel;
    this.#dhcp4 = config.dhcp4;
    this.#acceptRa = config.acceptRa ? 1 : 0;
    this.#plug = plug;
    this.#port = this.#connect(node);
    this.neighbours = new Neighbours(this);
    for (const address of config.addresses) this.add(address);
    this.up = config.up;
  }

  /** Whether it was brought up; it may still have no carrier. */
  get up(): boolean {
    return this.#up;
  }

  set up(up: boolean) {
    if (up === this.#up || this.gone.aborted) return;
    this.#up = up;
    if (!this.carrier) return;
    this.neighbours.clear();
    if (!up) {
      // As Linux does, IPv4 addresses stay.
      this.addresses.flush(6);
      return;
    }
    this.#kernel.log(`IPv6: ADDRCONF(NETDEV_CHANGE): ${this.name}: link becomes ready`);
    for (const address of this.addresses.of(6)) void this.#detectDuplicates(address);
    this.#addLinkLocal();
    if (this.#dhcp4) void this.#untilLeased();
  }

  get isRunning(): boolean {
    return this.#up && this.carrier;
  }

  get isIpv6Disabled(): boolean {
    return this.#disableIpv6 !== 0;
  }

  /** Aborted once the machine has stopped. */
  get gone(): AbortSignal {
    return this.#unplugged.signal;
  }

  /** In Ethernet frames; `unsent` counts those that it could not send without a carrier. */
  get counters(): Readonly<Counters> {
    return this.#counters;
  }

  /** By path. */
  get settings(): [string, KernelSetting][] {
    const directory = `/proc/sys/net/ipv6/conf/${this.name}`;
    return [
      [`${directory}/accept_ra`, { get: () => this.#acceptRa, set: (value) => (this.#acceptRa = value) }],
      [
        `${directory}/disable_ipv6`,
        {
          get: () => this.#disableIpv6,
          set: (value) => {
            if (value === this.#disableIpv6) return;
            this.#disableIpv6 = value;
            if (this.isIpv6Disabled) this.addresses.flush(6);
            else this.#addLinkLocal();
          },
        },
      ],
    ];
  }

  /** Returns an id for the pings of one run. */
  nextPingId(): number {
    this.#pings = (this.#pings + 1) & 0xffff;
    return this.#pings;
  }

  add(address: Address): void {
    this.addresses.add(address);
    void this.#detectDuplicates(address);
  }

  owns(address: string): boolean {
    return this.addresses.all.some((own) => own.address === address && own.state === 'usable');
  }

  send(packet: Packet): void {
    if (!this.isRunning) {
      if (this.#up) this.#counters.unsent += 1;
      return;
    }
    const frame = encodePacket(packet);
    count(this.#counters.sent, frame);
    this.#port.send(frame);
  }

  /** Calls `reader` with each received packet, in their order. Returns what removes it. */
  onPacket(reader: (packet: Packet) => void): () => void {
    this.#readers.add(reader);
    return () => this.#readers.delete(reader);
  }

  /** Sends a question. Resolves with what `read` finds in the first packet in which it finds anything; undefined if too late. */
  ask<T>(question: Packet, waitMs: number, read: (packet: Packet) => T | undefined): Promise<T | undefined> {
    return new Promise((resolve) => {
      const finish = (found?: T) => {
        clearTimeout(timer);
        stop();
        resolve(found);
      };
      const timer = setTimeout(finish, waitMs).unref();
      const stop = this.onPacket((packet) => {
        const found = read(packet);
        if (found !== undefined) finish(found);
      });
      // Last: on an idle network the reply arrives before `send` returns.
      this.send(question);
    });
  }

  /** Returns the question which host has an address. Without a source it is a probe by a host that is about to take it. */
  question(target: string, source?: string): Packet {
    const { mac } = this;
    if (target.includes(':')) {
      const destination = solicitedNode(target);
      const question = { type: 'neighbourSolicitation', fromMac: mac, toMac: multicastMac(destination) } as const;
      if (source === undefined) return { ...question, source: '::', destination, target };
      return { ...question, source, destination, target, sourceMac: mac };
    }
    return {
      type: 'arp',
      fromMac: mac,
      toMac: BROADCAST_MAC,
      request: true,
      senderMac: mac,
      sender: source ?? NO_ADDRESS,
      targetMac: UNKNOWN_MAC,
      target,
    };
  }

  /**
   * Connects the interface of a target pod: it sends the frames of a launcher pod's, with the MAC of this NIC, and receives for nobody.
   * Returns what disconnects it.
   */
  connectTarget(node: string): () => void {
    const port = this.#plug(() => undefined, node);
    const ended = new AbortController();
    const send = (frame: Buffer) => {
      port.send(frame);
    };
    void announcePodInterface(this.mac, send, ended.signal);
    return () => {
      ended.abort();
      port.unplug();
    };
  }

  /** SIMULATED migration: the NIC is on no node until the returned function connects it to another one, where it announces itself. */
  leave(): (node: string) => void {
    this.#port.unplug();
    this.#port = NO_PORT;
    return (node) => {
      if (this.gone.aborted) return;
      this.#port = this.#connect(node);
      for (const { address, family } of this.addresses.all) {
        if (family === 4) this.send(this.question(address, address));
        else this.send(this.#announcement(address));
      }
    };
  }

  unplug(): void {
    this.up = false;
    this.#unplugged.abort();
    this.#port.unplug();
  }

  /** Resolves after a time, or once the machine has stopped. */
  async pause(ms: number): Promise<void> {
    await sleep(ms, undefined, { ref: false, signal: this.gone }).catch(() => undefined);
  }

  #connect(node: string | undefined): Port {
    return this.#plug((frame) => {
      this.#receive(frame);
    }, node);
  }

  /** An unsolicited neighbour advertisement (RFC 4861, section 7.2.6). */
  #announcement(address: string): Packet {
    return {
      type: 'neighbourAdvertisement',
      fromMac: this.mac,
      toMac: multicastMac(ALL_NODES),
      source: address,
      destination: ALL_NODES,
      router: false,
      solicited: false,
      override: true,
      target: address,
      targetMac: this.mac,
    };
  }

  #addLinkLocal(): void {
    const own = parseAddress(`${addressOfMac('fe80::', this.mac)}/64`);
    if (own && this.isRunning && !this.isIpv6Disabled && !this.addresses.find(own)) this.add(own);
  }

  #receive(frame: Buffer): void {
    const packet = this.isRunning ? decodePacket(frame) : undefined;
    // A switch that does not know a MAC yet sends its frames to all ports.
    if (!packet || (packet.toMac !== this.mac && !isGroup(packet.toMac))) return;
    count(this.#counters.received, frame);
    this.neighbours.learn(packet);
    if (packet.type === 'routerAdvertisement') this.#takePrefixes(packet);
    for (const reader of [...this.#readers]) reader(packet);
    const answer = answerTo(packet, this.mac, (address) => this.owns(address));
    if (!answer) return;
    this.send(answer);
    if (this.#repliesTwice && answer.type === 'echo') this.send(answer);
  }

  async #detectDuplicates(address: Address): Promise<void> {
    if (address.state !== 'tentative' || !this.isRunning) return;
    const owner = await this.ask(this.question(address.address), DUPLICATE_WAIT_MS, (packet) => {
      // A reply, or the probe of another host that is about to take the address.
      const isProbe = packet.type === 'neighbourSolicitation' && packet.source === '::';
      if (!isProbe && packet.type !== 'neighbourAdvertisement') return undefined;
      return packet.target === address.address ? packet.fromMac : undefined;
    });
    if (!this.addresses.all.includes(address)) return;
    address.state = owner === undefined ? 'usable' : 'duplicate';
    if (owner !== undefined) {
      this.#kernel.log(`IPv6: ${this.name}: IPv6 duplicate address ${address.address} used by ${owner} detected!`);
    } else if (address.scope === 'link') await this.#solicitRouter(address.address);
  }

  async #solicitRouter(source: string): Promise<void> {
    this.#hasRouter = false;
    for (let sent = 0; sent < SOLICITATIONS; sent += 1) {
      if (!this.#needsRouter(source)) return;
      this.send({
        type: 'routerSolicitation',
        fromMac: this.mac,
        toMac: multicastMac(ALL_ROUTERS),
        source,
        destination: ALL_ROUTERS,
        sourceMac: this.mac,
      });
      await this.pause(SOLICITATION_GAP_MS);
    }
  }

  #needsRouter(source: string): boolean {
    return !this.#hasRouter && this.#acceptRa !== 0 && this.owns(source);
  }

  /** Takes an address in each prefix that a router advertises (RFC 4862). */
  #takePrefixes({ prefixes }: RouterAdvertisement): void {
    if (this.#acceptRa === 0 || this.isIpv6Disabled) return;
    this.#hasRouter = true;
    for (const { prefix, length, autonomous, validSeconds, preferredSeconds } of prefixes) {
      const parsed = parseAddress(`${addressOfMac(prefix, this.mac)}/${length}`);
      // The prefix and the EUI-64 of the MAC have 64 bits each.
      if (!autonomous || length !== 64 || validSeconds === 0 || !parsed) continue;
      const lifetime = { validSeconds, preferredSeconds, sinceMs: performance.now() };
      const known = this.addresses.find(parsed);
      if (!known) this.add({ ...parsed, assignedBy: 'router', lifetime });
      else if (known.assignedBy === 'router') known.lifetime = lifetime;
    }
  }

  /** Asks for an IPv4 address until there is one. It is not renewed: no guest here lives for half of a lease. */
  async #untilLeased(): Promise<void> {
    if (this.#isAskingForLease) return;
    this.#isAskingForLease = true;
    while (this.isRunning && !this.addresses.of(4).some(({ assignedBy }) => assignedBy === 'dhcp')) {
      // A server that refuses at once is not asked more often than one that does not exist.
      await Promise.all([this.#requestLease(), this.pause(LEASE_WAIT_MS)]);
    }
    this.#isAskingForLease = false;
  }

  /** Makes one DHCP exchange (RFC 2131). */
  async #requestLease(): Promise<void> {
    const transaction = randomInt(2 ** 32);
    const offer = await this.#askDhcp({ message: 'discover', transaction }, ['offer']);
    if (offer?.server === undefined) return;
    const { server, yourAddress: requested } = offer;
    const ack = await this.#askDhcp({ message: 'request', transaction, server, requested }, ['ack', 'nak']);
    if (ack?.message !== 'ack') return;
    const { yourAddress, prefixLength = 32, leaseSeconds = 0 } = ack;
    const address = parseAddress(`${yourAddress}/${prefixLength}`);
    if (!address || leaseSeconds === 0 || this.addresses.find(address)) return;
    const lifetime = { validSeconds: leaseSeconds, preferredSeconds: leaseSeconds, sinceMs: performance.now() };
    this.add({ ...address, broadcast: lastOf(yourAddress, prefixLength), assignedBy: 'dhcp', lifetime });
  }

  #askDhcp(
    question: Pick<Dhcp, 'message' | 'transaction' | 'server' | 'requested'>,
    replies: Dhcp['message'][],
  ): Promise<Dhcp | undefined> {
    const packet: Dhcp = {
      type: 'dhcp',
      fromMac: this.mac,
      toMac: BROADCAST_MAC,
      source: NO_ADDRESS,
      destination: '255.255.255.255',
      clientMac: this.mac,
      clientAddress: NO_ADDRESS,
      yourAddress: NO_ADDRESS,
      broadcast: false,
      ...question,
    };
    return this.ask(packet, LEASE_WAIT_MS, (reply) => {
      const isReply = reply.type === 'dhcp' && replies.includes(reply.message) && reply.clientMac === this.mac;
      return isReply && reply.transaction === question.transaction ? reply : undefined;
    });
  }
}

function count(counter: Counter, frame: Buffer): void {
  counter.bytes += frame.length;
  counter.packets += 1;
}

/** Whether a MAC is a broadcast or multicast address. */
function isGroup(mac: string): boolean {
  return (Number.parseInt(mac.slice(0, 2), 16) & 1) === 1;
}

/** Returns the broadcast address of a network. */
function lastOf(address: string, prefixLength: number): string {
  return address
    .split('.')
    .map((byte, i) => Number(byte) | (0xff >> Math.min(8, Math.max(0, prefixLength - 8 * i))))
    .join('.');
}
