// SPDX-License-Identifier: Apache-2.0
import type { JsonObject } from '../store/json.ts';

/** Returns network `blue` with another configuration. */
export function blue(config: JsonObject, resource?: string): JsonObject {
  const annotations = resource === undefined ? {} : { 'k8s.v1.cni.cncf.io/resourceName': resource };
  return {
    apiVersion: 'k8s.cni.cncf.io/v1',
    kind: 'NetworkAttachmentDefinition',
    metadata: { name: 'blue', namespace: 'latency', annotations },
    spec: { config: JSON.stringify({ cniVersion: '0.3.1', name: 'blue', ...config }) },
  };
}

export const BR10 = blue({ type: 'bridge', bridge: 'br10' }, 'bridge.network.kubevirt.io/br10');
