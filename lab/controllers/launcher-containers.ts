// SPDX-License-Identifier: Apache-2.0
import { at, objectsAt, textAt, type JsonObject } from '../store/json.ts';
import type { KubeObject } from '../store/kube-object.ts';

/**
 * The containers of a launcher pod of KubeVirt 1.9, as far as the lab's nodes and admission use them: the guest, a container per
 * container disk, and one that prints what comes over the serial console. None sets a seccomp profile
 * unless KubeVirt's configuration names one; therefore Pod Security's `restricted` refuses it.
 */

const LAUNCHER_IMAGE = 'quay.io/kubevirt/virt-launcher:v1.9.0';
export const COMPUTE = 'compute';
export const CONSOLE_LOG = 'guest-console-log';

const USER = 107;

/** For the pod's spec. */
export function launcherContainers(vmi: KubeObject, resources: JsonObject): JsonObject {
  const disks = objectsAt(vmi.spec, 'volumes').filter(({ containerDisk }) => containerDisk !== undefined);
  return {
    securityContext: { runAsUser: USER, runAsGroup: USER, runAsNonRoot: true, fsGroup: USER },
    initContainers: [...(logsConsole(vmi) ? [consoleLog(vmi)] : []), ...disks.map(containerDisk)],
    containers: [
      {
        name: COMPUTE,
        image: LAUNCHER_IMAGE,
        resources,
        securityContext: {
          ...confined({ add: ['NET_BIND_SERVICE'] }),
          runAsGroup: USER,
        },
      },
    ],
  };
}

/** Unless the VMI wants it otherwise. */
function logsConsole(vmi: KubeObject): boolean {
  const devices = ['domain', 'devices'];
  return (
    at(vmi.spec, ...devices, 'autoattachSerialConsole') !== false &&
    at(vmi.spec, ...devices, 'logSerialConsole') !== false
  );
}

/** A sidecar: an init container that goes on. */
function consoleLog(vmi: KubeObject): JsonObject {
  return {
    name: CONSOLE_LOG,
    image: LAUNCHER_IMAGE,
    restartPolicy: 'Always',
    command: ['/usr/bin/virt-tail'],
    args: ['--logfile', `/var/run/kubevirt-private/${vmi.metadata.uid}/virt-serial0-log`],
    securityContext: confined(),
  };
}

function containerDisk(volume: JsonObject): JsonObject {
  return {
    name: `volume${textAt(volume, 'name') ?? ''}`,
    image: textAt(volume, 'containerDisk', 'image') ?? '',
    command: ['/container-disk-binary/usr/bin/container-disk'],
    args: ['--no-op'],
    securityContext: confined(),
  };
}

function confined(capabilities: JsonObject = {}): JsonObject {
  return {
    capabilities: { ...capabilities, drop: ['ALL'] },
    runAsUser: USER,
    runAsNonRoot: true,
    allowPrivilegeEscalation: false,
  };
}
