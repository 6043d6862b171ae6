// SPDX-License-Identifier: Apache-2.0
import { randomUUID } from 'node:crypto';
import type { Lab } from '../cluster/interface.ts';
import { objectAt, textAt, type JsonObject } from '../store/json.ts';
import { now, type KubeObject } from '../store/kube-object.ts';
import { later } from './triggers.ts';

/**
 * The states of a VMI during live migration, as recorded on KubeVirt 1.9, with the times between them. The guest itself does not
 * move. Its console is closed without a close frame just before `nodeName` changes, and API events lag behind.
 */
const TARGET_LABEL = 'kubevirt.io/migrationTargetNodeName';
const NODE_LABEL = 'kubevirt.io/nodeName';
const TARGET_POD_AFTER_MS = 750;
const SWITCH_AFTER_MS = 2300;
const COMPLETED_AFTER_MS = 100;

export function migrateVmi(lab: Lab, ref: { namespace: string; name: string }): void {
  const source = nodeOf(lab, ref);
  const target = lab.list('nodes').find(({ metadata }) => metadata.name !== source)?.metadata.name;
  if (source === undefined || target === undefined) return;
  const podUid = randomUUID();
  const state = { migrationUid: randomUUID(), sourceNode: source, targetNode: target };
  change(lab, ref, (status) => ({ ...status, activePods: { ...objectAt(status, 'activePods'), [podUid]: '' } }));
  later(lab, TARGET_POD_AFTER_MS, () => {
    const pods = (status: JsonObject) => ({ ...objectAt(status, 'activePods'), [podUid]: target });
    change(
      lab,
      ref,
      (status) => ({ ...status, activePods: pods(status), migrationState: { ...state, startTimestamp: now() } }),
      { [TARGET_LABEL]: target },
    );
  });
  later(lab, SWITCH_AFTER_MS, () => {
    lab.dropConsoles();
    const ended = { ...state, startTimestamp: now(), endTimestamp: now() };
    change(lab, ref, (status) => ({ ...status, nodeName: target, migrationState: ended }), {
      [NODE_LABEL]: target,
      [TARGET_LABEL]: target,
    });
    later(lab, COMPLETED_AFTER_MS, () => {
      change(lab, ref, (status) => ({ ...status, migrationState: { ...ended, completed: true } }), {
        [TARGET_LABEL]: undefined,
      });
    });
  });
}

function nodeOf(lab: Lab, ref: { namespace: string; name: string }): string | undefined {
  return textAt(lab.get('virtualmachineinstances', ref.namespace, ref.name)?.status, 'nodeName');
}

function change(
  lab: Lab,
  { namespace, name }: { namespace: string; name: string },
  status: (status: JsonObject) => JsonObject,
  labels: Readonly<Record<string, string | undefined>> = {},
): void {
  const vmi: KubeObject | undefined = lab.get('virtualmachineinstances', namespace, name);
  if (vmi === undefined) return;
  const merged = Object.entries({ ...vmi.metadata.labels, ...labels }).filter(([, value]) => value !== undefined);
  lab.createObject({
    ...vmi,
    metadata: { ...vmi.metadata, labels: Object.fromEntries(merged) as Record<string, string> },
    status: status(objectAt(vmi, 'status') ?? {}),
  });
}
