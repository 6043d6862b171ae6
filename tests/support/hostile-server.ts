// SPDX-License-Identifier: Apache-2.0
/** A server between a checkup and its lab. It forwards requests, except those that it answers itself. */
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer, ServerResponse, type IncomingMessage } from 'node:http';
import { request } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import type { Writable } from 'node:stream';
import { parse, stringify } from 'yaml';
import { WebSocketServer } from 'ws';
import type { Lab } from '../../lab/lab.ts';

/** A response of an intermediary between the checkup and its API server. */
export interface ForeignResponse {
  status: number;
  headers?: Record<string, string>;
  body: string;
  /** Forwards the request first, and drops its response. */
  acts?: boolean;
  /** Sends the body of the request back. */
  echoes?: boolean;
  /** Repeats the body until the client ends the connection. */
  endless?: boolean;
}

interface HostileOptions {
  /** Returns a response in place of the API server's. */
  replace?: (method: string, path: string) => ForeignResponse | undefined;
  /** The response in place of the upgrade to a console. */
  replaceConsole?: ForeignResponse;
  /** Returns the message of a 403 for a request that is not forwarded. */
  refuse?: (method: string, path: string) => string | undefined;
  /** By default, consoles are those of the lab. */
  forwardConsoles?: boolean;
  /** The output of every console for any input. */
  console?: string;
}

interface HostileServer {
  kubeconfig: string;
  stop: () => void;
}

interface Kubeconfig {
  clusters: { cluster: Record<string, unknown> }[];
  users: { user: { token?: string } }[];
}

export async function startHostileServer(
  lab: Lab,
  kubeconfig: string,
  options: HostileOptions,
): Promise<HostileServer> {
  const config = parse(readFileSync(lab.kubeconfig, 'utf8')) as Kubeconfig;
  const token = config.users[0]?.user.token ?? '';
  const server = createServer((incoming, reply) => {
    const foreign = options.replace?.(incoming.method ?? '', incoming.url ?? '');
    const message = options.refuse?.(incoming.method ?? '', incoming.url ?? '');
    if (foreign?.acts) forward({ url: lab.url, token }, incoming, reply, foreign);
    else if (foreign?.echoes) {
      reply.writeHead(foreign.status, foreign.headers);
      incoming.pipe(reply);
    } else if (foreign !== undefined) send(foreign, reply);
    else if (message === undefined) forward({ url: lab.url, token }, incoming, reply);
    else {
      const status = { kind: 'Status', apiVersion: 'v1', status: 'Failure', reason: 'Forbidden', code: 403, message };
      reply.writeHead(403, { 'content-type': 'application/json' }).end(JSON.stringify(status));
    }
  });
  const consoles = new WebSocketServer({ noServer: true, handleProtocols: () => 'plain.kubevirt.io' });
  server.on('upgrade', (incoming, socket: Socket, head) => {
    if (options.forwardConsoles) {
      forwardUpgrade({ url: lab.url, token }, incoming, socket, head);
      return;
    }
    const { replaceConsole: foreign } = options;
    if (foreign === undefined) {
      consoles.handleUpgrade(incoming, socket, head, (accepted) => consoles.emit('connection', accepted, incoming));
      return;
    }
    socket.write(`HTTP/1.1 ${foreign.status} Foreign\r\ncontent-type: text/html\r\nconnection: close\r\n\r\n`);
    pour(foreign, socket);
  });
  consoles.on('connection', (socket) => {
    socket.on('message', () => {
      socket.send(Buffer.from(options.console ?? ''));
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  const cluster = { server: `http://127.0.0.1:${port}`, 'insecure-skip-tls-verify': true };
  const clusters = config.clusters.map((entry) => ({ ...entry, cluster }));
  writeFileSync(kubeconfig, stringify({ ...config, clusters }), { mode: 0o600 });
  return {
    kubeconfig,
    stop: () => {
      for (const socket of consoles.clients) socket.terminate();
      server.close();
      server.closeAllConnections();
    },
  };
}

function send(foreign: ForeignResponse, reply: ServerResponse): void {
  const { status, headers = { 'content-type': 'text/html' } } = foreign;
  reply.writeHead(status, headers);
  pour(foreign, reply);
}

function pour({ body, endless }: ForeignResponse, to: Writable): void {
  if (!endless) {
    to.end(body);
    return;
  }
  const more = (): void => {
    while (!to.destroyed && to.write(body));
  };
  to.on('drain', more).on('error', () => to.destroy());
  more();
}

/** Adds credentials as kubectl proxy does: clients send none over plain HTTP. */
function forward(
  to: { url: string; token: string },
  incoming: IncomingMessage,
  reply: ServerResponse,
  instead?: ForeignResponse,
): void {
  const { method, url = '' } = incoming;
  const headers = { ...incoming.headers, authorization: `Bearer ${to.token}` };
  const outgoing = request(new URL(url, to.url), { method, headers, rejectUnauthorized: false }, (response) => {
    if (instead !== undefined) {
      response.resume().on('end', () => {
        send(instead, reply);
      });
      return;
    }
    reply.writeHead(response.statusCode ?? 502, response.headers);
    response.pipe(reply);
  });
  outgoing.on('error', () => reply.destroy());
  reply.on('close', () => outgoing.destroy());
  incoming.pipe(outgoing);
}

/** Forwards a websocket: the handshake with its response, then bytes in both directions. */
function forwardUpgrade(
  to: { url: string; token: string },
  incoming: IncomingMessage,
  socket: Socket,
  head: Buffer,
): void {
  const headers = { ...incoming.headers, authorization: `Bearer ${to.token}` };
  const outgoing = request(new URL(incoming.url ?? '', to.url), { headers, rejectUnauthorized: false });
  outgoing.on('upgrade', (response, upgraded, early) => {
    const lines = response.rawHeaders.flatMap((name, index, all) =>
      index % 2 === 0 ? [`${name}: ${all[index + 1] ?? ''}`] : [],
    );
    socket.write(`HTTP/1.1 101 Switching Protocols\r\n${lines.join('\r\n')}\r\n\r\n`);
    socket.write(early);
    upgraded.write(head);
    upgraded.pipe(socket).on('error', () => upgraded.destroy());
    socket.pipe(upgraded).on('error', () => socket.destroy());
    socket.on('close', () => upgraded.destroy());
    upgraded.on('close', () => socket.destroy());
  });
  outgoing.on('response', (response) => {
    const reply = new ServerResponse(incoming);
    reply.assignSocket(socket);
    reply.writeHead(response.statusCode ?? 502, response.headers);
    response.pipe(reply).on('finish', () => socket.end());
  });
  outgoing.on('error', () => socket.destroy()).end();
}
