// SPDX-License-Identifier: Apache-2.0
import { once } from 'node:events';
import { createServer, type Server } from 'node:https';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { attributesOf, type Attributes } from '../rbac/attributes.ts';
import { Faults, throwRefusal, waitOut, waitUpgraded } from './faults.ts';
import { respond, respondRaw, setDate, statusOf } from './respond.ts';
import { Router, type RouterOptions } from './router.ts';
import { expired } from '../kinds/status.ts';

export interface ServedRequest {
  verb: string;
  path: string;
  code: number;
  time: Date;
}

export interface ServerOptions extends RouterOptions {
  tls: { key: string; cert: string };
  /** An address of this machine, such as 127.0.0.1 or ::1. */
  host: string;
  /** 0: any free one. */
  port: number;
  /** Handles upgrades; returns the HTTP status of the response. */
  upgrade: (request: IncomingMessage, socket: Duplex, head: Buffer, attributes: Attributes) => number;
  onRequest: (request: ServedRequest) => void;
  /** Returns the `Date` header of responses; `undefined`: none. Default: this machine's time. */
  date?: (() => string | undefined) | undefined;
}

/** With 100 ms between two attempts. */
const LISTEN_ATTEMPTS = 100;

/** The HTTPS server. It reports each response to `onRequest`. */
export class ApiServer {
  readonly faults = new Faults();
  readonly #options: ServerOptions;
  readonly #router: Router;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  /** Open watches and followed logs; of a watch, the revision it began at. */
  readonly #streams = new Map<ServerResponse, string | undefined>();
  #port: number;
  #restarting = Promise.resolve();
  readonly #stopping = new AbortController();

  constructor(options: ServerOptions) {
    this.#options = options;
    this.#port = options.port;
    this.#router = new Router(options);
    const tls = { ...options.tls, ca: options.tls.cert, requestCert: true, rejectUnauthorized: false };
    this.#server = createServer(tls, (request, response) => void this.#serve(request, response));
    // Longer than any client's: if the server closes first, this races with the client's next request.
    this.#server.keepAliveTimeout = 120_000;
    this.#server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
      // Node does not handle errors of an upgraded socket; a disconnected client must not crash the server.
      socket.on('error', () => undefined);
      void this.#upgrade(request, socket, head);
    });
    // Includes connections before their TLS handshake, for which a stopping server does not wait.
    this.#server.on('connection', (socket: Socket) => {
      socket.setNoDelay(true);
      this.#sockets.add(socket);
      socket.on('close', () => this.#sockets.delete(socket));
    });
  }

  /** The URL, available after the start. */
  get url(): string {
    const { host } = this.#options;
    return `https://${host.includes(':') ? `[${host}]` : host}:${this.#port}`;
  }

  async start(): Promise<void> {
    await this.#listen();
    this.#port = (this.#server.address() as AddressInfo).port;
  }

  /** Closes all connections without a response, as a restart of the server or of a proxy does; new ones are accepted. */
  dropConnections(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  /** Ends open watches without an error event, as an API server does after a timeout, and returns their number. */
  async endWatches(): Promise<number> {
    const watches = this.#watches();
    await this.#end(watches.map(([stream]) => stream));
    return watches.length;
  }

  /** Ends each open watch with an error event (revision too old) and returns their number. */
  expireWatches(): number {
    const watches = this.#watches();
    for (const [stream, from] of watches) {
      const { body } = expired(`too old resource version: ${from} (${this.#options.store.revision})`);
      stream.end(`${JSON.stringify({ type: 'ERROR', object: body })}\n`);
    }
    return watches.length;
  }

  /** Stops, listens at the same address again after `downMs`, and then resolves. */
  restart(downMs: number): Promise<void> {
    this.#restarting = this.#restarting.then(async () => {
      await this.#close();
      await waitOut({ stallMs: downMs }, this.#stopping.signal);
      if (!this.#stopping.signal.aborted) await this.#listen();
    });
    return this.#restarting;
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#restarting;
    await this.#close();
  }

  async #listen(): Promise<void> {
    const { host } = this.#options;
    for (let attempt = 1; ; attempt += 1) {
      try {
        const listening = once(this.#server, 'listening');
        this.#server.listen(this.#port, host);
        await listening;
        return;
      } catch (error) {
        // While the server was down, an outgoing connection may have got its port.
        const taken = error instanceof Error && 'code' in error && error.code === 'EADDRINUSE';
        if (!taken || this.#port === this.#options.port || attempt === LISTEN_ATTEMPTS) throw error;
        await waitOut({ stallMs: 100 }, this.#stopping.signal);
      }
    }
  }

  /** Accepts no more connections, ends open watches, then closes all connections. */
  async #close(): Promise<void> {
    const closed = new Promise<void>((resolve) =>
      this.#server.close(() => {
        resolve();
      }),
    );
    // Watches may still start on existing connections.
    while (this.#streams.size > 0) await this.#end([...this.#streams.keys()]);
    this.dropConnections();
    await closed;
  }

  #watches(): [ServerResponse, from: string][] {
    return [...this.#streams].flatMap(([stream, from]): [ServerResponse, string][] =>
      from === undefined || stream.writableEnded ? [] : [[stream, from]],
    );
  }

  async #end(streams: ServerResponse[]): Promise<void> {
    await Promise.all(
      streams.map((stream) => {
        const closed = new Promise<void>((done) => stream.once('close', done));
        stream.end();
        return closed;
      }),
    );
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = urlOf(request);
    if (!url) {
      respond(response, { code: 400, body: '400 Bad Request' });
      return;
    }
    const attributes = attributesOf(request.method ?? 'GET', url);
    const time = new Date();
    if (this.#options.date) setDate(response, this.#options.date());
    let code: number;
    try {
      const effect = this.faults.takeEffect(attributes);
      if (effect === 'reset before') {
        request.destroy();
        return;
      }
      throwRefusal(effect, 'before');
      const left = new AbortController();
      response.once('close', () => {
        left.abort();
      });
      await waitOut(effect, left.signal);
      // The client has disconnected: a cancelled request takes no effect.
      if (left.signal.aborted) return;
      const answer = await this.#router.answer(request, url, attributes, response);
      throwRefusal(effect, 'after');
      if (effect === 'reset after') response.destroy();
      if (answer) respond(response, answer);
      else {
        this.#streams.set(
          response,
          attributes.verb === 'watch' ? (url.searchParams.get('resourceVersion') ?? '0') : undefined,
        );
        response.on('close', () => this.#streams.delete(response));
      }
      code = answer?.code ?? 200;
    } catch (error) {
      const status = statusOf(error);
      code = status.code;
      respond(response, status);
    }
    this.#options.onRequest({ verb: attributes.verb, path: attributes.path, code, time });
  }

  async #upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    const url = urlOf(request);
    if (!url) {
      socket.end('HTTP/1.1 400 Bad Request\r\n\r\n');
      return;
    }
    const attributes = attributesOf(request.method ?? 'GET', url);
    const time = new Date();
    let code: number;
    try {
      const effect = this.faults.takeEffect(attributes);
      if (effect === 'reset before') {
        socket.destroy();
        return;
      }
      throwRefusal(effect, 'before');
      const early = await waitUpgraded(effect, socket);
      if (!early) return;
      this.#router.admit(request, attributes);
      code = this.#options.upgrade(request, socket, Buffer.concat([head, ...early]), attributes);
      if (effect === 'reset after') socket.destroy();
    } catch (error) {
      const status = statusOf(error);
      code = status.code;
      respondRaw(socket, status);
    }
    this.#options.onRequest({ verb: attributes.verb, path: attributes.path, code, time });
  }
}

/** Undefined if the target is no valid URL: Go's server responds 400. */
function urlOf({ url = '/' }: IncomingMessage): URL | undefined {
  try {
    decodeURIComponent(url);
    return new URL(url, 'https://lab');
  } catch (error) {
    if (error instanceof URIError || error instanceof TypeError) return undefined;
    throw error;
  }
}
