// SPDX-License-Identifier: Apache-2.0
import type { ServerResponse } from 'node:http';
import { apiVersionOf } from '../store/kind.ts';
import { textAt, textsAt, at } from '../store/json.ts';
import { now, type KubeObject } from '../store/kube-object.ts';
import type { Tokens } from '../rbac/tokens.ts';
import { readObject } from './body.ts';
import { existing, type Answer, type Call } from './call.ts';
import { badRequest } from '../kinds/status.ts';
import { requireContainer } from './exec-rules.ts';

/** The output of a container, and its future output. */
interface ContainerLog {
  read(): Buffer;
  onData(listener: (data: Buffer) => void): () => void;
  ended: Promise<unknown>;
}

/** A log without future output. */
export function printedLog(text: string): ContainerLog {
  return { read: () => Buffer.from(text), onData: () => () => undefined, ended: Promise.resolve() };
}

/** Returns a text if there is no log: the reason. */
export type FindLog = (pod: KubeObject, container: string) => ContainerLog | string;

const TOKEN_SECONDS = 3600;
const MIN_TOKEN_SECONDS = 600;

/** TokenRequest: a token for a service account, and for the object it is bound to, if there is one. Audiences are ignored. */
export async function createToken(call: Call, tokens: Tokens): Promise<Answer> {
  const body = await readObject(call.request, { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest' });
  const account = existing(call);
  const seconds = Number(at(body, 'spec', 'expirationSeconds') ?? TOKEN_SECONDS);
  if (!(seconds >= MIN_TOKEN_SECONDS && seconds <= 2 ** 32)) {
    throw badRequest(`spec.expirationSeconds: Invalid value: ${seconds}: must be between 10 minutes and 2^32 seconds`);
  }
  const { token, expires } = tokens.issue(account, seconds, textAt(body, 'spec', 'boundObjectRef', 'uid'));
  const { name, namespace = '' } = account.metadata;
  const spec = {
    audiences: textsAt(body, 'spec', 'audiences'),
    expirationSeconds: seconds,
    boundObjectRef: at(body, 'spec', 'boundObjectRef') ?? null,
  };
  const status = { token, expirationTimestamp: now(expires - Date.now()) };
  const { kind, apiVersion } = { kind: 'TokenRequest', apiVersion: 'authentication.k8s.io/v1' };
  return {
    code: 201,
    body: { kind, apiVersion, metadata: { name, namespace, creationTimestamp: now() }, spec, status },
  };
}

/** Sends a container's output; supports `tailLines`, `limitBytes` and `follow` and refuses other options. */
export function streamLog(call: Call, find: FindLog, response: ServerResponse): void {
  const { query } = call;
  const pod = existing(call);
  const unknown = [...query.keys()].filter(
    (option) => !['container', 'follow', 'tailLines', 'limitBytes', 'pretty'].includes(option),
  );
  if (unknown.length > 0)
    throw badRequest(`the lab's ${apiVersionOf(call.kind)} logs take no option ${unknown.join(', ')}`);
  const log = find(pod, requireContainer(pod, query.get('container') ?? undefined));
  if (typeof log === 'string') throw badRequest(log);
  response.writeHead(200, { 'content-type': 'text/plain' });
  const lines = query.get('tailLines');
  const output = lines === null ? log.read() : tail(log.read(), Number(lines));
  response.write(output.subarray(0, Number(query.get('limitBytes') ?? output.length)));
  if (query.get('follow') !== 'true') {
    response.end();
    return;
  }
  const detach = log.onData((data) => {
    if (!response.writableEnded) response.write(data);
  });
  response.on('close', detach);
  void log.ended.then(() => response.end());
}

function tail(data: Buffer, lines: number): Buffer {
  const text = data.toString('utf8');
  const all = text.split(/(?<=\n)/);
  return Buffer.from(lines === 0 ? '' : all.slice(-lines).join(''));
}
