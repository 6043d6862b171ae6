// SPDX-License-Identifier: Apache-2.0
/**
 * The API server's words when a policy of the namespace refuses a launcher pod. `quota` was recorded with Kubernetes 1.36 and KubeVirt
 * 1.9; the others have the form of the source code (`plugin/pkg/admission/limitranger`, `plugin/pkg/admission/resourcequota`) with
 * the requests and limits of the recorded pod: 35M for its log, 281542657 more than the VM for its compute container.
 */
export const LAUNCHER_REFUSALS = {
  quota:
    'exceeded quota: small, requested: requests.memory=584978113, used: requests.memory=0, limited: requests.memory=100Mi',
  'quota-limits': 'failed quota: limits: must specify limits.cpu for: compute',
  'limit-range':
    '[maximum memory usage per Container is 300Mi, but limit is 596115457, minimum memory usage per Container is 64Mi, but request is 35M]',
} as const;

export type LauncherRefusal = keyof typeof LAUNCHER_REFUSALS;
