// SPDX-License-Identifier: Apache-2.0
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer, type WebSocket } from 'ws';
import type { Attributes } from '../rbac/attributes.ts';
import { SUBRESOURCES } from '../api/discovery.ts';
import { unknownResource } from '../kinds/status.ts';
import type { Guest } from '../guests/guest.ts';
import { VMIS } from '../kinds/kinds.ts';
import type { KubeObject } from '../store/kube-object.ts';
import type { Store } from '../store/store.ts';
import { noConsoleSocket, requireConsole } from './console-rules.ts';
import type { ConsoleDisturbance } from './disturbance.ts';
import { singleBytes, uartFrames } from './frames.ts';

/** The number of bytes between guests and clients, without frame headers. */
export interface ConsoleBytes {
  fromGuests: number;
  toGuests: number;
}

const PROTOCOL = 'plain.kubevirt.io';

/**
 * The serial consoles of running VMIs over websockets. One client at a time: a new one takes the line. When another
 * client takes the line or the guest ends, the connection ends without a close frame.
 */
export class Consoles {
  readonly #store: Store;
  readonly #guestOf: (vmi: KubeObject) => Guest | undefined;
  readonly #hangUp = new Map<string, () => void>();
  /** VMIs whose line another client has taken or is about to take. */
  readonly #takenOver = new Set<string>();
  /** VMIs whose guest has left its node before the API shows it. */
  readonly #moving = new Set<string>();
  readonly #timers = new Set<NodeJS.Timeout>();
  readonly #bytes: ConsoleBytes = { fromGuests: 0, toGuests: 0 };
  #disturbance: ConsoleDisturbance = {};
  #silentUntil = -Infinity;
  readonly #websockets = new WebSocketServer({
    noServer: true,
    handleProtocols: (offered) => (offered.has(PROTOCOL) ? PROTOCOL : false),
  });

  constructor(store: Store, guestOf: (vmi: KubeObject) => Guest | undefined) {
    this.#store = store;
    this.#guestOf = guestOf;
  }

  /** Returns the HTTP status of the response. @throws StatusError instead of upgrading */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer, { resource }: Attributes): number {
    if (resource?.group !== SUBRESOURCES || resource.plural !== VMIS.plural || resource.subresource !== 'console') {
      throw unknownResource();
    }
    const vmi = this.#store.get(VMIS, resource.namespace, resource.name);
    requireConsole(vmi, resource.name);
    if (this.#moving.has(vmi.metadata.uid)) throw noConsoleSocket(vmi);
    const guest = this.#guestOf(vmi);
    if (!guest) throw new Error(`the node has no guest for VMI "${resource.name}"`);
    this.#websockets.handleUpgrade(request, socket, head, (websocket) => {
      this.#attach(vmi.metadata.uid, websocket, socket, guest);
    });
    return 101;
  }

  /** Adds a disturbance to all consoles. */
  disturb(disturbance: ConsoleDisturbance): void {
    this.#disturbance = { ...this.#disturbance, ...disturbance };
    if (disturbance.silentMs !== undefined) this.#silentUntil = performance.now() + disturbance.silentMs;
  }

  /** Ends all connections without a close frame and returns their number. */
  drop(): number {
    const held = [...this.#hangUp.values()];
    for (const hangUp of held) hangUp();
    return held.length;
  }

  /** Ends the connection to a guest that has left its node, and refuses new ones until the returned function is called. */
  suspend(uid: string): () => void {
    this.#moving.add(uid);
    this.#hangUp.get(uid)?.();
    return () => {
      this.#moving.delete(uid);
    };
  }

  /** Another client takes all lines in use, for `forMs` or until a client reconnects; returns their number. */
  take(forMs: number): number {
    const held = [...this.#hangUp.keys()];
    for (const uid of held) this.#takeOver(uid, forMs);
    return held.length;
  }

  /** Returns the number of bytes that crossed all consoles. */
  bytes(): ConsoleBytes {
    return { ...this.#bytes };
  }

  /** Stops all disturbances. */
  close(): void {
    for (const timer of this.#timers) clearTimeout(timer);
  }

  #attach(uid: string, websocket: WebSocket, socket: Duplex, guest: Guest): void {
    const hangUp = this.#takeLine(uid, guest, {
      onData: (data) => {
        this.#bytes.fromGuests += data.length;
        const frames = this.#disturbance.oneByteFrames ? singleBytes(data) : uartFrames(data, Math.random);
        // Many frames, few packets.
        socket.cork();
        for (const frame of frames) websocket.send(frame, { binary: true });
        socket.uncork();
      },
      onHangUp: () => socket.end(),
    });
    websocket.on('message', (data: Buffer, binary: boolean) => {
      if (!binary || this.#hangUp.get(uid) !== hangUp) return;
      this.#bytes.toGuests += data.length;
      guest.serial.write(data);
    });
    websocket.on('close', hangUp);
    websocket.on('error', hangUp);
    const { dropEveryMs, takeOver } = this.#disturbance;
    if (dropEveryMs !== undefined) this.#later(dropEveryMs, hangUp);
    if (takeOver && !this.#takenOver.has(uid)) {
      this.#takenOver.add(uid);
      this.#later(takeOver.afterMs, () => {
        this.#takeOver(uid, takeOver.forMs, takeOver.typing);
      });
      void guest.exited.then(() => this.#takenOver.delete(uid));
    }
  }

  #takeOver(uid: string, forMs: number, typing = ''): void {
    const vmi = this.#store.find(uid)?.object;
    const guest = vmi && this.#guestOf(vmi);
    if (!guest) return;
    const leave = this.#takeLine(uid, guest, { onData: () => undefined, onHangUp: () => undefined });
    guest.serial.write(Buffer.from(typing));
    this.#later(forMs, leave);
  }

  /** Returns a function that leaves the line. The client also leaves it when another one takes it or the guest ends. */
  #takeLine(
    uid: string,
    guest: Guest,
    client: { onData: (data: Uint8Array) => void; onHangUp: () => void },
  ): () => void {
    this.#hangUp.get(uid)?.();
    const detach = guest.serial.onData((data) => {
      if (performance.now() >= this.#silentUntil) client.onData(data);
    });
    const hangUp = () => {
      detach();
      if (this.#hangUp.get(uid) === hangUp) this.#hangUp.delete(uid);
      client.onHangUp();
    };
    this.#hangUp.set(uid, hangUp);
    void guest.exited.then(hangUp);
    return hangUp;
  }

  #later(ms: number, act: () => void): void {
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      act();
    }, ms).unref();
    this.#timers.add(timer);
  }
}
