import { randomInt } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { BROADCAST_MAC } from '../../packets/addresses.ts';
import type { Dhcp } from '../../packets/dhcp.ts';
import { parseAddress, type Addresses } from './addresses.ts';
import type { Device } from './device.ts';

const WAIT_MS = 1000;
const EVERYBODY = '255.255.255.255';
const NONE = '0.0.0.0';

/**
 * Asks for an IPv4 address once the link is up, until there is one (RFC 2131). It is never asked for again: no guest here
 * lives for half of a lease.
 */
export class DhcpClient {
  readonly #device: Device;
  readonly #addresses: Addresses;
  #asking = false;

  constructor(device: Device, addresses: Addresses) {
    this.#device = device;
    this.#addresses = addresses;
    device.onChange(() => {
      void this.#untilLent();
    });
  }

  async #untilLent(): Promise<void> {
    if (this.#asking) return;
    this.#asking = true;
    while (this.#device.up && !this.#addresses.of(4).some(({ lentBy }) => lentBy === 'dhcp')) {
      // A server that refuses at once is not asked more often than one that is not there.
      const pause = sleep(WAIT_MS, undefined, { ref: false, signal: this.#device.gone }).catch(() => undefined);
      await Promise.all([this.#ask(), pause]);
    }
    this.#asking = false;
  }

  async #ask(): Promise<void> {
    const transaction = randomInt(2 ** 32);
    const offer = await this.#answerTo({ message: 'discover', transaction }, ['offer']);
    if (offer?.server === undefined) return;
    const { server, yourAddress: requested } = offer;
    const answer = await this.#answerTo({ message: 'request', transaction, server, requested }, ['ack', 'nak']);
    if (answer?.message === 'ack') this.#take(answer);
  }

  #answerTo(
    question: Pick<Dhcp, 'message' | 'transaction' | 'server' | 'requested'>,
    messages: Dhcp['message'][],
  ): Promise<Dhcp | undefined> {
    const { mac } = this.#device;
    const answer = this.#device.heard((packet) => {
      if (packet.type !== 'dhcp' || !messages.includes(packet.message)) return undefined;
      return packet.transaction === question.transaction && packet.clientMac === mac ? packet : undefined;
    }, WAIT_MS);
    this.#device.send({
      ...{ type: 'dhcp', fromMac: mac, toMac: BROADCAST_MAC, source: NONE, destination: EVERYBODY },
      ...{ clientMac: mac, clientAddress: NONE, yourAddress: NONE, broadcast: false, ...question },
    });
    return answer;
  }

  #take({ yourAddress, prefixLength = 32, leaseSeconds = 0 }: Dhcp): void {
    const address = parseAddress(`${yourAddress}/${prefixLength}`);
    if (!address || leaseSeconds === 0 || this.#addresses.find(address)) return;
    const lifetime = { validSeconds: leaseSeconds, preferredSeconds: leaseSeconds, sinceMs: performance.now() };
    this.#addresses.add({ ...address, broadcast: lastOf(yourAddress, prefixLength), lentBy: 'dhcp', lifetime });
  }
}

/** The last address of a network: everybody on it. */
function lastOf(address: string, prefixLength: number): string {
  return address
    .split('.')
    .map((byte, i) => Number(byte) | (0xff >> Math.min(8, Math.max(0, prefixLength - 8 * i))))
    .join('.');
}
