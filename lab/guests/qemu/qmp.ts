// SPDX-License-Identifier: Apache-2.0
import { createConnection, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

const CONNECT_LIMIT_MS = 20_000;
const CONNECT_EVERY_MS = 20;

type Json = Readonly<Record<string, unknown>>;

interface Pending {
  resolve: (value: unknown) => void;
  reject: (error: Error) => void;
}

/** A client of QEMU's machine protocol (docs/interop/qmp-spec): commands, and the events that QEMU reports. */
export class Qmp {
  readonly #socket: Socket;
  #buffered = '';
  #number = 0;
  readonly #pending = new Map<number, Pending>();
  readonly #listeners = new Set<(event: string, data: Json) => void>();
  readonly #ended = new AbortController();

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.setEncoding('utf8').on('data', (text: string) => {
      this.#buffered += text;
      const lines = this.#buffered.split('\n');
      this.#buffered = lines.pop() ?? '';
      for (const line of lines) this.#receive(JSON.parse(line) as Json);
    });
    socket.on('error', () => undefined);
    socket.on('close', () => {
      this.#ended.abort();
      for (const { reject } of this.#pending.values()) reject(new Error('QEMU has ended'));
      this.#pending.clear();
    });
  }

  /** Connects as soon as QEMU listens. @throws Error after 20 s, or if `signal` aborts */
  static async connect(path: string, signal: AbortSignal): Promise<Qmp> {
    const end = performance.now() + CONNECT_LIMIT_MS;
    for (;;) {
      const socket = await open(path);
      if (socket instanceof Error) {
        if (signal.aborted) throw new Error('QEMU has ended');
        if (performance.now() > end) throw new Error(`QEMU does not listen on ${path}: ${socket.message}`);
        await sleep(CONNECT_EVERY_MS);
        continue;
      }
      const qmp = new Qmp(socket);
      await qmp.execute('qmp_capabilities');
      return qmp;
    }
  }

  /** Returns the result of a command. @throws Error with QEMU's description, or if QEMU has ended */
  async execute(command: string, argument: Json = {}): Promise<unknown> {
    if (this.#ended.signal.aborted) throw new Error('QEMU has ended');
    this.#number += 1;
    const id = this.#number;
    return await new Promise((resolve, reject) => {
      this.#pending.set(id, { resolve, reject });
      this.#socket.write(JSON.stringify({ execute: command, arguments: argument, id }));
    });
  }

  /** Calls the listener with each event. Returns a function that removes it. */
  onEvent(listener: (event: string, data: Json) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  close(): void {
    this.#socket.destroy();
  }

  #receive(message: Json): void {
    if (typeof message['event'] === 'string') {
      for (const listener of this.#listeners) listener(message['event'], (message['data'] ?? {}) as Json);
      return;
    }
    const pending = this.#pending.get(Number(message['id']));
    if (pending === undefined) return;
    this.#pending.delete(Number(message['id']));
    const { desc } = (message['error'] ?? {}) as { desc?: string };
    if (message['error'] === undefined) pending.resolve(message['return']);
    else pending.reject(new Error(desc ?? 'QEMU refused the command'));
  }
}

async function open(path: string): Promise<Socket | Error> {
  return await new Promise((resolve) => {
    const socket = createConnection(path);
    socket.once('connect', () => {
      resolve(socket);
    });
    socket.once('error', resolve);
  });
}
