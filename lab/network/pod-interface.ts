// SPDX-License-Identifier: Apache-2.0
import { setTimeout as sleep } from 'node:timers/promises';
import { addressOfMac, multicastMac, solicitedNode } from '../packets/addresses.ts';
import { encodePacket } from '../packets/packet.ts';
import { encodeListenerReport } from '../packets/listener-report.ts';

/** Between the first report and the question, and between that and the second report: recorded on KubeVirt 1.9. */
const QUESTION_AFTER_MS = 110;
const REPORT_AGAIN_AFTER_MS = 360;

/**
 * Sends what the interface of a launcher pod sends with the MAC of the VM: a report of its multicast groups and a duplicate probe of
 * its link-local address when the pod gets it, and another report when virt-handler connects it to the VM. A bridge learns from these
 * frames that the VM is on this node.
 */
export async function announcePodInterface(
  mac: string,
  send: (frame: Buffer) => void,
  signal: AbortSignal,
): Promise<void> {
  const address = addressOfMac('fe80::', mac);
  const group = solicitedNode(address);
  const report = encodeListenerReport(mac, group);
  const steps: [afterMs: number, frame: Buffer][] = [
    [0, report],
    [QUESTION_AFTER_MS, duplicateProbe(mac, address, group)],
    [REPORT_AGAIN_AFTER_MS, report],
  ];
  for (const [afterMs, frame] of steps) {
    await sleep(afterMs, undefined, { signal }).catch(() => undefined);
    if (signal.aborted) return;
    send(frame);
  }
}

function duplicateProbe(mac: string, address: string, group: string): Buffer {
  const link = { fromMac: mac, toMac: multicastMac(group) };
  return encodePacket({ type: 'neighbourSolicitation', ...link, source: '::', destination: group, target: address });
}
