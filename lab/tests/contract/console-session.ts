// SPDX-License-Identifier: Apache-2.0
/** One websocket to a serial console, under deadlines. */
import { once } from 'node:events';
import { expect } from '@playwright/test';
import WebSocket from 'ws';
import type { Api } from './api.ts';

const REPLY_MS = 10_000;
/** A guest may still boot. */
const BOOT_MS = 180_000;
const PROMPT = /(login: |[#$] )$/;

export class ConsoleSession {
  readonly #socket: WebSocket;
  #output = '';
  #longestFrame = 0;
  #kinds = new Set<'binary' | 'text'>();

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.on('message', (data: Buffer, binary: boolean) => {
      this.#kinds.add(binary ? 'binary' : 'text');
      this.#longestFrame = Math.max(this.#longestFrame, data.length);
      this.#output += data.toString('utf8');
    });
    socket.on('error', () => undefined);
  }

  static async open(api: Api, path: string, protocols = ['plain.kubevirt.io']): Promise<ConsoleSession> {
    const url = api.urlOf(path).href.replace(/^http/, 'ws');
    const { headers, tls } = api.access;
    const socket = new WebSocket(url, protocols, { ...tls, headers, perMessageDeflate: false });
    const session = new ConsoleSession(socket);
    await once(socket, 'open', { signal: AbortSignal.timeout(REPLY_MS) });
    return session;
  }

  get protocol(): string {
    return this.#socket.protocol;
  }

  /** The types of the received frames. */
  get kinds(): string[] {
    return [...this.#kinds];
  }

  /** In bytes. */
  get longestFrame(): number {
    return this.#longestFrame;
  }

  /** The output since the last sent line. */
  get output(): string {
    return this.#output;
  }

  /** Presses Enter until there is a prompt, and returns the output. */
  async wake(): Promise<string> {
    await expect(async () => {
      this.#output = '';
      this.send('\n');
      await expect.poll(() => this.#output, { timeout: 2_000 }).toMatch(PROMPT);
    }).toPass({ timeout: BOOT_MS });
    return PROMPT.exec(this.#output)?.[0] ?? '';
  }

  /** Opens a root shell, and logs in if necessary. */
  async logIn(): Promise<void> {
    if ((await this.wake()) === 'login: ') await this.type('root', /[#$] $/);
  }

  /** Sends a line, waits for a pattern, and returns all output. */
  async type(line: string, until: RegExp): Promise<string> {
    this.#output = '';
    this.send(`${line}\n`);
    await expect.poll(() => this.#output, { timeout: REPLY_MS }).toMatch(until);
    return this.#output;
  }

  send(text: string, binary = true): void {
    this.#socket.send(Buffer.from(text), { binary });
  }

  /** Sends a ping and returns the data of the pong. */
  async ping(data: string): Promise<string> {
    this.#socket.ping(data);
    const [pong] = (await once(this.#socket, 'pong', { signal: AbortSignal.timeout(REPLY_MS) })) as [Buffer];
    return pong.toString('utf8');
  }

  /** Returns the close code: 1006 if the connection ended without a close frame. */
  closed(): Promise<number> {
    return new Promise((resolve, reject) => {
      const late = setTimeout(() => {
        reject(new Error('the console stays open'));
      }, BOOT_MS);
      this.#socket.once('close', (code) => {
        clearTimeout(late);
        resolve(code);
      });
    });
  }

  close(code: number): Promise<number> {
    const closed = this.closed();
    this.#socket.close(code);
    return closed;
  }

  cut(): void {
    this.#socket.terminate();
  }
}
