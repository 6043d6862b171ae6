// SPDX-License-Identifier: Apache-2.0
/**
 * Versions of the components of the cluster of `npm run kind:e2e`. kubectl has no entry: it is copied from the node image and has
 * the version of its API server.
 */
export const VERSIONS = {
  /** https://github.com/kubernetes-sigs/kind/releases: each release names the node images made for it. */
  kind: 'v0.33.0',
  node: 'kindest/node:v1.36.4@sha256:099e049362a1526b2db71494e1947aae99bd16290d7c895f2b7ea312e3cbfaed',
  /** https://github.com/kubevirt/kubevirt/releases */
  kubevirt: 'v1.9.0',
  /** https://github.com/kubevirt/cluster-network-addons-operator/releases: installs Multus, the bridge plugin and its marker. */
  networkAddons: 'v0.103.0',
} as const;
