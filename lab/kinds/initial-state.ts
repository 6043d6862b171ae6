// SPDX-License-Identifier: Apache-2.0
import { randomUUID } from 'node:crypto';
import { nameOf } from './names.ts';
import { defaultGrants } from './default-grants.ts';
import { textAt, type JsonObject } from '../store/json.ts';
import { identified, type KubeObject } from '../store/kube-object.ts';
import type { Store } from '../store/store.ts';
import * as defaults from './default-objects.ts';
import type { Kind } from '../store/kind.ts';
import * as kinds from './kinds.ts';
import { podSecurityLabels } from './pod-security.ts';

export interface ClusterShape {
  /** The number of nodes (node-1, node-2, …), or their names. Default: 2. */
  nodes?: number | string[];
  /** Zones, to which the nodes belong in turn: the first node to the first zone. Default: no node has a zone. */
  zones?: string[];
  /** Processor architectures, to which the nodes belong in turn. Default: all are amd64, as virt-api is. */
  architectures?: string[];
  kubevirt?: defaults.KubeVirtShape | 'absent';
  /** The version that KubeVirt reports. Default: v1.9.0. */
  kubevirtVersion?: string;
  multus?: boolean;
  /** Also serves the API groups of OpenShift. */
  openshift?: boolean;
  /** Nodes that accept no new pods. */
  cordoned?: string[];
  /** No node has KVM, and KubeVirt emulates. */
  softwareEmulation?: boolean;
  /** The number of SR-IOV NICs of each node, starting with node-1. Default: 4. */
  sriovPerNode?: number[];
  /** The number of those NICs that another pod uses. */
  sriovTakenPerNode?: number[];
  /** Bridges, each with the nodes that have and report it. On other nodes the bridge plugin creates an empty one. */
  bridges?: Record<string, string[]>;
  /** KubeVirt's launcher pods request the resource that a network's annotation names (gate ExternalNetResourceInjection off). */
  requestsNetworkResources?: boolean;
  /** Nodes whose virt-handler does not offer /dev/net/tun. */
  withoutTun?: string[];
  /** Nodes whose kubelet has stopped. */
  dead?: string[];
  /** Nodes on which KubeVirt does not run. */
  withoutKubevirt?: string[];
  /** The Pod Security Standard that each of these namespaces enforces. */
  podSecurity?: Record<string, 'restricted'>;
  /** Additional objects, or replacements of the default ones. */
  objects?: JsonObject[];
}

export function servedKinds({ kubevirt, multus, openshift }: ClusterShape): Kind[] {
  const absent = new Set([
    ...(kubevirt === 'absent' ? [kinds.KUBEVIRTS.group] : []),
    ...(multus === false ? [kinds.NADS.group] : []),
    ...(openshift ? [] : [kinds.CLUSTER_VERSIONS.group]),
  ]);
  return kinds.ALL_KINDS.filter((kind) => !absent.has(kind.group));
}

/** Creates the objects that exist at the start. */
export function fill(store: Store, served: Kind[], shape: ClusterShape): void {
  const { nodes = 2 } = shape;
  const names = typeof nodes === 'number' ? Array.from({ length: nodes }, (_, i) => `node-${i + 1}`) : nodes;
  const named = [
    shape.cordoned,
    shape.withoutKubevirt,
    shape.withoutTun,
    shape.dead,
    ...Object.values(shape.bridges ?? {}),
  ].flatMap((list) => list ?? []);
  const unknown = named.filter((name) => !names.includes(name));
  if (unknown.length > 0) throw new Error(`there is no ${unknown.join(', ')}: the nodes are ${names.join(', ')}`);
  const grants = defaultGrants(shape.kubevirt !== 'absent');
  const contents: [Kind, KubeObject[]][] = [
    [
      kinds.NAMESPACES,
      ['default', 'kube-system', 'kube-public', 'kubevirt', defaults.CHECKUP_NAMESPACE].map((name) => {
        const level = shape.podSecurity?.[name];
        return defaults.namespace(name, level && podSecurityLabels(level));
      }),
    ],
    [kinds.CLUSTER_ROLES, grants.roles],
    [kinds.CLUSTER_ROLE_BINDINGS, grants.bindings],
    [kinds.CRDS, served.filter(({ custom }) => custom).map(defaults.definition)],
    [
      kinds.NODES,
      names.map((name, i) => defaults.node(name, shape.cordoned?.includes(name) ?? false, traits(shape, name, i))),
    ],
    [
      kinds.PODS,
      names.flatMap((name, i) =>
        shape.sriovTakenPerNode?.[i] ? [defaults.sriovPod(name, shape.sriovTakenPerNode[i])] : [],
      ),
    ],
    [kinds.CONFIG_MAPS, defaults.configMaps()],
    [kinds.NADS, defaults.networkAttachments()],
    [kinds.KUBEVIRTS, kubevirts(shape)],
  ];
  for (const [kind, objects] of contents) {
    if (served.includes(kind)) for (const object of objects) store.insert(kind, object);
  }
  for (const document of shape.objects ?? []) put(store, served, document);
}

function kubevirts(shape: ClusterShape): KubeObject[] {
  const { kubevirt = 'deployed', softwareEmulation, kubevirtVersion, requestsNetworkResources } = shape;
  const options = { useEmulation: softwareEmulation, version: kubevirtVersion, requestsNetworkResources };
  return kubevirt === 'absent' ? [] : [defaults.kubevirt(kubevirt, options)];
}

function traits(shape: ClusterShape, name: string, index: number): defaults.NodeTraits {
  const sriovNics = shape.sriovPerNode?.[index];
  const bridges = Object.entries(shape.bridges ?? {}).filter(([, nodes]) => nodes.includes(name));
  return {
    ...(shape.softwareEmulation && { kvm: 0 }),
    ...(sriovNics !== undefined && { sriovNics }),
    bridges: bridges.map(([bridge]) => bridge),
    unreachable: shape.dead?.includes(name) === true,
    tun: shape.withoutTun?.includes(name) !== true,
    kubevirt: shape.withoutKubevirt?.includes(name) !== true,
    zone: shape.zones?.[index % shape.zones.length],
    architecture: shape.architectures?.[index % shape.architectures.length],
  };
}

/** Creates an object, or replaces the one of the same name, as an administrator would. */
export function put(store: Store, served: Kind[], document: JsonObject): KubeObject {
  const kind = served.find((known) => known.kind === document.kind);
  if (!kind) throw new Error(`this lab serves no kind ${JSON.stringify(document.kind)}`);
  const name = nameOf(kind, document);
  const given = textAt(document, 'metadata', 'namespace') ?? defaults.CHECKUP_NAMESPACE;
  const namespace = kind.namespaced ? given : undefined;
  const current = store.get(kind, namespace, name);
  const object = identified(document, { name, uid: randomUUID(), ...(namespace !== undefined && { namespace }) });
  if (!current) return store.insert(kind, kind.admit ? kind.admit(object, kind, store) : object);
  const { uid, creationTimestamp } = current.metadata;
  return store.write(kind, { ...object, metadata: { ...object.metadata, uid, creationTimestamp } });
}
