// SPDX-License-Identifier: Apache-2.0
import type { ServerResponse } from 'node:http';
import { apiVersionOf } from '../store/kind.ts';
import { LONGEST_TIMER_MS } from '../controllers/controller.ts';
import type { StoreEvent } from '../store/history.ts';
import type { JsonObject } from '../store/json.ts';
import type { Call } from './call.ts';
import { parseRevision } from './list.ts';
import { parseSelector, type Selector } from './selectors.ts';
import { expired } from '../kinds/status.ts';
import { table, wantsTable } from './table.ts';

const BOOKMARK_EVERY_MS = 60_000;

/**
 * Streams changes as JSON lines until the client disconnects, `timeoutSeconds` pass or the server stops; each of these ends the
 * stream cleanly. A revision too old is one ERROR event with code 410, as on a real server, and never an HTTP status.
 */
export function watch({ store, kind, namespace, query, accept }: Call, response: ServerResponse): void {
  const selects = parseSelector(kind, query);
  const from = parseRevision(query) ?? 0;
  const initial = query.get('sendInitialEvents');
  const fromScratch = initial === null ? from === 0 : initial === 'true';
  const bookmarks = query.get('allowWatchBookmarks') === 'true';
  response.writeHead(200, { 'content-type': 'application/json', 'cache-control': 'no-cache, private' });
  response.flushHeaders();

  const printed = wantsTable(accept);
  const send = (type: string, object: JsonObject) => {
    // A stream that has ended but is not closed accepts no more data.
    if (!response.writableEnded) response.write(`${JSON.stringify({ type, object })}\n`);
  };
  const bookmark = (annotations?: JsonObject) => {
    const metadata = { resourceVersion: String(store.revision), ...(annotations && { annotations }) };
    send('BOOKMARK', { kind: kind.kind, apiVersion: apiVersionOf(kind), metadata });
  };
  const sendObject = (type: string, object: StoreEvent['object']) => {
    const metadata = { resourceVersion: object.metadata.resourceVersion };
    send(type, printed ? table(kind, [object], metadata, query.get('includeObject')) : object);
  };
  const relay = (event: StoreEvent) => {
    if (event.kind !== kind || event.revision <= from) return;
    if (namespace !== '' && event.object.metadata.namespace !== namespace) return;
    const type = seenAs(event, selects);
    if (type) sendObject(type, event.object);
  };

  if (fromScratch) {
    for (const object of store.list(kind, namespace).filter(selects)) sendObject('ADDED', object);
    if (bookmarks) bookmark({ 'k8s.io/initial-events-end': 'true' });
  } else {
    const missed = from === 0 ? [] : store.history.since(from);
    if (!missed) {
      send('ERROR', expired(`too old resource version: ${from} (${store.history.oldest})`).body);
      response.end();
      return;
    }
    missed.forEach(relay);
  }

  const unsubscribe = store.subscribe(relay);
  const seconds = Number(query.get('timeoutSeconds') ?? 0);
  const ending = seconds > 0 ? setTimeout(() => response.end(), Math.min(seconds * 1000, LONGEST_TIMER_MS)) : undefined;
  const marking = bookmarks ? setInterval(bookmark, BOOKMARK_EVERY_MS) : undefined;
  response.on('close', () => {
    unsubscribe();
    clearTimeout(ending);
    clearInterval(marking);
  });
}

/** An object that starts or stops to match the selector appears or disappears for this watcher. */
function seenAs({ type, object, previous }: StoreEvent, selects: Selector): StoreEvent['type'] | undefined {
  const before = previous !== undefined && selects(previous);
  if (type === 'DELETED') return before ? 'DELETED' : undefined;
  if (selects(object)) return before ? 'MODIFIED' : 'ADDED';
  return before ? 'DELETED' : undefined;
}
