import { apiVersionOf, type Kind } from '../kinds/kind.ts';
import type { KubeObject } from '../store/kube-object.ts';
import type { JsonObject } from '../store/json.ts';
import type { Store } from '../store/store.ts';
import { parseSelector } from './selectors.ts';
import { StatusError } from './status.ts';
import type { Answer, Call } from './verbs.ts';

/** Lists are always whole and current: `limit` is ignored, as a server may when it answers from its cache. */
export function list({ store, kind, namespace, query }: Call): Answer {
  const selects = parseSelector(query);
  const wanted = parseRevision(query);
  if (wanted !== undefined && wanted > store.revision) throw tooLarge(store, wanted);
  const items = store
    .list(kind, namespace)
    .filter(selects)
    .map((object) => item(kind, object));
  const metadata = { resourceVersion: String(store.revision) };
  return { code: 200, body: { kind: `${kind.kind}List`, apiVersion: apiVersionOf(kind), metadata, items } };
}

/** The resourceVersion asked for; 500 when it is no number, as the server has it. */
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
  if (kind.group !== '') return object;
  return { ...object, kind: undefined, apiVersion: undefined };
}

function tooLarge(store: Store, wanted: number): StatusError {
  const message = `Timeout: Too large resource version: ${wanted}, current: ${store.revision}`;
  const causes = [{ reason: 'ResourceVersionTooLarge', message: 'Too large resource version' }];
  return new StatusError(504, 'Timeout', message, { causes, retryAfterSeconds: 1 });
}
