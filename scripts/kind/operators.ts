// SPDX-License-Identifier: Apache-2.0
/** Installs KubeVirt, and Multus with the bridge plugin. */
import { stringify } from 'yaml';
import { decodeJson, objectsAt, textAt } from '../../lab/objects.ts';
import type { Command } from './commands.ts';
import { waitUntil, type Observation, type WaitLimits } from './wait-until.ts';
import { VERSIONS } from './versions.ts';

const RELEASES = {
  kubevirt: `https://github.com/kubevirt/kubevirt/releases/download/${VERSIONS.kubevirt}`,
  networkAddons: `https://github.com/kubevirt/cluster-network-addons-operator/releases/download/${VERSIONS.networkAddons}`,
};

/** With `useEmulation`, virt-launcher pods do not request the KVM device, even on nodes that have it. */
const kubevirt = (useEmulation: boolean): object => ({
  apiVersion: 'kubevirt.io/v1',
  kind: 'KubeVirt',
  metadata: { name: 'kubevirt', namespace: 'kubevirt' },
  spec: { configuration: { developerConfiguration: { useEmulation } } },
});
const NETWORK_ADDONS = {
  apiVersion: 'networkaddonsoperator.network.kubevirt.io/v1',
  kind: 'NetworkAddonsConfig',
  metadata: { name: 'cluster' },
  spec: { multus: {}, linuxBridge: {}, imagePullPolicy: 'IfNotPresent' },
};

export async function installOperators(kubectl: Command, { useEmulation }: { useEmulation: boolean }): Promise<void> {
  // `create`, because the manifests are too long for the last-applied annotation of `apply`.
  await kubectl(['create', '-f', `${RELEASES.kubevirt}/kubevirt-operator.yaml`]);
  for (const file of ['namespace.yaml', 'network-addons-config.crd.yaml', 'operator.yaml']) {
    await kubectl(['create', '-f', `${RELEASES.networkAddons}/${file}`]);
  }
  for (const name of ['kubevirts.kubevirt.io', 'networkaddonsconfigs.networkaddonsoperator.network.kubevirt.io']) {
    await kubectl(['wait', '--for=condition=Established', '--timeout=60s', `crd/${name}`]);
  }
  await kubectl(['apply', '-f', '-'], { input: stringify(kubevirt(useEmulation)) });
  await kubectl(['apply', '-f', '-'], { input: stringify(NETWORK_ADDONS) });
}

export async function waitForOperators(kubectl: Command, limits: WaitLimits): Promise<void> {
  const [kubevirts, addons] = [
    'kubevirts.kubevirt.io',
    'networkaddonsconfigs.networkaddonsoperator.network.kubevirt.io',
  ];
  await waitUntil('network addons', () => available(kubectl, [addons, 'cluster']), limits);
  await waitUntil('KubeVirt', () => available(kubectl, ['-n', 'kubevirt', kubevirts, 'kubevirt']), limits);
}

async function available(kubectl: Command, object: readonly string[]): Promise<Observation> {
  const document = decodeJson(await kubectl(['get', ...object, '-o', 'json']));
  const conditions = objectsAt(document, 'status', 'conditions');
  const described = conditions.map((condition) => {
    const [type, status, reason, message] = ['type', 'status', 'reason', 'message'].map((key) =>
      textAt(condition, key),
    );
    return `${type ?? ''}=${status ?? ''}${[reason, message].some(Boolean) ? ` (${reason ?? ''}: ${message ?? ''})` : ''}`;
  });
  return {
    met: conditions.some(({ type, status }) => type === 'Available' && status === 'True'),
    state: described.join(', ') || 'no conditions yet',
  };
}
