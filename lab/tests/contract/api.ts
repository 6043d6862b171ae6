// SPDX-License-Identifier: Apache-2.0
/**
 * A raw HTTPS client for one API server without retries or interpretation. A kubeconfig is read for the
 * address, the authority and the credentials only; plugins that make credentials are not run.
 */
import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { Agent, request as httpsRequest } from 'node:https';
import { parse } from 'yaml';
import { decodeJson, objectAt, objectsAt, textAt, type Json, type JsonObject } from '../../store/json.ts';
import { WatchStream } from './watch-stream.ts';

export interface Call {
  method?: string;
  path: string;
  /** Text is sent unchanged, anything else as JSON. */
  body?: Json;
  headers?: Record<string, string>;
  /** Sends no credentials. */
  anonymous?: boolean;
  /** A bearer token instead of the kubeconfig's credentials. */
  token?: string;
}

export interface Reply {
  status: number;
  headers: IncomingHttpHeaders;
  /** The decoded JSON, or the text if it is not JSON. */
  body: Json;
}

export interface Access {
  url: string;
  headers: Record<string, string>;
  tls: { ca?: string; cert?: string; key?: string; rejectUnauthorized: boolean };
}

const DEADLINE_MS = 15_000;

export class Api {
  readonly access: Access;
  readonly #own: Agent;
  readonly #anonymous: Agent;

  constructor(access: Access) {
    this.access = access;
    const { ca, rejectUnauthorized } = access.tls;
    this.#own = new Agent({ ...access.tls, keepAlive: true });
    this.#anonymous = new Agent({ ...(ca !== undefined && { ca }), rejectUnauthorized, keepAlive: true });
  }

  async call(call: Call): Promise<Reply> {
    const response = await this.#send(call, AbortSignal.timeout(DEADLINE_MS));
    const chunks: Buffer[] = [];
    for await (const chunk of response) if (chunk instanceof Uint8Array) chunks.push(Buffer.from(chunk));
    const text = Buffer.concat(chunks).toString('utf8');
    return { status: response.statusCode ?? 0, headers: response.headers, body: decoded(text) };
  }

  async watch(call: Call): Promise<WatchStream> {
    return new WatchStream(await this.#send(call));
  }

  /** Opens a websocket, closes it at once, and returns the response to the handshake. */
  async handshake(call: Call): Promise<Reply> {
    const upgrade = {
      connection: 'Upgrade',
      upgrade: 'websocket',
      'sec-websocket-version': '13',
      'sec-websocket-key': randomBytes(16).toString('base64'),
      // As websocket clients send it: virt-api answers 406 to `application/json`.
      accept: '*/*',
    };
    return this.call({ ...call, headers: { ...upgrade, ...call.headers } });
  }

  urlOf(path: string): URL {
    return new URL(this.access.url.replace(/\/$/, '') + path);
  }

  close(): void {
    this.#own.destroy();
    this.#anonymous.destroy();
  }

  #send(call: Call, signal?: AbortSignal): Promise<IncomingMessage> {
    const { method = 'GET', path, body, headers, anonymous = false, token } = call;
    const own = !anonymous && token === undefined;
    const text = body === undefined || typeof body === 'string' ? body : JSON.stringify(body);
    const sent = {
      accept: 'application/json',
      ...(text !== undefined && {
        'content-type': 'application/json',
        'content-length': String(Buffer.byteLength(text)),
      }),
      ...(own && this.access.headers),
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
      ...headers,
    };
    const agent = own ? this.#own : this.#anonymous;
    return new Promise((resolve, reject) => {
      httpsRequest(this.urlOf(path), { method, headers: sent, agent, ...(signal && { signal }) }, resolve)
        .on('upgrade', (response, socket) => {
          socket.destroy();
          resolve(response);
        })
        .on('error', reject)
        .end(text);
    });
  }
}

/** Some servers send JSON with the type of plain text. */
function decoded(text: string): Json {
  return text.startsWith('{') ? decodeJson(text) : text;
}

export async function readKubeconfig(path: string): Promise<Access> {
  const config = parse(await readFile(path, 'utf8')) as Json;
  const named = (list: string, name: string | undefined): JsonObject | undefined =>
    objectsAt(config, list).find((entry) => textAt(entry, 'name') === name);
  const context = objectAt(named('contexts', textAt(config, 'current-context')), 'context');
  const cluster = objectAt(named('clusters', textAt(context, 'cluster')), 'cluster');
  const user = objectAt(named('users', textAt(context, 'user')), 'user');
  const url = textAt(cluster, 'server');
  if (url === undefined || !user) throw new Error(`${path}: the current context names no cluster and user`);
  const token = textAt(user, 'token') ?? (await readNamed(user, 'tokenFile'));
  const ca = await readPem(cluster, 'certificate-authority');
  const cert = await readPem(user, 'client-certificate');
  const key = await readPem(user, 'client-key');
  if (token === undefined && cert === undefined) throw new Error(`${path}: the user has neither token nor certificate`);
  const rejectUnauthorized = cluster?.['insecure-skip-tls-verify'] !== true;
  const tls = {
    ...(ca !== undefined && { ca }),
    ...(cert !== undefined && { cert }),
    ...(key !== undefined && { key }),
  };
  const headers: Record<string, string> = token === undefined ? {} : { authorization: `Bearer ${token.trim()}` };
  return { url, headers, tls: { ...tls, rejectUnauthorized } };
}

async function readPem(entry: JsonObject | undefined, field: string): Promise<string | undefined> {
  const data = textAt(entry, `${field}-data`);
  return data === undefined ? readNamed(entry, field) : Buffer.from(data, 'base64').toString('utf8');
}

async function readNamed(entry: JsonObject | undefined, field: string): Promise<string | undefined> {
  const path = textAt(entry, field);
  return path === undefined ? undefined : readFile(path, 'utf8');
}
