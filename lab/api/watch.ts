import type { ServerResponse } from 'node:http';
import { apiVersionOf } from '../kinds/kind.ts';
import type { JsonObject } from '../store/json.ts';
import type { StoreEvent } from '../store/store.ts';
import { parseRevision } from './list.ts';
import { parseSelector, type Selector } from './selectors.ts';
import { expired } from './status.ts';
import type { Call } from './verbs.ts';

/**
 * Streams changes as JSON lines until the client leaves, `timeoutSeconds` pass or the server stops; each of these ends the
 * stream cleanly. A revision too old is one ERROR event with code 410, as is usual, and never an HTTP status.
 */
export function watch({ store, kind, namespace, query }: Call, response: ServerResponse): void {
  const selects = parseSelector(query);
  const from = parseRevision(query) ?? 0;
  const bookmarks = query.get('allowWatchBookmarks') === 'true';
  response.writeHead(200, { 'content-type': 'application/json', 'cache-control': 'no-cache, private' });
  response.flushHeaders();
  const send = (type: string, object: JsonObject) => response.write(`${JSON.stringify({ type, object })}\n`);

  const relay = (event: StoreEvent) => {
    if (event.kind !== kind || event.revision <= from) return;
    if (namespace !== '' && event.object.metadata.namespace !== namespace) return;
    const type = seenAs(event, selects);
    if (type) send(type, event.object);
  };

  if (from === 0) {
    for (const object of store.list(kind, namespace).filter(selects)) send('ADDED', object);
    if (bookmarks) {
      const annotations = { 'k8s.io/initial-events-end': 'true' };
      const metadata = { resourceVersion: String(store.revision), annotations };
      send('BOOKMARK', { kind: kind.kind, apiVersion: apiVersionOf(kind), metadata });
    }
  } else {
    const missed = store.since(from);
    if (!Array.isArray(missed)) {
      send('ERROR', expired(`too old resource version: ${from} (${missed.oldest})`).body);
      response.end();
      return;
    }
    missed.forEach(relay);
  }

  const unsubscribe = store.subscribe(relay);
  const seconds = Number(query.get('timeoutSeconds') ?? 0);
  const timer = seconds > 0 ? setTimeout(() => response.end(), seconds * 1000) : undefined;
  response.on('close', () => {
    unsubscribe();
    clearTimeout(timer);
  });
}

/** An object that starts or stops to match the selector appears or disappears for this watcher. */
function seenAs({ type, object, previous }: StoreEvent, selects: Selector): StoreEvent['type'] | undefined {
  const before = previous !== undefined && selects(previous);
  if (type === 'DELETED') return before ? 'DELETED' : undefined;
  if (selects(object)) return before ? 'MODIFIED' : 'ADDED';
  return before ? 'DELETED' : undefined;
}
