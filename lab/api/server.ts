import { createServer, type Server } from 'node:https';
import { STATUS_CODES, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { setTimeout as pause } from 'node:timers/promises';
import { attributesOf, type Attributes } from './attributes.ts';
import type { Answer } from './call.ts';
import { Faults, faultStatus } from './faults.ts';
import { Router, type RouterOptions } from './router.ts';
import { StatusError } from '../kinds/status.ts';

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
  /** Takes over the connections that ask for the console; answers the HTTP status it gave. */
  upgrade: (request: IncomingMessage, socket: Duplex, head: Buffer, attributes: Attributes) => number;
  onRequest: (request: ServedRequest) => void;
}

/** The HTTPS front door. Every answer is reported to `onRequest`. */
export class ApiServer {
  readonly faults = new Faults();
  readonly #options: ServerOptions;
  readonly #router: Router;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  readonly #streams = new Set<ServerResponse>();

  constructor(options: ServerOptions) {
    this.#options = options;
    this.#router = new Router(options);
    this.#server = createServer(options.tls, (request, response) => void this.#serve(request, response));
    // Longer than any client's: a server that hangs up first races with the client's next request.
    this.#server.keepAliveTimeout = 120_000;
    this.#server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
      // Node leaves an upgraded socket to us; a client that is gone must not take the server with it.
      socket.on('error', () => undefined);
      this.#upgrade(request, socket, head);
    });
    this.#server.on('secureConnection', (socket) => {
      socket.setNoDelay(true);
      this.#sockets.add(socket);
      socket.on('close', () => this.#sockets.delete(socket));
    });
  }

  /** Where clients find it, from the time it has started. */
  get url(): string {
    const { host } = this.#options;
    const { port } = this.#server.address() as AddressInfo;
    return `https://${host.includes(':') ? `[${host}]` : host}:${port}`;
  }

  async start(): Promise<void> {
    const { host, port } = this.#options;
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen(port, host, resolve);
    });
  }

  /** Breaks every connection off, as a restart of the server or of what is before it does; new ones are taken. */
  dropConnections(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  /** Ends open watches without an error event, as an API server does from time to time and when it stops. */
  async endWatches(): Promise<void> {
    await Promise.all([...this.#streams].map((stream) => new Promise<void>((done) => stream.end(done))));
  }

  /** Ends open watches, then closes every connection. */
  async stop(): Promise<void> {
    await this.endWatches();
    const closed = new Promise<void>((resolve) =>
      this.#server.close(() => {
        resolve();
      }),
    );
    this.dropConnections();
    await closed;
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = urlOf(request);
    if (!url) {
      respond(response, { code: 400, body: '400 Bad Request' });
      return;
    }
    const attributes = attributesOf(request.method ?? 'GET', url);
    const time = new Date();
    let code: number;
    try {
      const effect = this.faults.strike(attributes);
      if (effect === 'reset before') {
        request.destroy();
        return;
      }
      if (typeof effect === 'object' && 'status' in effect) throw faultStatus(effect);
      if (typeof effect === 'object' && 'stallMs' in effect) await pause(effect.stallMs);
      const answer = await this.#router.answer(request, url, attributes, response);
      if (effect === 'reset after') response.destroy();
      if (answer) respond(response, answer);
      else {
        this.#streams.add(response);
        response.on('close', () => this.#streams.delete(response));
      }
      code = answer?.code ?? 200;
    } catch (error) {
      const status = error instanceof StatusError ? error : internal(error);
      code = status.code;
      respond(response, status);
    }
    this.#options.onRequest({ verb: attributes.verb, path: attributes.path, code, time });
  }

  #upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const url = urlOf(request);
    if (!url) {
      socket.end('HTTP/1.1 400 Bad Request\r\n\r\n');
      return;
    }
    const attributes = attributesOf('GET', url);
    const time = new Date();
    let code: number;
    try {
      this.#router.admit(request, attributes);
      code = this.#options.upgrade(request, socket, head, attributes);
    } catch (error) {
      const status = error instanceof StatusError ? error : internal(error);
      code = status.code;
      const text = JSON.stringify(status.body);
      const length = Buffer.byteLength(text);
      socket.end(
        `HTTP/1.1 ${code} ${STATUS_CODES[code] ?? ''}\r\nX-Content-Type-Options: nosniff\r\nContent-Type: application/json\r\nContent-Length: ${length}\r\n\r\n${text}`,
      );
    }
    this.#options.onRequest({ verb: attributes.verb, path: attributes.path, code, time });
  }
}

/** Undefined where the target is no URL, or its escapes are none: what Go's server says 400 to. */
function urlOf({ url = '/' }: IncomingMessage): URL | undefined {
  try {
    decodeURIComponent(url);
    return new URL(url, 'https://lab');
  } catch (error) {
    if (error instanceof URIError || error instanceof TypeError) return undefined;
    throw error;
  }
}

function internal(error: unknown): StatusError {
  return new StatusError(
    500,
    'InternalError',
    `Internal error occurred: ${error instanceof Error ? error.message : String(error)}`,
  );
}

function respond(response: ServerResponse, { code, body, warnings = [], headers }: Answer): void {
  const text = typeof body === 'string' ? body : `${JSON.stringify(body)}\n`;
  const type = typeof body === 'string' ? 'text/plain; charset=utf-8' : 'application/json';
  response.writeHead(code, {
    'content-type': type,
    'content-length': Buffer.byteLength(text),
    'cache-control': 'no-cache, private',
    ...headers,
    ...(warnings.length > 0 && { warning: warnings.map((warning) => `299 - ${JSON.stringify(warning)}`).join(', ') }),
  });
  response.end(text);
}
