// SPDX-License-Identifier: Apache-2.0
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { ChildProcess } from 'node:child_process';
import { WebSocketServer, type WebSocket } from 'ws';
import { badRequest, notFound } from '../kinds/status.ts';
import { PODS } from '../kinds/kinds.ts';
import { textAt, type JsonObject } from '../store/json.ts';
import type { KubeObject } from '../store/kube-object.ts';
import type { Store } from '../store/store.ts';
import type { Attributes } from '../rbac/attributes.ts';
import { requireContainer } from './exec-rules.ts';

/** Starts a process in a container; undefined if the container does not run. */
export type StartProcess = (pod: KubeObject, container: string, command: string[]) => ChildProcess | undefined;

/** The newer one can end standard input by itself. Kubernetes' staging/src/k8s.io/apimachinery/pkg/util/remotecommand/constants.go */
const PROTOCOLS = ['v5.channel.k8s.io', 'v4.channel.k8s.io'];
const CHANNEL = { stdin: 0, stdout: 1, stderr: 2, error: 3, close: 255 } as const;
const NORMAL_CLOSURE = 1000;

/** `kubectl exec` over websockets: each message begins with the byte of its channel; the error channel reports the end as a Status. */
export class Execs {
  readonly #store: Store;
  readonly #start: StartProcess;
  readonly #websockets = new WebSocketServer({
    noServer: true,
    handleProtocols: (offered) => PROTOCOLS.find((protocol) => offered.has(protocol)) ?? false,
  });

  constructor(store: Store, start: StartProcess) {
    this.#store = store;
    this.#start = start;
  }

  /** Returns the HTTP status of the response. @throws StatusError instead of upgrading */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer, { resource }: Attributes): number {
    const { namespace, name = '' } = resource ?? {};
    const pod = this.#store.get(PODS, namespace, name);
    if (!pod) throw notFound(PODS, name);
    const query = new URL(request.url ?? '/', 'https://lab').searchParams;
    const container = requireContainer(pod, query.get('container') ?? undefined);
    if (!textAt(pod.spec, 'nodeName')) throw badRequest(`pod ${name} does not have a host assigned`);
    const offered = (request.headers['sec-websocket-protocol'] ?? '').split(/,\s*/);
    if (!PROTOCOLS.some((protocol) => offered.includes(protocol))) {
      throw badRequest(`the lab runs commands over websockets of ${PROTOCOLS.join(' and ')} only`);
    }
    if (query.get('tty') === 'true') throw badRequest('the lab has no terminals: run the command without a tty');
    this.#websockets.handleUpgrade(request, socket, head, (websocket) => {
      this.#run(websocket, pod, container, query);
    });
    return 101;
  }

  #run(websocket: WebSocket, pod: KubeObject, container: string, query: URLSearchParams): void {
    const finish = (status: JsonObject) => {
      websocket.send(Buffer.concat([Buffer.of(CHANNEL.error), Buffer.from(JSON.stringify(status))]));
      websocket.close(NORMAL_CLOSURE);
    };
    websocket.on('error', () => undefined);
    const child = this.#start(pod, container, query.getAll('command'));
    if (!child) {
      finish(notRunning(container));
      return;
    }
    for (const name of ['stdout', 'stderr'] as const) {
      // A pipe without a reader would block the process.
      child[name]?.on('data', (data: Buffer) => {
        if (query.get(name) === 'true') websocket.send(Buffer.concat([Buffer.of(CHANNEL[name]), data]));
      });
    }
    child.stdin?.on('error', () => undefined);
    if (query.get('stdin') !== 'true') child.stdin?.end();
    websocket.on('message', (data: Buffer) => {
      if (data[0] === CHANNEL.stdin) child.stdin?.write(data.subarray(1));
      if (data[0] === CHANNEL.close && data[1] === CHANNEL.stdin) child.stdin?.end();
    });
    websocket.on('close', () => child.stdin?.end());
    child.once('error', (error) => {
      finish(internalError(error.message));
    });
    // After all output, which may arrive after the exit.
    child.once('close', (code) => {
      if (websocket.readyState === websocket.OPEN) finish(endStatus(code ?? KILLED));
    });
  }
}

/** The API server does not report the signal. */
const KILLED = 137;

/** The API server's report of an exit, from staging/src/k8s.io/apiserver/pkg/util/proxy/streamtranslator.go. */
function endStatus(code: number): JsonObject {
  if (code === 0) return { metadata: {}, status: 'Success' };
  return {
    metadata: {},
    status: 'Failure',
    message: `command terminated with non-zero exit code: command terminated with exit code ${code}`,
    reason: 'NonZeroExitCode',
    details: { causes: [{ reason: 'ExitCode', message: String(code) }] },
  };
}

/** The kubelet's message (pkg/kubelet/kubelet_pods.go, findContainer), which a websocket client gets after the upgrade. */
function notRunning(container: string): JsonObject {
  return internalError(`unable to upgrade connection: container not found ("${container}")`);
}

function internalError(message: string): JsonObject {
  const details = { causes: [{ message }] };
  const full = `Internal error occurred: ${message}`;
  return { metadata: {}, status: 'Failure', message: full, reason: 'InternalError', details, code: 500 };
}
