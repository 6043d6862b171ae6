// SPDX-License-Identifier: Apache-2.0
import type { Echo } from '../../packets/echo.ts';
import type { PingOptions } from './ping-options.ts';
import { PingTally } from './ping-tally.ts';
import { replyLine, tooLongLine, unreachableLine } from './ping-output.ts';
import type { Route } from './routes.ts';
import type { ProgramContext } from './shell.ts';

/** The time of sending at the start of the payload: a shorter payload has no round-trip time. */
const STAMP_BYTES = 16;
/** Bytes of the IP and ICMP headers, by family. */
const HEADERS = { 4: 28, 6: 48 } as const;

export type Reachable = Exclude<Route, { kind: 'none' }>;

/** One run of `ping`: sends pings, prints replies and errors, and ends when iputils would. */
export class PingRun {
  readonly tally = new PingTally();
  readonly #options: PingOptions;
  readonly #route: Reachable;
  readonly #context: Pick<ProgramContext, 'out' | 'error' | 'interrupted'>;
  readonly #start = performance.now();
  #wake: () => void = () => undefined;
  #closed = false;

  constructor(options: PingOptions, route: Reachable, context: Pick<ProgramContext, 'out' | 'error' | 'interrupted'>) {
    this.#options = options;
    this.#route = route;
    this.#context = context;
  }

  async run(): Promise<void> {
    const { count = Infinity, deadlineMs, intervalMs, showLost } = this.#options;
    const link = this.#route.kind === 'link' ? this.#route.link : undefined;
    const id = link?.nextPingId() ?? 0;
    const stopReading = link?.onPacket((packet) => {
      if (packet.type !== 'echo' || packet.request || packet.id !== id || !link.owns(packet.destination)) return;
      this.#receive(packet);
    });
    const { interrupted } = this.#context;
    const stop = () => {
      this.#wake();
    };
    interrupted?.addEventListener('abort', stop);
    // With a deadline the number of pings is not limited.
    const last = deadlineMs === undefined ? count : Infinity;
    for (let sent = 0; sent < last && !this.#over(); sent += 1) {
      const wire = (sent + 1) & 0xffff;
      if (showLost && sent > 0 && !this.tally.hasAnswer(sent & 0xffff)) {
        this.#say(`no answer yet for icmp_seq=${sent & 0xffff}`);
      }
      this.tally.timeMs = performance.now() - this.#start;
      this.#send(wire, id);
      if (sent + 1 < last) await this.#pause(this.#start + (sent + 1) * intervalMs);
    }
    // After a reply ping knows the round-trip time and waits twice as long.
    const { received, slowestMs } = this.tally;
    const lingerMs = received > 0 ? Math.max(2 * slowestMs, intervalMs) : this.#options.lingerMs;
    if (interrupted?.aborted !== true) await this.#pause(performance.now() + lingerMs);
    interrupted?.removeEventListener('abort', stop);
    this.#closed = true;
    stopReading?.();
  }

  #over(): boolean {
    const { count = Infinity, deadlineMs } = this.#options;
    const { received, errors } = this.tally;
    if (this.#context.interrupted?.aborted === true) return true;
    if (received + errors >= count || (this.#route.kind === 'link' && this.#route.link.gone.aborted)) return true;
    return deadlineMs !== undefined && (errors > 0 || performance.now() - this.#start >= deadlineMs);
  }

  /** Waits until a time of performance.now() or the end of the run. */
  #pause(untilMs: number): Promise<void> {
    const deadline = this.#start + (this.#options.deadlineMs ?? Infinity);
    const endMs = Math.min(untilMs, deadline);
    return new Promise((resolve) => {
      let timer: NodeJS.Timeout | undefined;
      const finish = () => {
        clearTimeout(timer);
        this.#wake = () => undefined;
        resolve();
      };
      // A timer may fire up to a millisecond early.
      const wait = () => {
        const leftMs = endMs - performance.now();
        if (leftMs > 0) timer = setTimeout(wait, Math.ceil(leftMs));
        else finish();
      };
      this.#wake = () => {
        if (this.#over()) finish();
      };
      wait();
      this.#wake();
    });
  }

  #send(sequence: number, id: number): void {
    const { destination, family, size, mayFragment } = this.#options;
    const payload = Buffer.alloc(size, 0x10);
    if (size >= STAMP_BYTES) payload.writeBigInt64BE(process.hrtime.bigint());
    this.tally.sent(sequence);
    const route = this.#route;
    if (route.kind === 'own') {
      this.#receive({ sequence, payload });
      return;
    }
    const { link, source } = route;
    // There are no fragments here: a packet that may be fragmented is sent whole, however long.
    if (!mayFragment && size + HEADERS[family] > link.mtu) {
      this.#context.error.write(`${tooLongLine(this.#options, link.mtu)}\n`);
      this.tally.error(sequence);
      return;
    }
    const send = (toMac: string) => {
      const ends = { fromMac: link.mac, toMac, source, destination };
      link.send({ type: 'echo', family, request: true, ...ends, id, sequence, payload });
    };
    const known = link.neighbours.known(destination);
    if (known !== undefined) send(known);
    else {
      // The kernel holds the packet until the neighbour is resolved: that is part of its round trip.
      void link.neighbours.resolve(destination).then((mac) => {
        if (mac !== undefined) send(mac);
        else this.#fail(sequence, source);
      });
    }
  }

  #fail(sequence: number, source: string): void {
    if (this.#closed) return;
    this.tally.error(sequence);
    this.#say(unreachableLine(this.#options, source, sequence));
    this.#wake();
  }

  #receive(reply: Pick<Echo, 'sequence' | 'payload'>): void {
    // After enough replies it reads no more.
    if (this.#over()) return;
    const { sequence, payload } = reply;
    const rttMs =
      payload.length < STAMP_BYTES ? undefined : Number(process.hrtime.bigint() - payload.readBigInt64BE()) / 1e6;
    const isFirst = this.tally.answer(sequence, rttMs);
    this.#say(`${replyLine(this.#options, reply, rttMs)}${isFirst ? '' : ' (DUP!)'}`);
    this.#wake();
  }

  #say(text: string): void {
    const stamp = this.#options.stamped ? `[${(Date.now() / 1000).toFixed(6)}] ` : '';
    this.#context.out.write(`${stamp}${text}\n`);
  }
}
