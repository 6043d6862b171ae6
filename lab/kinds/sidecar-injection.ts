// SPDX-License-Identifier: Apache-2.0
import { objectAt, objectsAt, type JsonObject } from '../store/json.ts';
import type { KubeObject } from '../store/kube-object.ts';

/** A service mesh whose webhook adds a proxy to the pods of a namespace. A proxy never ends by itself. */
interface Mesh {
  proxy: JsonObject;
  isOn: (namespace: KubeObject) => boolean;
  isOff: (pod: KubeObject) => boolean;
}

const ISTIO = 'sidecar.istio.io/inject';
const LINKERD = 'linkerd.io/inject';
const KUMA = 'kuma.io/sidecar-injection';

/** As documented by the meshes. Istio prefers the pod's label to its annotation. */
const MESHES: readonly Mesh[] = [
  {
    proxy: { name: 'istio-proxy', image: 'docker.io/istio/proxyv2:1.28.0', args: ['proxy', 'sidecar'] },
    isOn: ({ metadata }) => metadata.labels?.['istio-injection'] === 'enabled',
    isOff: ({ metadata }) => (metadata.labels?.[ISTIO] ?? metadata.annotations?.[ISTIO]) === 'false',
  },
  {
    proxy: { name: 'linkerd-proxy', image: 'cr.l5d.io/linkerd/proxy:edge-25.10.7' },
    isOn: ({ metadata }) => metadata.annotations?.[LINKERD] === 'enabled',
    isOff: ({ metadata }) => metadata.annotations?.[LINKERD] === 'disabled',
  },
  {
    proxy: { name: 'kuma-sidecar', image: 'docker.io/kumahq/kuma-dp:2.12.0', args: ['run'] },
    isOn: ({ metadata }) => metadata.labels?.[KUMA] === 'enabled',
    isOff: ({ metadata }) => metadata.labels?.[KUMA] === 'disabled',
  },
];

/** Annotation of a namespace, of the lab only: its proxies are native sidecars, init containers that are restarted. */
const NATIVE = 'lab/native-sidecars';

/** Returns the pod with a proxy of each mesh that its namespace has and that the pod does not refuse. */
export function withSidecar(pod: KubeObject, namespace: KubeObject | undefined): KubeObject {
  if (namespace === undefined) return pod;
  const proxies = MESHES.filter((mesh) => mesh.isOn(namespace) && !mesh.isOff(pod)).map(({ proxy }) => proxy);
  if (proxies.length === 0) return pod;
  const native = namespace.metadata.annotations?.[NATIVE] === 'true';
  const field = native ? 'initContainers' : 'containers';
  const injected = native ? proxies.map((proxy) => ({ ...proxy, restartPolicy: 'Always' })) : proxies;
  return { ...pod, spec: { ...objectAt(pod, 'spec'), [field]: [...objectsAt(pod.spec, field), ...injected] } };
}
