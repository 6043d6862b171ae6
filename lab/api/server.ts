import { createServer, type Server } from 'node:https';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Kind } from '../kinds/kind.ts';
import type { JsonObject } from '../store/json.ts';
import type { Store } from '../store/store.ts';
import { authenticate, authorize, type DenyRule, type User } from './access.ts';
import { attributesOf, type Attributes } from './attributes.ts';
import { discover, SUBRESOURCES } from './discovery.ts';
import { list } from './list.ts';
import { badRequest, methodNotAllowed, StatusError, unknownResource } from './status.ts';
import { create, get, patch, remove, update, type Answer, type Call } from './verbs.ts';
import { watch } from './watch.ts';

export interface ServedRequest {
  verb: string;
  path: string;
  code: number;
  time: Date;
}

export interface ServerOptions {
  store: Store;
  kinds: readonly Kind[];
  tls: { key: string; cert: string };
  token: string;
  user: User;
  deny: DenyRule[];
  port: number;
  /** Takes over the connections that ask for the console; answers the HTTP status it gave. */
  upgrade: (request: IncomingMessage, socket: Duplex, head: Buffer, attributes: Attributes) => number;
  onRequest: (request: ServedRequest) => void;
}

/** The HTTPS front door: who are you, may you, which kind, which verb. Every answer is reported to `onRequest`. */
export class ApiServer {
  readonly #options: ServerOptions;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  readonly #streams = new Set<ServerResponse>();

  constructor(options: ServerOptions) {
    this.#options = options;
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

  async start(): Promise<string> {
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen(this.#options.port, '127.0.0.1', resolve);
    });
    const { port } = this.#server.address() as AddressInfo;
    return `https://127.0.0.1:${port}`;
  }

  /** Ends open watches as a stopping API server does, without an error event, then closes every connection. */
  async stop(): Promise<void> {
    await Promise.all([...this.#streams].map((stream) => new Promise<void>((done) => stream.end(done))));
    const closed = new Promise<void>((resolve) =>
      this.#server.close(() => {
        resolve();
      }),
    );
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', 'https://lab');
    const attributes = attributesOf(request.method ?? 'GET', url);
    const time = new Date();
    const done = (code: number) => {
      this.#options.onRequest({ verb: attributes.verb, path: attributes.path, code, time });
    };
    try {
      this.#admit(request, attributes);
      if (attributes.verb === 'watch' && attributes.resource) {
        this.#streams.add(response);
        response.on('close', () => this.#streams.delete(response));
        watch(this.#call(request, url, attributes.resource), response);
        done(200);
        return;
      }
      const { code, body } = await this.#answer(request, url, attributes);
      respond(response, code, body);
      done(code);
    } catch (error) {
      const status = error instanceof StatusError ? error : internal(error);
      respond(response, status.code, status.body);
      done(status.code);
    }
  }

  #upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const attributes = attributesOf('GET', new URL(request.url ?? '/', 'https://lab'));
    const time = new Date();
    let code: number;
    try {
      this.#admit(request, attributes);
      code = this.#options.upgrade(request, socket, head, attributes);
    } catch (error) {
      const status = error instanceof StatusError ? error : internal(error);
      code = status.code;
      const text = JSON.stringify(status.body);
      const length = Buffer.byteLength(text);
      socket.end(
        `HTTP/1.1 ${code} ${status.message.replaceAll(/[\r\n]/g, ' ').slice(0, 60)}\r\nContent-Type: application/json\r\nContent-Length: ${length}\r\n\r\n${text}`,
      );
    }
    this.#options.onRequest({ verb: attributes.verb, path: attributes.path, code, time });
  }

  #admit(request: IncomingMessage, attributes: Attributes): void {
    const user = authenticate(request.headers.authorization, this.#options.token, this.#options.user);
    authorize(user, attributes, this.#options.deny);
    const accept = request.headers.accept ?? '*/*';
    if (/application\/(json|\*)|\*\/\*/.test(accept) || request.headers.upgrade) return;
    const offered = 'application/json, application/yaml, application/vnd.kubernetes.protobuf';
    throw new StatusError(406, 'NotAcceptable', `406: Not Acceptable\n\nAvailable representations: ${offered}`, {});
  }

  async #answer(
    request: IncomingMessage,
    url: URL,
    { verb, path, resource }: Attributes,
  ): Promise<{ code: number; body: JsonObject | string }> {
    if (!resource) {
      const body = discover(path, this.#options.kinds);
      return body === undefined ? { code: 404, body: NO_PAGE } : { code: 200, body };
    }
    if (resource.group === SUBRESOURCES && resource.subresource === 'console') return { code: 400, body: NO_UPGRADE };
    if (!this.#options.kinds.some((kind) => kind.group === resource.group && kind.version === resource.version)) {
      return { code: 404, body: NO_PAGE };
    }
    const call = this.#call(request, url, resource);
    const verbs: Record<string, (call: Call) => Answer | Promise<Answer>> =
      call.name === '' ? { list, create } : { get, update, patch, delete: remove };
    const run = verbs[verb];
    if (!run || (verb === 'create' && call.name !== '') || resource.subresource !== '') {
      throw resource.subresource === '' ? methodNotAllowed() : unknownResource();
    }
    return run(call);
  }

  #call(request: IncomingMessage, url: URL, resource: NonNullable<Attributes['resource']>): Call {
    const { group, plural, namespace, name } = resource;
    const kind = this.#options.kinds.find((known) => known.group === group && known.plural === plural);
    if (!kind || (!kind.namespaced && namespace !== '')) throw unknownResource();
    return { store: this.#options.store, kind, namespace, name, query: url.searchParams, request };
  }
}

const NO_UPGRADE = `Bad Request\n${JSON.stringify(
  badRequest(
    "websocket: the client is not using the websocket protocol: 'upgrade' token not found in 'Connection' header",
  ).body,
  null,
  1,
)}`;
const NO_PAGE = '404 page not found\n';

function internal(error: unknown): StatusError {
  return new StatusError(
    500,
    'InternalError',
    `Internal error occurred: ${error instanceof Error ? error.message : String(error)}`,
  );
}

function respond(response: ServerResponse, code: number, body: object | string): void {
  const text = typeof body === 'string' ? body : `${JSON.stringify(body)}\n`;
  const type = typeof body === 'string' ? 'text/plain; charset=utf-8' : 'application/json';
  response.writeHead(code, {
    'content-type': type,
    'content-length': Buffer.byteLength(text),
    'cache-control': 'no-cache, private',
  });
  response.end(text);
}
