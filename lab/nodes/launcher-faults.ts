// SPDX-License-Identifier: Apache-2.0
/**
 * A failure of a launcher pod:
 * - `interface`: the VM's network interface cannot be set up;
 * - `crash`: virt-launcher ends;
 * - `disk-missing`: the container disk's image has no file in `/disk`;
 * - `image-volume`: the node cannot mount the container disk's image, so that the pod never runs;
 * - `volume`: the node cannot mount a volume of the pod, so that it gets no sandbox.
 */
export type LauncherFault = 'interface' | 'crash' | 'disk-missing' | 'image-volume' | 'volume';

/** The message of KubeVirt 1.9 in the condition Synchronized and in an event on the VMI. */
export const SYNC_FAILURES = {
  interface:
    'failed to configure vmi network: setup failed, err: Critical network error: failed to setup link [pod9404eea3257-nic]: operation not supported',
  'disk-missing':
    'server error. command SyncVMI failed: "failed to find disk file from ImageVolume: failed to check ImageVolume path /var/run/kubevirt-image-volume/disk_0/disk: open /var/run/kubevirt-image-volume/disk_0/disk: no such file or directory"',
} as const;
