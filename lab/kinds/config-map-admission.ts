// SPDX-License-Identifier: Apache-2.0
import type { KubeObject } from '../store/kube-object.ts';
import type { Kind } from '../store/kind.ts';
import { requireTextMap } from './go-types.ts';

export function admitConfigMap(configMap: KubeObject, kind: Kind): KubeObject {
  requireTextMap(kind, 'ConfigMap.data', configMap.data);
  return configMap;
}
