// SPDX-License-Identifier: Apache-2.0
import { COMPUTE, CONSOLE_LOG } from '../controllers/launcher-containers.ts';
import { objectsAt, textAt } from '../store/json.ts';
import type { KubeObject } from '../store/kube-object.ts';

/**
 * The logs of the containers of a launcher pod. The log of the guest's console is the guest's real output. `compute` logs the
 * start as far as the lab knows it, one JSON object per line, with virt-launcher's messages (kubevirt/kubevirt, issues 6566
 * and 11867; `pos` contains the source file without its line).
 */

/** `printed` is the guest's output. Returns undefined for a container that prints nothing, such as that of a disk. */
export function launcherLog(container: string, vmi: KubeObject, pod: KubeObject, printed: string): string | undefined {
  switch (container) {
    case COMPUTE:
      return computeLines(vmi, pod)
        .map((line) => `${JSON.stringify(line)}\n`)
        .join('');
    case CONSOLE_LOG:
      // virt-tail prints lines: the carriage returns of a serial line are not part of them.
      return printed.replaceAll('\r\n', '\n');
    default:
      return undefined;
  }
}

/** The keys are sorted, as Go prints a map. */
interface LogLine {
  component: string;
  kind?: string;
  level: 'info';
  msg: string;
  name?: string;
  namespace?: string;
  pos: string;
  timestamp: string;
  uid?: string;
}

function computeLines(vmi: KubeObject, pod: KubeObject): LogLine[] {
  const { name, namespace = '', uid } = vmi.metadata;
  const logged = (at: string | undefined, pos: string, msg: string): LogLine[] =>
    at === undefined ? [] : [{ component: 'virt-launcher', level: 'info', msg, pos, timestamp: finer(at) }];
  const loggedForVmi = (at: string | undefined, pos: string, msg: string): LogLine[] =>
    logged(at, pos, msg).map(({ component, level, timestamp }) => ({
      component,
      kind: '',
      level,
      msg,
      name,
      namespace,
      pos,
      timestamp,
      uid,
    }));
  const started = textAt(pod.status, 'startTime');
  const running = enteredAt(vmi, 'Running');
  return [
    ...logged(started, 'manager.go', 'Collected all requested hook sidecar sockets'),
    ...logged(
      started,
      'libvirt.go',
      'Connecting to libvirt daemon: qemu+unix:///session?socket=/var/run/libvirt/virtqemud-sock',
    ),
    ...logged(started, 'virt-launcher.go', 'Marked as ready'),
    ...loggedForVmi(running, 'manager.go', 'Domain defined.'),
    ...logged(running, 'client.go', `Domain name event: ${namespace}_${name}`),
    ...loggedForVmi(running, 'manager.go', 'Domain started.'),
    ...logged(running, 'client.go', 'kubevirt domain status: Running(1):Unknown(1)'),
    ...loggedForVmi(running, 'server.go', 'Synced vmi'),
    ...logged(running && enteredAt(vmi, 'Succeeded'), 'client.go', 'kubevirt domain status: Shutoff(5):Destroyed(2)'),
    ...logged(running && enteredAt(vmi, 'Failed'), 'client.go', 'kubevirt domain status: Shutoff(5):Crashed(3)'),
  ];
}

function enteredAt(vmi: KubeObject, phase: string): string | undefined {
  const entered = objectsAt(vmi.status, 'phaseTransitionTimestamps').find((one) => one.phase === phase);
  return textAt(entered, 'phaseTransitionTimestamp');
}

/** Logs have microseconds, statuses have seconds. */
function finer(timestamp: string): string {
  return timestamp.replace(/Z$/, '.000000Z');
}
