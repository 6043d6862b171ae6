// SPDX-License-Identifier: Apache-2.0
/** Discovery: groups and resources. */
import { SOME_TEXT, beginning, having, matching, part } from './bodies.ts';
import { contract } from './case.ts';

const VERBS = having('create', 'delete', 'get', 'list', 'patch', 'update', 'watch');
const group = (name: string, version = 'v1') => {
  const groupVersion = { groupVersion: `${name}/${version}`, version };
  return part({ name, versions: having(groupVersion), preferredVersion: groupVersion });
};
const text = { 'content-type': 'text/plain; charset=utf-8' };
const AGGREGATED = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList';
const VMI_RESOURCE = {
  name: 'virtualmachineinstances',
  singularName: 'virtualmachineinstance',
  namespaced: true,
  kind: 'VirtualMachineInstance',
  verbs: VERBS,
  shortNames: ['vmi', 'vmis'],
};
const KUBEVIRT_V1 = {
  kind: 'APIResourceList',
  apiVersion: 'v1',
  groupVersion: 'kubevirt.io/v1',
  resources: having(part(VMI_RESOURCE), part({ name: 'kubevirts', kind: 'KubeVirt', namespaced: true })),
};

contract('discovery', [
  {
    title: '41 /api: only v1',
    request: { path: '/api' },
    answer: {
      status: 200,
      like: {
        kind: 'APIVersions',
        versions: ['v1'],
        serverAddressByClientCIDRs: [{ clientCIDR: '0.0.0.0/0', serverAddress: SOME_TEXT }],
      },
    },
  },
  {
    title: '42 /apis: the groups and their preferred versions',
    request: { path: '/apis' },
    answer: {
      status: 200,
      like: {
        kind: 'APIGroupList',
        apiVersion: 'v1',
        groups: having(
          group('authentication.k8s.io'),
          group('authorization.k8s.io'),
          group('batch'),
          group('rbac.authorization.k8s.io'),
          group('apiextensions.k8s.io'),
        ),
      },
    },
  },
  {
    title: '42 /apis: the groups of KubeVirt',
    needs: 'kubevirt',
    request: { path: '/apis' },
    answer: { status: 200, like: { groups: having(group('kubevirt.io'), group('subresources.kubevirt.io')) } },
  },
  {
    title: '42 /apis: the group of Multus',
    needs: 'multus',
    request: { path: '/apis' },
    answer: { status: 200, like: { groups: having(group('k8s.cni.cncf.io')) } },
  },
  {
    title: '43 /apis/kubevirt.io: one group',
    needs: 'kubevirt',
    request: { path: '/apis/kubevirt.io' },
    answer: {
      status: 200,
      like: {
        kind: 'APIGroup',
        apiVersion: 'v1',
        name: 'kubevirt.io',
        versions: having({ groupVersion: 'kubevirt.io/v1', version: 'v1' }),
        preferredVersion: { groupVersion: 'kubevirt.io/v1', version: 'v1' },
      },
    },
  },
  {
    title: '44 /apis/kubevirt.io/v1: its resources',
    needs: 'kubevirt',
    request: { path: '/apis/kubevirt.io/v1' },
    answer: { status: 200, like: KUBEVIRT_V1 },
  },
  {
    title: '45 /api/v1: its resources',
    request: { path: '/api/v1' },
    answer: {
      status: 200,
      like: {
        kind: 'APIResourceList',
        groupVersion: 'v1',
        resources: having(
          part({ name: 'configmaps', singularName: 'configmap', namespaced: true, kind: 'ConfigMap', verbs: VERBS }),
          part({ name: 'events', kind: 'Event', shortNames: ['ev'] }),
          part({ name: 'namespaces', namespaced: false, kind: 'Namespace', shortNames: ['ns'] }),
          part({ name: 'nodes', namespaced: false, kind: 'Node', shortNames: ['no'] }),
          part({ name: 'pods', namespaced: true, kind: 'Pod', verbs: VERBS, shortNames: ['po'] }),
          { name: 'pods/log', singularName: '', namespaced: true, kind: 'Pod', verbs: ['get'] },
          part({ name: 'serviceaccounts', kind: 'ServiceAccount', shortNames: ['sa'] }),
          part({
            name: 'serviceaccounts/token',
            kind: 'TokenRequest',
            group: 'authentication.k8s.io',
            verbs: ['create'],
          }),
        ),
      },
    },
  },
  {
    title: '46 /apis/subresources.kubevirt.io/v1: the console, without verbs',
    needs: 'kubevirt',
    request: { path: '/apis/subresources.kubevirt.io/v1' },
    answer: {
      status: 200,
      like: {
        kind: 'APIResourceList',
        groupVersion: 'subresources.kubevirt.io/v1',
        resources: having(part({ name: 'virtualmachineinstances/console', namespaced: true })),
      },
    },
  },
  {
    title: '47 /apis/k8s.cni.cncf.io/v1: its resource',
    needs: 'multus',
    request: { path: '/apis/k8s.cni.cncf.io/v1' },
    answer: {
      status: 200,
      like: {
        kind: 'APIResourceList',
        apiVersion: 'v1',
        groupVersion: 'k8s.cni.cncf.io/v1',
        resources: having(
          part({
            name: 'network-attachment-definitions',
            singularName: 'network-attachment-definition',
            namespaced: true,
            kind: 'NetworkAttachmentDefinition',
            verbs: VERBS,
            shortNames: ['net-attach-def'],
          }),
        ),
      },
    },
  },
  {
    title: "48 /openapi/v3: the path of each group's description",
    request: { path: '/openapi/v3' },
    answer: {
      status: 200,
      like: { paths: { 'api/v1': { serverRelativeURL: beginning('/openapi/v3/api/v1\\?hash=') } } },
    },
  },
  {
    title: '48 /openapi/v3: the description of KubeVirt',
    needs: 'kubevirt',
    request: { path: '/openapi/v3' },
    answer: {
      status: 200,
      like: {
        paths: { 'apis/kubevirt.io/v1': { serverRelativeURL: beginning('/openapi/v3/apis/kubevirt.io/v1\\?hash=') } },
      },
    },
  },
  {
    title: '49 /apis with aggregated discovery preferred: aggregated, or the plain list of an older server',
    request: { path: '/apis', headers: { accept: `${AGGREGATED},application/json` } },
    answer: { status: 200, like: { kind: matching(/^API(GroupDiscovery|Group)List$/) } },
  },
  {
    title: '53 an unknown group: 404 in plain text',
    request: { path: '/apis/nope.example.com' },
    answer: { status: 404, body: '404 page not found\n', headers: text },
  },
]);
