import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer, type WebSocket } from 'ws';
import type { Attributes } from '../api/attributes.ts';
import { SUBRESOURCES } from '../api/discovery.ts';
import { unknownResource } from '../kinds/status.ts';
import type { Guest } from '../guests/guest.ts';
import { VMIS } from '../kinds/kinds.ts';
import type { KubeObject } from '../store/kube-object.ts';
import type { Store } from '../store/store.ts';
import { requireConsole } from './console-rules.ts';
import { uartFrames } from './frames.ts';

const PROTOCOL = 'plain.kubevirt.io';

/**
 * The serial consoles of running VMIs over websockets. One client at a time: a new one takes the line. Who loses it, to
 * another client or because the guest is gone, sees the connection end without a close frame.
 */
export class Consoles {
  readonly #store: Store;
  readonly #guestOf: (vmi: KubeObject) => Guest | undefined;
  readonly #hangUp = new Map<string, () => void>();
  readonly #websockets = new WebSocketServer({
    noServer: true,
    handleProtocols: (offered) => (offered.has(PROTOCOL) ? PROTOCOL : false),
  });

  constructor(store: Store, guestOf: (vmi: KubeObject) => Guest | undefined) {
    this.#store = store;
    this.#guestOf = guestOf;
  }

  /** Answers the HTTP status given; throws a StatusError instead of upgrading. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer, { resource }: Attributes): number {
    if (resource?.group !== SUBRESOURCES || resource.plural !== VMIS.plural || resource.subresource !== 'console') {
      throw unknownResource();
    }
    const vmi = this.#store.get(VMIS, resource.namespace, resource.name);
    requireConsole(vmi, resource.name);
    const guest = this.#guestOf(vmi);
    if (!guest) throw new Error(`the node has no guest for VMI "${resource.name}"`);
    this.#websockets.handleUpgrade(request, socket, head, (websocket) => {
      this.#attach(vmi.metadata.uid, websocket, socket, guest);
    });
    return 101;
  }

  #attach(uid: string, websocket: WebSocket, socket: Duplex, guest: Guest): void {
    this.#hangUp.get(uid)?.();
    const detach = guest.serial.onData((data) => {
      for (const frame of uartFrames(data, Math.random)) websocket.send(frame, { binary: true });
    });
    const hangUp = () => {
      detach();
      if (this.#hangUp.get(uid) === hangUp) this.#hangUp.delete(uid);
      socket.end();
    };
    this.#hangUp.set(uid, hangUp);
    void guest.exited.then(hangUp);
    websocket.on('message', (data: Buffer, binary: boolean) => {
      if (binary && this.#hangUp.get(uid) === hangUp) guest.serial.write(data);
    });
    websocket.on('close', hangUp);
    websocket.on('error', hangUp);
  }
}
