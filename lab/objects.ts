// SPDX-License-Identifier: Apache-2.0
/** Entry module: Kubernetes objects as JSON of unknown shape, and access to their fields. */
export * from './store/json.ts';
export type { KubeObject } from './store/kube-object.ts';
export { kubevirt } from './kinds/default-objects.ts';
