// SPDX-License-Identifier: Apache-2.0
/** The kind cluster. It has two workers, because a checkup runs its two virtual machines on different nodes. */
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { stringify } from 'yaml';
import type { Command } from './commands.ts';
import { VERSIONS } from './versions.ts';

export const CLUSTER = 'vm-latency-e2e';

const CONFIG = {
  kind: 'Cluster',
  apiVersion: 'kind.x-k8s.io/v1alpha4',
  nodes: [{ role: 'control-plane' }, { role: 'worker' }, { role: 'worker' }],
};

/** @throws Error if kind does not have the pinned version, or if a cluster of this name exists, which may belong to another user. */
export async function requireKind(kind: Command): Promise<void> {
  const found = /\bv\d+\.\d+\.\d+\S*/.exec(await kind(['version']))?.[0];
  if (found !== VERSIONS.kind) {
    throw new Error(
      `kind ${VERSIONS.kind} is needed, for its node image; found ${found ?? 'no version'}. ` +
        `Install it with: go install sigs.k8s.io/kind@${VERSIONS.kind}`,
    );
  }
  if ((await kind(['get', 'clusters'])).split('\n').includes(CLUSTER)) {
    throw new Error(
      `there is a kind cluster "${CLUSTER}" already. Remove it with: kind delete cluster --name ${CLUSTER}`,
    );
  }
}

/** Writes the administrator's kubeconfig to `directory` and returns its path. */
export async function createCluster(kind: Command, directory: string): Promise<string> {
  const [config, kubeconfig] = [path.join(directory, 'cluster.yaml'), path.join(directory, 'kubeconfig')];
  await writeFile(config, stringify(CONFIG));
  const options = ['--name', CLUSTER, '--image', VERSIONS.node, '--config', config];
  await kind(['create', 'cluster', ...options, '--kubeconfig', kubeconfig, '--wait', '5m'], { shown: true });
  return kubeconfig;
}

/** Copies the kubectl of the node image, which matches its API server. Returns the path of the copy. */
export async function copyKubectl(docker: Command, directory: string): Promise<string> {
  const kubectl = path.join(directory, 'kubectl');
  await docker(['cp', `${CLUSTER}-control-plane:/usr/bin/kubectl`, kubectl]);
  return kubectl;
}

/**
 * Returns whether the nodes have what KubeVirt needs for hardware acceleration. Nodes are privileged containers with the devices of
 * this machine. https://github.com/kubevirt/kubevirt/blob/main/docs/software-emulation.md
 */
export async function hasKvm(docker: Command): Promise<boolean> {
  const devices = (await docker(['exec', `${CLUSTER}-control-plane`, 'ls', '/dev'])).split('\n');
  return ['kvm', 'vhost-net'].every((device) => devices.includes(device));
}

export async function deleteCluster(kind: Command): Promise<void> {
  await kind(['delete', 'cluster', '--name', CLUSTER], { shown: true });
}
