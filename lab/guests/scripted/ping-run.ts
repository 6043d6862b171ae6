import type { Echo } from '../../packets/echo.ts';
import type { PingOptions } from './ping-options.ts';
import { PingTally } from './ping-tally.ts';
import { replyLine, tooLongLine, unreachableLine } from './ping-words.ts';
import type { Route } from './routes.ts';
import type { Output } from './shell.ts';

/** Where the payload begins with the time it was sent at, as far as it goes. */
const STAMP_BYTES = 16;
/** Of IP and ICMP. */
const HEADERS = { 4: 28, 6: 48 } as const;

export type Reachable = Exclude<Route, { kind: 'none' }>;

/** Sends one ping after another, prints what comes back, and knows when to end. */
export class PingRun {
  readonly tally = new PingTally();
  readonly #options: PingOptions;
  readonly #route: Reachable;
  readonly #out: Output;
  readonly #error: Output;
  readonly #start = performance.now();
  #wake: () => void = () => undefined;
  #closed = false;

  constructor(options: PingOptions, route: Reachable, out: Output, error: Output) {
    this.#options = options;
    this.#route = route;
    this.#out = out;
    this.#error = error;
  }

  async run(): Promise<void> {
    const { count = Infinity, deadlineMs, intervalMs, showLost } = this.#options;
    const { echoes } = this.#route.kind === 'link' ? this.#route.stack : {};
    const socket = echoes?.open((reply) => {
      this.#take(reply);
    });
    // Before a deadline there are as many pings as it takes.
    const last = deadlineMs === undefined ? count : Infinity;
    for (let sent = 0; sent < last && !this.#over(); sent += 1) {
      const wire = (sent + 1) & 0xffff;
      if (showLost && sent > 0 && !this.tally.hasAnswer(sent & 0xffff)) {
        this.#say(`no answer yet for icmp_seq=${sent & 0xffff}`);
      }
      this.tally.timeMs = performance.now() - this.#start;
      this.#send(wire, socket?.id ?? 0);
      if (sent + 1 < last) await this.#pause(this.#start + (sent + 1) * intervalMs);
    }
    // With an answer ping knows what a round trip takes, and waits for twice that.
    const { received, slowestMs } = this.tally;
    await this.#pause(
      performance.now() + (received > 0 ? Math.max(2 * slowestMs, intervalMs) : this.#options.lingerMs),
    );
    this.#closed = true;
    socket?.close();
  }

  #over(): boolean {
    const { count = Infinity, deadlineMs } = this.#options;
    const { received, errors } = this.tally;
    if (received + errors >= count || (this.#route.kind === 'link' && this.#route.stack.device.gone.aborted))
      return true;
    return deadlineMs !== undefined && (errors > 0 || performance.now() - this.#start >= deadlineMs);
  }

  /** Until a time of performance.now(), or the end of all. */
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
      // A timer may come up to a millisecond before its time.
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
      this.#take({ sequence, payload });
      return;
    }
    const { stack, source } = route;
    // Nothing is ever sent in fragments here: what may be is sent in one frame, however long.
    if (!mayFragment && size + HEADERS[family] > stack.device.mtu) {
      this.#error.write(`${tooLongLine(this.#options, stack.device.mtu)}\n`);
      this.tally.error(sequence);
      return;
    }
    const { device, neighbours } = stack;
    const send = (toMac: string) => {
      device.send({
        ...{ type: 'echo', family, fromMac: device.mac, toMac, request: true },
        ...{ source, destination, id, sequence, payload },
      });
    };
    const known = neighbours.known(destination);
    if (known !== undefined) send(known);
    else void this.#sendOnceResolved(sequence, send, neighbours.resolve(destination));
  }

  /** The kernel holds the packet while it asks who has the address: that is part of its round trip. */
  async #sendOnceResolved(
    sequence: number,
    send: (toMac: string) => void,
    resolving: Promise<string | undefined>,
  ): Promise<void> {
    const toMac = await resolving;
    if (toMac !== undefined) send(toMac);
    else if (this.#route.kind === 'link' && !this.#closed) {
      this.tally.error(sequence);
      this.#say(unreachableLine(this.#options, this.#route.source, sequence));
      this.#wake();
    }
  }

  #take(reply: Pick<Echo, 'sequence' | 'payload'>): void {
    // Once there are enough answers it reads no more.
    if (this.#over()) return;
    const { sequence, payload } = reply;
    const rttMs =
      payload.length < STAMP_BYTES ? undefined : Number(process.hrtime.bigint() - payload.readBigInt64BE()) / 1e6;
    const first = this.tally.answer(sequence, rttMs);
    this.#say(`${replyLine(this.#options, reply, rttMs)}${first ? '' : ' (DUP!)'}`);
    this.#wake();
  }

  #say(text: string): void {
    const stamp = this.#options.stamped ? `[${(Date.now() / 1000).toFixed(6)}] ` : '';
    this.#out.write(`${stamp}${text}\n`);
  }
}
