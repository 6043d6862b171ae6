// SPDX-License-Identifier: Apache-2.0
import { CONFIG_MAPS, NAMESPACES, SERVICE_ACCOUNTS } from '../kinds/kinds.ts';
import { objectAt } from '../store/json.ts';
import { identified } from '../store/kube-object.ts';
import type { Store } from '../store/store.ts';
import { statusOf } from './conditions.ts';
import { startController, type Controller } from './controller.ts';

const DESCRIPTION =
  'Contains a CA bundle that can be used to verify the kube-apiserver when using internal endpoints such as the internal ' +
  'service IP or kubernetes.default.svc. No other usage is guaranteed across distributions of Kubernetes clusters.';

/** Creates each namespace's service account and certificate ConfigMap, and deletes the contents of a deleted namespace. */
export function startNamespaceController(store: Store, certificate: string): Controller {
  return startController(
    store,
    ({ kind, object, deleted }) => {
      if (kind === NAMESPACES) return [object.metadata.name];
      const { namespace } = object.metadata;
      return deleted && namespace !== undefined ? [namespace] : [];
    },
    (name) => {
      const namespace = store.get(NAMESPACES, undefined, name);
      if (!namespace) return;
      if (namespace.metadata.deletionTimestamp === undefined) furnish(store, name, certificate);
      else empty(store, name);
    },
  );
}

function furnish(store: Store, namespace: string, certificate: string): void {
  if (!store.get(SERVICE_ACCOUNTS, namespace, 'default')) {
    store.insert(
      SERVICE_ACCOUNTS,
      identified({ apiVersion: 'v1', kind: 'ServiceAccount' }, { name: 'default', namespace }),
    );
  }
  const name = 'kube-root-ca.crt';
  if (!store.get(CONFIG_MAPS, namespace, name)) {
    const annotations = { 'kubernetes.io/description': DESCRIPTION };
    const document = {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { annotations },
      data: { 'ca.crt': certificate },
    };
    store.insert(CONFIG_MAPS, identified(document, { name, namespace }));
  }
}

function empty(store: Store, name: string): void {
  const within = store.all().filter(({ object }) => object.metadata.namespace === name);
  for (const { kind, object } of within) {
    if (store.find(object.metadata.uid) && object.metadata.deletionTimestamp === undefined) store.remove(kind, object);
  }
  const namespace = store.get(NAMESPACES, undefined, name);
  if (!namespace) return;
  store.change(NAMESPACES, namespace, (current) => {
    statusOf(current).phase = 'Terminating';
    if (!store.all().some(({ object }) => object.metadata.namespace === name)) {
      current.spec = { ...objectAt(current, 'spec'), finalizers: [] };
    }
  });
}
