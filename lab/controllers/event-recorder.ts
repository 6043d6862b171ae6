// SPDX-License-Identifier: Apache-2.0
import { EVENTS } from '../kinds/kinds.ts';
import { identified, now, type KubeObject } from '../store/kube-object.ts';
import type { Store } from '../store/store.ts';

/** Records what a component did to an object, as `kubectl describe` shows it. A repeated event only increases its count. */
export type RecordEvent = (about: KubeObject, type: 'Normal' | 'Warning', reason: string, message: string) => void;

/** The limit for each component; a real cluster deletes events after an hour. */
const KEPT = 1000;

/** @param hostOf the node of a component that runs on each node */
export function eventRecorder(
  store: Store,
  component: string,
  hostOf: (about: KubeObject) => string | undefined = () => undefined,
): RecordEvent {
  const names = new Map<string, { namespace: string; name: string }>();
  const forgetOldest = () => {
    const [oldest] = names;
    if (names.size <= KEPT || !oldest) return;
    const [same, { namespace, name }] = oldest;
    names.delete(same);
    const event = store.get(EVENTS, namespace, name);
    if (event) store.remove(EVENTS, event);
  };
  return (about, type, reason, message) => {
    const { name, namespace = 'default', uid, resourceVersion } = about.metadata;
    const same = JSON.stringify([uid, type, reason, message]);
    const known = store.get(EVENTS, namespace, names.get(same)?.name ?? '');
    if (known) {
      store.change(EVENTS, known, (event) => {
        event.count = Number(event.count) + 1;
        event.lastTimestamp = now();
      });
      return;
    }
    const host = hostOf(about);
    const event = {
      apiVersion: 'v1',
      kind: 'Event',
      reason,
      message,
      type,
      count: 1,
      eventTime: null,
      involvedObject: { kind: about.kind, namespace, name, uid, apiVersion: about.apiVersion, resourceVersion },
      source: { component, ...(host !== undefined && { host }) },
      firstTimestamp: now(),
      lastTimestamp: now(),
      reportingComponent: component,
      reportingInstance: host ?? '',
    };
    const made = store.insert(EVENTS, identified(event, { name: `${name}.${suffix()}`, namespace }));
    names.delete(same);
    names.set(same, { namespace, name: made.metadata.name });
    forgetOldest();
  };
}

/** The time in nanoseconds, in hexadecimal, as client-go names its events. */
function suffix(): string {
  return (BigInt(Date.now()) * 1_000_000n + (process.hrtime.bigint() % 1_000_000n)).toString(16);
}
