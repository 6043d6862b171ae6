// SPDX-License-Identifier: Apache-2.0
import { expect, test } from '@playwright/test';
import { launcherPod } from '../../controllers/launcher-pod.ts';
import { withSidecar } from '../../kinds/sidecar-injection.ts';
import { objectsAt } from '../../store/json.ts';
import { identified, type KubeObject } from '../../store/kube-object.ts';
import { Store } from '../../store/store.ts';

interface Metadata {
  labels?: Record<string, string>;
  annotations?: Record<string, string>;
}

function object(kind: string, metadata: Metadata): KubeObject {
  return identified({ apiVersion: 'v1', kind, metadata: { ...metadata } }, { name: 'a', namespace: 'ns' });
}

function sidecars(pod: KubeObject, namespace: Metadata): unknown[] {
  return objectsAt(withSidecar(pod, object('Namespace', namespace)).spec, 'containers').map(({ name }) => name);
}

const ISTIO = { labels: { 'istio-injection': 'enabled' } };
const LINKERD = { annotations: { 'linkerd.io/inject': 'enabled' } };
const KUMA = { labels: { 'kuma.io/sidecar-injection': 'enabled' } };

test('adds the proxy of the mesh of a namespace, unless the pod refuses it', () => {
  const bare = object('Pod', {});
  expect(sidecars(bare, {})).toEqual([]);
  expect(sidecars(bare, ISTIO)).toEqual(['istio-proxy']);
  expect(sidecars(bare, LINKERD)).toEqual(['linkerd-proxy']);
  expect(sidecars(bare, KUMA)).toEqual(['kuma-sidecar']);
  const istio = (value: string) => ({ 'sidecar.istio.io/inject': value });
  expect(sidecars(object('Pod', { labels: istio('false') }), ISTIO)).toEqual([]);
  expect(sidecars(object('Pod', { annotations: istio('false') }), ISTIO)).toEqual([]);
  expect(sidecars(object('Pod', { labels: istio('true'), annotations: istio('false') }), ISTIO)).toHaveLength(1);
  expect(sidecars(object('Pod', { annotations: { 'linkerd.io/inject': 'disabled' } }), LINKERD)).toEqual([]);
  // Linkerd reads annotations only.
  expect(sidecars(object('Pod', { labels: { 'linkerd.io/inject': 'disabled' } }), LINKERD)).toHaveLength(1);
});

test('a launcher pod has the labels and annotations of its VMI, except those that KubeVirt does not copy', () => {
  const vmi = object('VirtualMachineInstance', {
    labels: { 'example.com/a': 'b' },
    annotations: { 'example.com/c': 'd', 'kubectl.kubernetes.io/last-applied-configuration': '{}' },
  });
  const { labels, annotations = {} } = launcherPod(new Store(), vmi).metadata;
  expect(labels).toMatchObject({ 'example.com/a': 'b' });
  expect(annotations).toMatchObject({ 'example.com/c': 'd' });
  expect(annotations).not.toHaveProperty(['kubectl.kubernetes.io/last-applied-configuration']);
});
