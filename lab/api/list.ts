// SPDX-License-Identifier: Apache-2.0
import { apiVersionOf, type Kind } from '../store/kind.ts';
import { decodeJson, isObject, type JsonObject } from '../store/json.ts';
import type { KubeObject } from '../store/kube-object.ts';
import type { Store } from '../store/store.ts';
import { parseSelector } from './selectors.ts';
import { badRequest, expired, StatusError } from '../kinds/status.ts';
import { table, wantsTable } from './table.ts';
import type { Answer, Call } from './call.ts';

/** One page of a list: `limit` is its length, `continue` continues in the state of the first page. */
export function list({ store, kind, namespace, query, accept }: Call): Answer {
  const selects = parseSelector(kind, query);
  const limit = Number(query.get('limit') ?? 0);
  const token = query.get('continue') ?? '';
  const page = token === '' ? firstPage(store, query) : parseToken(token);
  const all = objectsAt(store, kind, namespace, page).filter(selects);
  const rest = all.filter((object) => keyOf(object) > page.after);
  const shown = limit > 0 ? rest.slice(0, limit) : rest;
  const last = shown.at(-1);
  const remaining = rest.length - shown.length;
  const metadata = {
    resourceVersion: String(page.revision),
    ...(last && remaining > 0 && { continue: renderToken({ revision: page.revision, after: keyOf(last) }) }),
    // With a selector, the server does not know the number of remaining objects.
    ...(remaining > 0 &&
      !query.has('labelSelector') &&
      !query.has('fieldSelector') && { remainingItemCount: remaining }),
  };
  if (wantsTable(accept)) return { code: 200, body: table(kind, shown, metadata, query.get('includeObject')) };
  const items = shown.map((object) => item(kind, object));
  return { code: 200, body: { kind: `${kind.kind}List`, apiVersion: apiVersionOf(kind), metadata, items } };
}

/** The position of a paged list; `after` is the key of the last object that was returned. */
interface Page {
  revision: number;
  after: string;
}

function firstPage(store: Store, query: URLSearchParams): Page {
  const wanted = parseRevision(query);
  if (wanted !== undefined && wanted > store.revision) throw tooLarge(store, wanted);
  const exact = query.get('resourceVersionMatch') === 'Exact' && wanted !== undefined;
  return { revision: exact ? wanted : store.revision, after: '' };
}

function objectsAt(store: Store, kind: Kind, namespace: string, page: Page): KubeObject[] {
  const current = store.list(kind, namespace);
  if (page.revision < 0) page.revision = store.revision;
  if (page.revision === store.revision) return current;
  const past = store.history.rewind(kind, store.list(kind), page.revision);
  if (past) return namespace === '' ? past : past.filter(({ metadata }) => metadata.namespace === namespace);
  if (page.after === '') throw expired('The resourceVersion for the provided list is too old.');
  const metadata = { continue: renderToken({ revision: -1, after: page.after }) };
  throw expired(TOO_OLD, metadata);
}

const TOO_OLD =
  'The provided continue parameter is too old to display a consistent list result. You can start a new list without the ' +
  'continue parameter, or use the continue token in this response to retrieve the remainder of the results. Continuing with ' +
  'the provided token results in an inconsistent list - objects that were created, modified, or deleted between the time the ' +
  'first chunk was returned and now may show up in the list.';

function renderToken({ revision, after }: Page): string {
  return Buffer.from(JSON.stringify({ v: 'meta.k8s.io/v1', rv: revision, start: `${after}\0` })).toString('base64url');
}

function parseToken(token: string): Page {
  let decoded;
  try {
    decoded = decodeJson(Buffer.from(token, 'base64url').toString('utf8'));
  } catch {
    throw badRequest(
      "invalid continue token: continue key is not valid: invalid character 'i' looking for beginning of value",
    );
  }
  const { rv, start } = isObject(decoded) ? decoded : {};
  if (typeof rv !== 'number' || typeof start !== 'string')
    throw badRequest('invalid continue token: continue key is not valid');
  return { revision: rv, after: start.replace(/\0$/, '') };
}

function keyOf({ metadata }: KubeObject): string {
  return `${metadata.namespace ?? ''}/${metadata.name}`;
}

/** Returns the requested resourceVersion; @throws StatusError 500 if it is no number, as a real server does. */
export function parseRevision(query: URLSearchParams): number | undefined {
  const text = query.get('resourceVersion') ?? '';
  if (text === '') return undefined;
  if (/^\d+$/.test(text)) return Number(text);
  throw new StatusError(
    500,
    '',
    `resourceVersion: Invalid value: "${text}": strconv.ParseUint: parsing "${text}": invalid syntax`,
  );
}

/** Built-in kinds do not repeat kind and apiVersion in each item; custom resources do. */
function item(kind: Kind, object: KubeObject): JsonObject {
  return kind.custom ? object : { ...object, kind: undefined, apiVersion: undefined };
}

function tooLarge(store: Store, wanted: number): StatusError {
  const message = `Timeout: Too large resource version: ${wanted}, current: ${store.revision}`;
  const causes = [{ reason: 'ResourceVersionTooLarge', message: 'Too large resource version' }];
  return new StatusError(504, 'Timeout', message, { causes, retryAfterSeconds: 1 });
}
