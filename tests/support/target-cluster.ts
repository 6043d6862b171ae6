// SPDX-License-Identifier: Apache-2.0
/** The cluster under test as configured in the environment. A missing variable is an error. */
import path from 'node:path';
import { kubectlOf, type Kubectl } from './kubectl.ts';
import { ensureKubectl } from '../../scripts/kubectl.ts';

export interface Target {
  kubectl: Kubectl;
  kubeconfig: string;
  /** The NetworkAttachmentDefinition. */
  network: { namespace: string; name: string };
  /** The image of the checkup. */
  image: string;
  /** The nodes that the network connects. */
  nodes: string[];
  artifacts: string;
}

const VARIABLES = ['KUBECONFIG', 'CLUSTER_NETWORK', 'CLUSTER_IMAGE', 'CLUSTER_NODES'] as const;

export async function readTarget(): Promise<Target> {
  const missing = VARIABLES.filter((name) => !process.env[name]);
  if (missing.length > 0) {
    throw new Error(`the tests of a real cluster need ${missing.join(', ')} in the environment: see docs/kind.md`);
  }
  const [kubeconfig = '', network = '', image = '', nodes = ''] = VARIABLES.map((name) => process.env[name]);
  const [namespace = '', name = ''] = network.split('/');
  if (!namespace || !name) throw new Error(`CLUSTER_NETWORK must be namespace/name, it is "${network}"`);
  const program = process.env['CLUSTER_KUBECTL'] || (await ensureKubectl());
  return {
    kubeconfig,
    image,
    network: { namespace, name },
    nodes: nodes.split(','),
    kubectl: kubectlOf(program, { KUBECONFIG: kubeconfig }),
    artifacts: path.resolve(process.env['CLUSTER_ARTIFACTS'] || 'artifacts/cluster'),
  };
}
