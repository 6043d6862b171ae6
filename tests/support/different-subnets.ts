// SPDX-License-Identifier: Apache-2.0
/** A network on which no VM reaches the other. In contrast to a cut link, the checkup detects it at once. */

/** With these, a node's VM has an address of its node's subnet. */
export const HOST_LOCAL_RANGES = { 'node-1': '10.77.1.0/24', 'node-2': '10.77.2.0/24' };

export const LOCAL_NETWORK = {
  apiVersion: 'k8s.cni.cncf.io/v1',
  kind: 'NetworkAttachmentDefinition',
  metadata: { name: 'local', namespace: 'latency' },
  spec: {
    config: JSON.stringify({
      cniVersion: '0.3.1',
      name: 'local',
      type: 'bridge',
      bridge: 'br1',
      ipam: { type: 'host-local', ranges: [[{ subnet: '10.77.0.0/24' }]] },
    }),
  },
};
