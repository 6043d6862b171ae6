// SPDX-License-Identifier: Apache-2.0
import { decodePacket } from '../packets/packet.ts';
import { Contention, type ContentionRule } from './contention.ts';
import { DelayLine, type Lane } from './delay-line.ts';
import type { Crossing, EchoLedger, Fate } from './echo-ledger.ts';
import { Paths, type PathImpairment, type PathRules } from './paths.ts';
import { seededRandom } from './random.ts';

/** The impairments that a network applies to each frame. */
export interface Impairment extends PathRules {
  /** Added once per crossing, so twice to a round trip. */
  delayMs: number;
  /** The delay varies evenly by up to this much either way; frames keep their order. */
  jitterMs: number;
  lossPercent: number;
  /** Longest packet that gets through, in bytes without the Ethernet header. */
  mtu?: number | undefined;
  /** No frame gets through. */
  cut: boolean;
  /** On top of that, by network: "<namespace>/<nad>". */
  networks?: Readonly<Record<string, PathImpairment>>;
  contention?: ContentionRule;
  /** Pings from this node are dropped, and nothing else: a filter that depends on the direction. */
  pingsBlockedFrom?: string;
  /** One frame in 25 is held this much longer. */
  spikeMs?: number;
  /** Frames to a single host are dropped, broadcasts and multicasts pass: macvlan with the MAC address of a VM. */
  unicastLost?: boolean;
  /** Makes loss and jitter repeatable. */
  seed: number;
}

export const NO_IMPAIRMENT: Impairment = { delayMs: 0, jitterMs: 0, lossPercent: 0, cut: false, seed: 1 };

/** Counts of the frames of a network, by what happened to them. */
export interface NetworkReport {
  network: string;
  received: number;
  delivered: number;
  lost: number;
  tooLong: number;
  cut: number;
  /** From an address that the network did not assign. */
  refused: number;
  /** Between arrival and departure of a delivered frame; absent before the first. */
  heldMs?: { min: number; avg: number; max: number };
}

/** Whether a frame is for several hosts: broadcast or multicast. */
function isGroup(frame: Buffer): boolean {
  return ((frame[0] ?? 0) & 1) === 1;
}

/** The switch's end of a guest's cable. */
export interface Port {
  /** A frame from the guest into the network. */
  send(frame: Buffer): void;
  unplug(): void;
}

/** The guest's end of a cable. Hosts outside of the cluster have no node. */
interface End {
  deliver: (frame: Buffer) => void;
  node: string | undefined;
  /** For all frames from it while no rule depends on the receiver. */
  lane: Lane;
  /** By receiver. */
  lanes: WeakMap<End, Lane>;
}

/** A frame's way to receivers that get it at the same time. */
interface Way {
  to: readonly End[];
  lane: Lane;
  delayMs: number;
}

const ETHERNET_HEADER = 14;
const SPIKE_EVERY = 25;

/** A learning Ethernet switch in user space that applies impairments and counts their effects. */
export class Switch {
  readonly #name: string;
  readonly #ledger: EchoLedger;
  readonly #zoneOf: (node: string) => string | undefined;
  #impairment: Impairment;
  #paths: Paths;
  #random: () => number;
  readonly #line = new DelayLine();
  readonly #contention = new Contention();
  readonly #ends = new Set<End>();
  readonly #learned = new Map<string, End>();
  /** Nodes whose bridge has no port but those of their own VMs. */
  #islands: ReadonlySet<string> = new Set();
  readonly #counts = { received: 0, delivered: 0, lost: 0, tooLong: 0, cut: 0, refused: 0 };
  #held = { count: 0, sumMs: 0, minMs: Infinity, maxMs: 0 };

  constructor(
    name: string,
    impairment: Impairment,
    ledger: EchoLedger,
    zoneOf: (node: string) => string | undefined = () => undefined,
  ) {
    this.#name = name;
    this.#ledger = ledger;
    this.#zoneOf = zoneOf;
    this.#impairment = impairment;
    this.#paths = this.#compile();
    this.#random = seededRandom(impairment.seed);
  }

  /** Connects a NIC: `deliver` gets every frame for it; frames from it that `admits` rejects are dropped. */
  plug(
    deliver: (frame: Buffer) => void,
    { admits = () => true, node }: { admits?: (frame: Buffer) => boolean; node?: string | undefined } = {},
  ): Port {
    const end: End = { deliver, node, lane: { lastDueNs: 0n }, lanes: new WeakMap() };
    this.#ends.add(end);
    return {
      send: (frame) => {
        this.#forward(end, frame, admits);
      },
      unplug: () => {
        this.#ends.delete(end);
        for (const [mac, learned] of this.#learned) if (learned === end) this.#learned.delete(mac);
      },
    };
  }

  /** Applies from the next frame on. A seed restarts the random sequence. */
  impair(impairment: Partial<Impairment>): void {
    this.#impairment = { ...this.#impairment, ...impairment };
    this.#paths = this.#compile();
    if (impairment.seed !== undefined) this.#random = seededRandom(impairment.seed);
  }

  /** From the next frame on, hosts on these nodes reach only hosts on the same node. */
  isolate(nodes: readonly string[]): void {
    this.#islands = new Set(nodes);
    this.#paths = this.#compile();
  }

  report(): NetworkReport {
    const { count, sumMs, minMs, maxMs } = this.#held;
    return {
      network: this.#name,
      ...this.#counts,
      ...(count > 0 && { heldMs: { min: minMs, avg: sumMs / count, max: maxMs } }),
    };
  }

  close(): void {
    this.#ends.clear();
    this.#line.close();
  }

  #compile(): Paths {
    return new Paths(this.#impairment, this.#zoneOf, this.#islands);
  }

  #forward(from: End, frame: Buffer, admits: (frame: Buffer) => boolean): void {
    const arrivedNs = process.hrtime.bigint();
    this.#counts.received += 1;
    if (frame.length < ETHERNET_HEADER) return;
    this.#learned.set(macAt(frame, 6), from);
    const known = isGroup(frame) ? undefined : this.#learned.get(macAt(frame, 0));
    const { fate, ways } = admits(frame) ? this.#route(from, frame, known) : { fate: 'refused' as const, ways: [] };
    const crossing: Crossing = { arrivedNs, fate };
    this.#ledger.record(this.#name, frame, crossing, { from: from.node, to: known?.node });
    if (fate !== 'delivered') {
      this.#counts[fate] += 1;
      return;
    }
    const commonDelayMs = this.#delayMs() + this.#contentionMs(frame);
    for (const { to, delayMs, lane } of ways) {
      const deliver = () => {
        this.#deliver(frame, crossing, to);
      };
      const totalMs = commonDelayMs + delayMs;
      if (totalMs === 0) deliver();
      else this.#line.hold(totalMs, deliver, arrivedNs, lane);
    }
  }

  #route(from: End, frame: Buffer, known: End | undefined): { fate: Exclude<Fate, 'refused'>; ways: Way[] } {
    const fate = this.#fate(from, frame);
    return fate === 'delivered' ? this.#waysTo(known, from) : { fate, ways: [] };
  }

  /** The fate of a frame for all receivers. */
  #fate(from: End, frame: Buffer): Exclude<Fate, 'refused'> {
    const { cut, mtu, lossPercent } = this.#impairment;
    const own = this.#ownImpairment();
    if (cut || own.cut === true || this.#blocks(from, frame)) return 'cut';
    if (mtu !== undefined && frame.length - ETHERNET_HEADER > mtu) return 'tooLong';
    return this.#loses(lossPercent) || this.#loses(own.lossPercent) ? 'lost' : 'delivered';
  }

  /** Draws a random number only if frames can be lost, so that other impairments do not change the sequence. */
  #loses(lossPercent = 0): boolean {
    return lossPercent > 0 && this.#random() * 100 < lossPercent;
  }

  #ownImpairment(): PathImpairment {
    return this.#impairment.networks?.[this.#name] ?? {};
  }

  #blocks(from: End, frame: Buffer): boolean {
    const { pingsBlockedFrom, unicastLost } = this.#impairment;
    if (unicastLost === true && !isGroup(frame)) return true;
    if (pingsBlockedFrom === undefined || from.node !== pingsBlockedFrom) return false;
    const packet = decodePacket(frame);
    return packet?.type === 'echo' && packet.request;
  }

  /** The ways to one host, or to all of them, on which a frame is neither cut nor lost; its fate if there is none. */
  #waysTo(known: End | undefined, from: End): { fate: 'delivered' | 'cut' | 'lost'; ways: Way[] } {
    const receivers = (known ? [known] : [...this.#ends]).filter((end) => end !== from);
    if (this.#paths.areClear) return { fate: 'delivered', ways: [{ to: receivers, delayMs: 0, lane: from.lane }] };
    const open = receivers.flatMap((end) => {
      const path = this.#paths.between(from.node, end.node);
      return path.cut ? [] : [{ end, path }];
    });
    const ways = open
      .filter(({ path }) => !this.#loses(path.lossPercent))
      .map(({ end, path }): Way => ({ to: [end], delayMs: path.delayMs, lane: laneBetween(from, end) }));
    if (ways.length > 0) return { fate: 'delivered', ways };
    return { fate: open.length > 0 ? 'lost' : 'cut', ways };
  }

  /** The delay of a frame for all receivers, without contention. */
  #delayMs(): number {
    const { delayMs, jitterMs, spikeMs = 0 } = this.#impairment;
    const spike = this.#counts.received % SPIKE_EVERY === 0 ? spikeMs : 0;
    const own = this.#ownImpairment().delayMs ?? 0;
    return spike + Math.max(0, own + delayMs + (jitterMs > 0 ? (2 * this.#random() - 1) * jitterMs : 0));
  }

  #contentionMs(frame: Buffer): number {
    const rule = this.#impairment.contention;
    if (!rule) return 0;
    const nowMs = performance.now();
    if (decodePacket(frame)?.type === 'echo') this.#contention.record(macAt(frame, 0), macAt(frame, 6), nowMs);
    return this.#contention.delayMs(rule, nowMs);
  }

  #deliver(frame: Buffer, crossing: Crossing, to: readonly End[]): void {
    if (crossing.leftNs === undefined) this.#count(crossing);
    for (const end of to) if (this.#ends.has(end)) end.deliver(frame);
  }

  /** Before the delivery: a host in this process replies before that returns. */
  #count(crossing: Crossing): void {
    this.#counts.delivered += 1;
    const leftNs = process.hrtime.bigint();
    crossing.leftNs = leftNs;
    const heldMs = Number(leftNs - crossing.arrivedNs) / 1e6;
    const { count, sumMs, minMs, maxMs } = this.#held;
    this.#held = {
      count: count + 1,
      sumMs: sumMs + heldMs,
      minMs: Math.min(minMs, heldMs),
      maxMs: Math.max(maxMs, heldMs),
    };
  }
}

function macAt(frame: Buffer, offset: number): string {
  return frame.toString('hex', offset, offset + 6);
}

function laneBetween(from: End, to: End): Lane {
  const lane = from.lanes.get(to) ?? { lastDueNs: 0n };
  from.lanes.set(to, lane);
  return lane;
}
