// SPDX-License-Identifier: Apache-2.0
/** One command in a container, over a websocket. */
import { once } from 'node:events';
import WebSocket from 'ws';
import { decodeJson, type Json } from '../../store/json.ts';
import type { Api } from './api.ts';

const REPLY_MS = 20_000;
const CHANNELS = ['stdin', 'stdout', 'stderr', 'error'] as const;

interface Ended {
  protocol: string;
  stdout: string;
  stderr: string;
  /** The Status on the error channel. */
  status: Json;
  closeCode: number;
}

export interface ExecOptions {
  container?: string;
  command: string[];
  /** Standard input: sent at once, then closed. */
  stdin?: string;
}

export function execPath(pod: string, { container, command, stdin }: ExecOptions): string {
  const query = new URLSearchParams({ stdout: 'true', stderr: 'true' });
  if (container !== undefined) query.set('container', container);
  if (stdin !== undefined) query.set('stdin', 'true');
  for (const word of command) query.append('command', word);
  return `${pod}/exec?${query.toString()}`;
}

/** Runs the command to its end. */
export async function exec(api: Api, pod: string, options: ExecOptions): Promise<Ended> {
  const { headers, tls } = api.access;
  const url = api.urlOf(execPath(pod, options)).href.replace(/^http/, 'ws');
  const socket = new WebSocket(url, ['v5.channel.k8s.io'], { ...tls, headers });
  const received: Record<(typeof CHANNELS)[number], string> = { stdin: '', stdout: '', stderr: '', error: '' };
  socket.on('message', (data: Buffer) => {
    const channel = CHANNELS[data[0] ?? -1];
    if (channel === undefined) throw new Error(`a message on channel ${data[0]}`);
    received[channel] += data.subarray(1).toString('utf8');
  });
  socket.once('open', () => {
    if (options.stdin === undefined) return;
    socket.send(Buffer.concat([Buffer.of(0), Buffer.from(options.stdin)]));
    socket.send(Buffer.of(255, 0));
  });
  const [closeCode] = (await once(socket, 'close', { signal: AbortSignal.timeout(REPLY_MS) })) as [number];
  const { stdout, stderr } = received;
  return { protocol: socket.protocol, stdout, stderr, status: decodeJson(received.error), closeCode };
}
