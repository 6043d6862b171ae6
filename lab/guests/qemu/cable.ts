// SPDX-License-Identifier: Apache-2.0
import { createServer, type Server, type Socket } from 'node:net';
import type { Networks } from '../../network/networks.ts';
import type { Port } from '../../network/switch.ts';
import type { Nic } from '../guest.ts';
import { onFrames, sendFrame } from './framed-socket.ts';

/**
 * Connects a NIC on a node to its network over a socket to which QEMU connects. The network has the port as soon as the cable listens:
 * until QEMU connects, frames for the NIC are lost. A QEMU that waits for a migration does not read: the socket holds its frames.
 */
export class Cable {
  readonly path: string;
  readonly nic: Nic;
  readonly #networks: Networks;
  readonly #node: string | undefined;
  readonly #server: Server;
  #port: Port | undefined;
  #socket: Socket | undefined;

  constructor(nic: Nic, networks: Networks, path: string, node: string | undefined) {
    this.path = path;
    this.nic = nic;
    this.#networks = networks;
    this.#node = node;
    this.#server = createServer((socket) => {
      this.#socket = socket;
      onFrames(socket, (frame) => {
        this.#port?.send(frame);
      });
      // QEMU has ended; its exit reports that.
      socket.on('error', () => undefined);
    });
  }

  async listen(): Promise<void> {
    this.#port = this.#networks.plug(
      this.nic.network,
      (frame) => {
        if (this.#socket?.writable === true) sendFrame(this.#socket, frame);
      },
      this.#node,
    );
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen(this.path, resolve);
    });
  }

  /** Sends a frame into the network, as the interface of the pod does, not the guest. */
  send(frame: Buffer): void {
    this.#port?.send(frame);
  }

  unplug(): void {
    this.#port?.unplug();
    this.#server.close();
  }
}
