import { EVENTS } from '../kinds/kinds.ts';
import { identified, now, type KubeObject } from '../store/kube-object.ts';
import type { Store } from '../store/store.ts';

/** Records what a component did to an object, as `kubectl describe` shows it. The same thing again only counts. */
export type RecordEvent = (about: KubeObject, type: 'Normal' | 'Warning', reason: string, message: string) => void;

export function eventRecorder(store: Store, component: string): RecordEvent {
  const names = new Map<string, string>();
  return (about, type, reason, message) => {
    const { name, namespace = 'default', uid, resourceVersion } = about.metadata;
    const same = JSON.stringify([uid, type, reason, message]);
    const known = store.get(EVENTS, namespace, names.get(same) ?? '');
    if (known) {
      store.change(EVENTS, known, (event) => {
        event.count = Number(event.count) + 1;
        event.lastTimestamp = now();
      });
      return;
    }
    const event = {
      ...{ apiVersion: 'v1', kind: 'Event', reason, message, type, count: 1, eventTime: null },
      involvedObject: { kind: about.kind, namespace, name, uid, apiVersion: about.apiVersion, resourceVersion },
      source: { component },
      ...{ firstTimestamp: now(), lastTimestamp: now(), reportingComponent: component, reportingInstance: '' },
    };
    const made = store.insert(EVENTS, identified(event, { name: `${name}.${suffix()}`, namespace }));
    names.set(same, made.metadata.name);
  };
}

/** The time in nanoseconds, in hexadecimal, as client-go names its events. */
function suffix(): string {
  return (BigInt(Date.now()) * 1_000_000n + (process.hrtime.bigint() % 1_000_000n)).toString(16);
}
