import { objectAt, objectsAt } from '../store/json.ts';
import type { KubeObject } from '../store/kube-object.ts';

/** Istio's injection webhook: a proxy that never ends by itself. As a native sidecar it is an init container that is restarted. */
const LABEL = 'istio-injection';
const NATIVE = 'sidecar.istio.io/nativeSidecar';

/** Returns the pod with a sidecar if its namespace has Istio's label, else the pod itself. */
export function withSidecar(pod: KubeObject, namespace: KubeObject | undefined): KubeObject {
  if (namespace?.metadata.labels?.[LABEL] !== 'enabled') return pod;
  const proxy = { name: 'istio-proxy', image: 'docker.io/istio/proxyv2:1.28.0', args: ['proxy', 'sidecar'] };
  const native = namespace.metadata.annotations?.[NATIVE] === 'true';
  const field = native ? 'initContainers' : 'containers';
  const injected = native ? { ...proxy, restartPolicy: 'Always' } : proxy;
  return { ...pod, spec: { ...objectAt(pod, 'spec'), [field]: [...objectsAt(pod.spec, field), injected] } };
}
