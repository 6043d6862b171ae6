import type { Kind } from './kind.ts';
import { admitVmi } from './vmi-admission.ts';
import { admitVmiUpdate } from './vmi-update.ts';

/** The kinds this cluster serves, as data. */

const core = { group: '', version: 'v1', generation: false };
const kubevirt = { group: 'kubevirt.io', version: 'v1', namespaced: true, generation: true };

export const NAMESPACES: Kind = {
  ...core,
  plural: 'namespaces',
  singular: 'namespace',
  kind: 'Namespace',
  namespaced: false,
  shortNames: ['ns'],
};
export const NODES: Kind = {
  ...core,
  plural: 'nodes',
  singular: 'node',
  kind: 'Node',
  namespaced: false,
  shortNames: ['no'],
};
export const PODS: Kind = {
  ...core,
  plural: 'pods',
  singular: 'pod',
  kind: 'Pod',
  namespaced: true,
  shortNames: ['po'],
  generation: true,
};
export const CONFIG_MAPS: Kind = {
  ...core,
  plural: 'configmaps',
  singular: 'configmap',
  kind: 'ConfigMap',
  namespaced: true,
  shortNames: ['cm'],
};

export const KUBEVIRTS: Kind = {
  ...kubevirt,
  plural: 'kubevirts',
  singular: 'kubevirt',
  kind: 'KubeVirt',
  shortNames: ['kv', 'kvs'],
};
export const VMIS: Kind = {
  ...kubevirt,
  plural: 'virtualmachineinstances',
  singular: 'virtualmachineinstance',
  kind: 'VirtualMachineInstance',
  shortNames: ['vmi', 'vmis'],
  admit: admitVmi,
  admitUpdate: admitVmiUpdate,
};

export const NADS: Kind = {
  group: 'k8s.cni.cncf.io',
  version: 'v1',
  plural: 'network-attachment-definitions',
  singular: 'network-attachment-definition',
  kind: 'NetworkAttachmentDefinition',
  namespaced: true,
  shortNames: ['net-attach-def'],
  generation: true,
};

export const ALL_KINDS: readonly Kind[] = [NAMESPACES, NODES, PODS, CONFIG_MAPS, KUBEVIRTS, VMIS, NADS];
