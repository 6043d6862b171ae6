// SPDX-License-Identifier: Apache-2.0
/**
 * The network under test: a Linux bridge on each worker, and a VXLAN link between the two as their uplink. Kind's nodes are
 * containers on one Docker network, which is what the link runs over.
 */
import { stringify } from 'yaml';
import { decodeJson, objectAt, objectsAt, textAt } from '../../lab/objects.ts';
import type { Command } from './commands.ts';
import { waitUntil, type WaitLimits } from './wait-until.ts';

export const NAMESPACE = 'latency';
export const NETWORK = 'br10';

const BRIDGE = 'br10';
const RESOURCE = `bridge.network.kubevirt.io/${BRIDGE}`;
/** Docker's 1500 bytes without the headers of VXLAN over IPv4. */
const MTU = 1450;
const NETWORK_ATTACHMENT = {
  apiVersion: 'k8s.cni.cncf.io/v1',
  kind: 'NetworkAttachmentDefinition',
  metadata: { name: NETWORK, namespace: NAMESPACE, annotations: { 'k8s.v1.cni.cncf.io/resourceName': RESOURCE } },
  spec: { config: JSON.stringify({ cniVersion: '0.3.1', name: NETWORK, type: 'bridge', bridge: BRIDGE, mtu: MTU }) },
};

/** Returns the names of the two workers. */
export async function findWorkers(kubectl: Command): Promise<[string, string]> {
  const selector = '!node-role.kubernetes.io/control-plane';
  const list = decodeJson(await kubectl(['get', 'nodes', '-l', selector, '-o', 'json']));
  const names = objectsAt(list, 'items').map((node) => textAt(node, 'metadata', 'name') ?? '');
  const [one, two] = names;
  if (one === undefined || two === undefined || names.length > 2) {
    throw new Error(`two workers expected, found: ${names.join(', ') || 'none'}`);
  }
  return [one, two];
}

/** Creates the bridges and a point-to-point link; each end has the address of the other. */
export async function connectWorkers(docker: Command, [one, two]: readonly [string, string]): Promise<void> {
  const addresses = [await addressOf(docker, one), await addressOf(docker, two)] as const;
  await bridge(docker, one, addresses[1]);
  await bridge(docker, two, addresses[0]);
}

async function addressOf(docker: Command, node: string): Promise<string> {
  const format = '{{.NetworkSettings.Networks.kind.IPAddress}}';
  return (await docker(['inspect', '--format', format, node])).trim();
}

async function bridge(docker: Command, node: string, remote: string): Promise<void> {
  const ip = (...args: string[]) => docker(['exec', node, 'ip', 'link', ...args]);
  await ip('add', BRIDGE, 'type', 'bridge');
  await ip('add', 'vx10', 'type', 'vxlan', 'id', '10', 'dev', 'eth0', 'dstport', '4789', 'remote', remote);
  await ip('set', 'vx10', 'mtu', String(MTU), 'master', BRIDGE, 'up');
  await ip('set', BRIDGE, 'up');
}

/** Creates the network, and waits until the bridge marker has reported the bridge of each node. */
export async function createNetwork(kubectl: Command, nodes: readonly string[], limits: WaitLimits): Promise<void> {
  const namespace = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: NAMESPACE } };
  await kubectl(['apply', '-f', '-'], {
    input: [namespace, NETWORK_ATTACHMENT].map((it) => stringify(it)).join('---\n'),
  });
  const observe = async () => {
    const list = decodeJson(await kubectl(['get', 'nodes', '-o', 'json']));
    const marked = objectsAt(list, 'items')
      .filter((node) => objectAt(node, 'status', 'allocatable')?.[RESOURCE] !== undefined)
      .map((node) => textAt(node, 'metadata', 'name') ?? '');
    return { met: nodes.every((node) => marked.includes(node)), state: `on ${marked.join(', ') || 'no node'}` };
  };
  await waitUntil(`resource ${RESOURCE}`, observe, limits);
}
