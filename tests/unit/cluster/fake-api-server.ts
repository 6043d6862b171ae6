// SPDX-License-Identifier: Apache-2.0
/** An API server for VMIs in one namespace that a test scripts by hand: lists, reads, and watches whose events the test sends. */
import { writeFile } from 'node:fs/promises';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Cluster } from '../../../fixtures/cluster/cluster.ts';
import { Connection } from '../../../fixtures/cluster/connection.ts';

const PATH = '/apis/kubevirt.io/v1/namespaces/ns/virtualmachineinstances';
const KIND = { apiVersion: 'kubevirt.io/v1', kind: 'VirtualMachineInstance' };

type Verb = 'get' | 'list' | 'watch';

/** Returns a VMI of the namespace "ns" with a uid. */
export function vmi(name: string, uid: string, phase = 'Running', metadata: object = {}): object {
  return { ...KIND, metadata: { namespace: 'ns', name, uid, ...metadata }, status: { phase } };
}

export class FakeApiServer {
  /** Those that are answered with 403. */
  readonly forbidden = new Set<Verb>();
  /** "get a", "list latency-check/run=x", "watch latency-check/run=x", in the order of arrival. */
  readonly requests: string[] = [];
  /** What exists, by name. */
  readonly objects = new Map<string, object>();
  #watches: ServerResponse[] = [];
  readonly #ended = new AbortController();
  readonly #server = createServer((request, response) => {
    const url = new URL(request.url ?? '', 'http://fake');
    const name = url.pathname.slice(PATH.length + 1);
    const verb = url.searchParams.has('watch') ? 'watch' : name === '' ? 'list' : 'get';
    this.requests.push(`${verb} ${name || (url.searchParams.get('labelSelector') ?? '')}`);
    const send = (code: number, body: object): void => {
      response.writeHead(code, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    };
    const refuse = (code: number, reason: string): void => {
      const details = { name };
      send(code, {
        apiVersion: 'v1',
        kind: 'Status',
        status: 'Failure',
        reason,
        code,
        message: `${reason} ${name}`,
        details,
      });
    };
    const found = this.objects.get(name);
    if (this.forbidden.has(verb)) refuse(403, 'Forbidden');
    else if (verb === 'watch') {
      response.writeHead(200, { 'content-type': 'application/json' }).flushHeaders();
      this.#watches.push(response);
      for (const object of this.objects.values()) this.send('ADDED', object, response);
    } else if (verb === 'list')
      send(200, { ...KIND, kind: `${KIND.kind}List`, metadata: {}, items: [...this.objects.values()] });
    else if (found === undefined) refuse(404, 'NotFound');
    else send(200, found);
  });

  /** Starts the server and returns a client. */
  async start(kubeconfig: string): Promise<Cluster> {
    await new Promise<void>((resolve) => {
      this.#server.listen(0, '127.0.0.1', resolve);
    });
    const { port } = this.#server.address() as AddressInfo;
    const config = {
      apiVersion: 'v1',
      kind: 'Config',
      'current-context': 'c',
      users: [{ name: 'u', user: {} }],
      clusters: [{ name: 'c', cluster: { server: `http://127.0.0.1:${port}` } }],
      contexts: [{ name: 'c', context: { cluster: 'c', user: 'u', namespace: 'ns' } }],
    };
    await writeFile(kubeconfig, JSON.stringify(config));
    const waiting = { signal: this.#ended.signal, report: () => undefined };
    return new Cluster(new Connection({ KUBECONFIG: kubeconfig }), { log: () => undefined, waiting });
  }

  /** Sends an event to all watches, or to one. */
  send(type: 'ADDED' | 'MODIFIED' | 'DELETED', object: object, ...to: ServerResponse[]): void {
    for (const watch of to.length > 0 ? to : this.#watches) watch.write(`${JSON.stringify({ type, object })}\n`);
  }

  /** Ends all watches. */
  endWatches(): void {
    for (const watch of this.#watches) watch.end();
    this.#watches = [];
  }

  stop(): void {
    this.#ended.abort(new Error('the test is over'));
    this.#server.close();
    this.#server.closeAllConnections();
  }
}
