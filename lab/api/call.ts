// SPDX-License-Identifier: Apache-2.0
import type { IncomingMessage } from 'node:http';
import type { Kind } from '../store/kind.ts';
import type { JsonObject } from '../store/json.ts';
import type { KubeObject } from '../store/kube-object.ts';
import type { Store } from '../store/store.ts';
import { notFound } from '../kinds/status.ts';
import { table, wantsTable } from './table.ts';

/** One request for one kind, with everything a verb needs. `namespace` and `name` are "" where the path has none. */
export interface Call {
  store: Store;
  kind: Kind;
  namespace: string;
  name: string;
  query: URLSearchParams;
  accept: string;
  request: IncomingMessage;
}

export interface Answer {
  code: number;
  body: JsonObject | string;
  warnings?: string[];
  headers?: Record<string, string>;
}

/** @throws StatusError 404 */
export function existing({ store, kind, namespace, name }: Call): KubeObject {
  const object = store.get(kind, namespace, name);
  if (!object) throw notFound(kind, name);
  return object;
}

/** Sends one object, as a table if the client asked for that. */
export function answerWith(
  { kind, accept, query }: Call,
  code: number,
  object: KubeObject,
  warnings?: string[],
): Answer {
  const metadata = { resourceVersion: object.metadata.resourceVersion };
  const body = wantsTable(accept) ? table(kind, [object], metadata, query.get('includeObject')) : object;
  return { code, body, ...(warnings && { warnings }) };
}
