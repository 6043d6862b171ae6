/** Between a checkup and its lab: passes requests on, but for those it answers itself, and for consoles, which are its own. */
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { request } from 'node:https';
import type { AddressInfo } from 'node:net';
import { parse, stringify } from 'yaml';
import { WebSocketServer } from 'ws';
import type { Lab } from '../../lab/lab.ts';

interface HostileOptions {
  /** The message of a 403, where a request is not passed on. */
  refuse?: (method: string, path: string) => string | undefined;
  /** What every console answers, whatever is typed. */
  console: string;
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
  const server = createServer((incoming, answer) => {
    const message = options.refuse?.(incoming.method ?? '', incoming.url ?? '');
    if (message === undefined) passOn({ url: lab.url, token }, incoming, answer);
    else {
      const status = { kind: 'Status', apiVersion: 'v1', status: 'Failure', reason: 'Forbidden', code: 403, message };
      answer.writeHead(403, { 'content-type': 'application/json' }).end(JSON.stringify(status));
    }
  });
  const consoles = new WebSocketServer({ server, handleProtocols: () => 'plain.kubevirt.io' });
  consoles.on('connection', (socket) => {
    socket.on('message', () => {
      socket.send(Buffer.from(options.console));
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

/** As kubectl proxy does: clients send no credentials over plain HTTP. */
function passOn(to: { url: string; token: string }, incoming: IncomingMessage, answer: ServerResponse): void {
  const { method, url = '' } = incoming;
  const headers = { ...incoming.headers, authorization: `Bearer ${to.token}` };
  const outgoing = request(new URL(url, to.url), { method, headers, rejectUnauthorized: false }, (response) => {
    answer.writeHead(response.statusCode ?? 502, response.headers);
    response.pipe(answer);
  });
  outgoing.on('error', () => answer.destroy());
  answer.on('close', () => outgoing.destroy());
  incoming.pipe(outgoing);
}
