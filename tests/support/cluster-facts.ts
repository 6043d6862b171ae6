// SPDX-License-Identifier: Apache-2.0
/** Reads the state of the lab after a checkup. */
import type { Lab } from '../../lab/lab.ts';

const CONFIG_MAP = 'kubevirt-vm-latency-config';

export function configMapData(lab: Lab, name = CONFIG_MAP): Record<string, string> {
  const entries = Object.entries(lab.get('configmaps', 'latency', name)?.['data'] ?? {});
  return Object.fromEntries(entries.filter((entry): entry is [string, string] => typeof entry[1] === 'string'));
}

/** Changes keys of the lab's ConfigMap; undefined removes a key. */
export function setConfigMap(lab: Lab, changes: Record<string, string | undefined>): void {
  const entries = Object.entries({ ...configMapData(lab), ...changes }).filter(([, value]) => value !== undefined);
  lab.createObject({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    data: Object.fromEntries(entries),
    metadata: { name: CONFIG_MAP, namespace: 'latency' },
  });
}

export function vmisLeft(lab: Lab): string[] {
  return lab.list('virtualmachineinstances').map(({ metadata }) => metadata.name);
}

/** Returns the VMIs, their migrations and their pods. */
export function migratedObjectsLeft(lab: Lab): string[] {
  const kinds = ['virtualmachineinstances', 'virtualmachineinstancemigrations', 'pods'];
  return kinds.flatMap((kind) => lab.list(kind).map(({ metadata }) => `${kind}/${metadata.name}`));
}

export function vmisCreated(lab: Lab): number {
  return lab.requests.filter(({ verb, path, code }) => {
    return verb === 'create' && path.includes('/virtualmachineinstances') && code === 201;
  }).length;
}
