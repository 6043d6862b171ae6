// SPDX-License-Identifier: Apache-2.0
import type { KubeObject } from '../store/kube-object.ts';

/** A namespace as the server stores it: the finalizer keeps it until its contents are deleted. */
export function admitNamespace(namespace: KubeObject): KubeObject {
  const labels = { ...namespace.metadata.labels, 'kubernetes.io/metadata.name': namespace.metadata.name };
  const metadata = { ...namespace.metadata, labels };
  return { ...namespace, metadata, spec: { finalizers: ['kubernetes'] }, status: { phase: 'Active' } };
}
