import { decodePacket } from '../packets/packet.ts';
import { DelayLine } from './delay-line.ts';
import type { Crossing, EchoLedger, Fate } from './echo-ledger.ts';
import { seededRandom } from './random.ts';

/** The impairments that a network applies to each frame. */
export interface Impairment {
  /** Added once per crossing, so twice to a round trip. */
  delayMs: number;
  /** The delay varies evenly by up to this much either way; frames keep their order. */
  jitterMs: number;
  lossPercent: number;
  /** Longest packet that gets through, in bytes without the Ethernet header. */
  mtu?: number | undefined;
  /** No frame gets through. */
  cut: boolean;
  /** The bridges of the nodes have no uplink: a frame reaches only hosts on the same node. */
  noUplink?: boolean;
  /** Frames from this node reach no other node; frames to it pass. */
  muteNode?: string;
  /** Pings from this node are dropped, and nothing else: a filter that depends on the direction. */
  pingsBlockedFrom?: string;
  /** One frame in 25 is held this much longer. */
  spikeMs?: number;
  /** Frames to a single host are dropped, broadcasts and multicasts pass: macvlan with the MAC address of a VM. */
  unicastLost?: boolean;
  /** Makes loss and jitter repeatable. */
  seed: number;
}

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
}

const ETHERNET_HEADER = 14;
const SPIKE_EVERY = 25;

/** A learning Ethernet switch in user space that applies impairments and counts their effects. */
export class Switch {
  readonly #name: string;
  readonly #ledger: EchoLedger;
  #impairment: Impairment;
  #random: () => number;
  readonly #line = new DelayLine();
  readonly #ends = new Set<End>();
  readonly #learned = new Map<string, End>();
  /** Nodes whose bridge has no port but those of their own VMs. */
  #islands: ReadonlySet<string> = new Set();
  readonly #counts = { received: 0, delivered: 0, lost: 0, tooLong: 0, cut: 0, refused: 0 };
  #held = { count: 0, sumMs: 0, minMs: Infinity, maxMs: 0 };

  constructor(name: string, impairment: Impairment, ledger: EchoLedger) {
    this.#name = name;
    this.#ledger = ledger;
    this.#impairment = impairment;
    this.#random = seededRandom(impairment.seed);
  }

  /** Connects a NIC: `deliver` gets every frame for it; frames from it that `admits` rejects are dropped. */
  plug(
    deliver: (frame: Buffer) => void,
    { admits = () => true, node }: { admits?: (frame: Buffer) => boolean; node?: string | undefined } = {},
  ): Port {
    const end = { deliver, node };
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
    if (impairment.seed !== undefined) this.#random = seededRandom(impairment.seed);
  }

  /** From the next frame on, hosts on these nodes reach only hosts on the same node. */
  isolate(nodes: readonly string[]): void {
    this.#islands = new Set(nodes);
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

  #forward(from: End, frame: Buffer, admits: (frame: Buffer) => boolean): void {
    const arrivedNs = process.hrtime.bigint();
    this.#counts.received += 1;
    if (frame.length < ETHERNET_HEADER) return;
    this.#learned.set(frame.toString('hex', 6, 12), from);
    const crossing: Crossing = { arrivedNs, fate: admits(frame) ? this.#fate(from, frame) : 'refused' };
    this.#ledger.record(this.#name, frame, crossing);
    if (crossing.fate !== 'delivered') {
      this.#counts[crossing.fate] += 1;
      return;
    }
    const { delayMs, jitterMs, spikeMs = 0 } = this.#impairment;
    const spike = this.#counts.received % SPIKE_EVERY === 0 ? spikeMs : 0;
    const delay = spike + Math.max(0, delayMs + (jitterMs > 0 ? (2 * this.#random() - 1) * jitterMs : 0));
    const deliver = () => {
      this.#deliver(from, frame, crossing);
    };
    if (delay === 0) deliver();
    else this.#line.hold(delay, deliver, arrivedNs);
  }

  #fate(from: End, frame: Buffer): Exclude<Fate, 'refused'> {
    const { cut, mtu, lossPercent } = this.#impairment;
    if (cut || this.#blocks(from, frame) || (this.#hasGaps() && this.#receivers(from, frame).length === 0))
      return 'cut';
    if (mtu !== undefined && frame.length - ETHERNET_HEADER > mtu) return 'tooLong';
    return lossPercent > 0 && this.#random() * 100 < lossPercent ? 'lost' : 'delivered';
  }

  #blocks(from: End, frame: Buffer): boolean {
    const { pingsBlockedFrom, unicastLost } = this.#impairment;
    if (unicastLost === true && !isGroup(frame)) return true;
    if (pingsBlockedFrom === undefined || from.node !== pingsBlockedFrom) return false;
    const packet = decodePacket(frame);
    return packet?.type === 'echo' && packet.request;
  }

  #hasGaps(): boolean {
    const { noUplink, muteNode } = this.#impairment;
    return noUplink === true || muteNode !== undefined || this.#islands.size > 0;
  }

  #receivers(from: End, frame: Buffer): End[] {
    const learned = isGroup(frame) ? undefined : this.#learned.get(frame.toString('hex', 0, 6));
    const { noUplink, muteNode } = this.#impairment;
    const onIsland = ({ node = '' }: End) => this.#islands.has(node);
    const reaches = (to: End) =>
      from.node === to.node || !(noUplink === true || from.node === (muteNode ?? '') || onIsland(from) || onIsland(to));
    return [...(learned ? [learned] : this.#ends)].filter((to) => to !== from && reaches(to));
  }

  #deliver(from: End, frame: Buffer, crossing: Crossing): void {
    this.#counts.delivered += 1;
    // Before the delivery: a host in this process replies before that returns.
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
    for (const { deliver } of this.#receivers(from, frame)) deliver(frame);
  }
}
