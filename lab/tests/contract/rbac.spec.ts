// SPDX-License-Identifier: Apache-2.0
/** Authorization: the messages of refusals, and reviews of one's own rights. */
import type { JsonObject } from '../../store/json.ts';
import { ROLE, ROLE_RULES, type Account } from './accounts.ts';
import { CONFIG_MAPS, NADS, UUID, VMIS, beginning, configMap, having, part, refused, type Answer } from './bodies.ts';
import { contract } from './case.ts';
import type { Request } from './scene.ts';
import { post, vmi } from './vmis.ts';

interface Details extends JsonObject {
  kind: string;
  group?: string;
}

const ONE = `${CONFIG_MAPS}/{name}`;
const CONFIGMAP = { name: '{name}', kind: 'configmaps' };
const VMI = { group: 'kubevirt.io', kind: 'virtualmachineinstances' };
const userOf = (account: Account) => `system:serviceaccount:{ns}:${account}`;

function forbidden(what: string, user: string, verb: string, details: Details, subresource = ''): Answer {
  const may = `cannot ${verb} resource "${details.kind}${subresource}" in API group "${details.group ?? ''}"`;
  return {
    ...refused(403, 'Forbidden', `${what} is forbidden: User "${user}" ${may} in the namespace "{ns}"`, details),
    headers: { 'x-content-type-options': 'nosniff' },
  };
}

function review(group: string, kind: string, spec?: JsonObject): Omit<Request, 'as'> {
  const [apiVersion, plural] = [`${group}/v1`, `${kind.toLowerCase()}s`];
  return { method: 'POST', path: `/apis/${apiVersion}/${plural}`, body: { apiVersion, kind, ...(spec && { spec }) } };
}

const access = (resourceAttributes: JsonObject) =>
  review('authorization.k8s.io', 'SelfSubjectAccessReview', {
    resourceAttributes: { namespace: '{ns}', ...resourceAttributes },
  });
const createVmi = { group: 'kubevirt.io', resource: 'virtualmachineinstances', verb: 'create' };
const console = {
  group: 'subresources.kubevirt.io',
  resource: 'virtualmachineinstances',
  subresource: 'console',
  verb: 'get',
};
const CONSOLE = `/apis/${console.group}/v1/namespaces/{ns}/virtualmachineinstances/{name}/console`;
const CONSOLED = { name: '{name}', group: console.group, kind: 'virtualmachineinstances' };
const allowed = {
  allowed: true,
  reason: `RBAC: allowed by RoleBinding "${ROLE}/{ns}" of Role "${ROLE}" to ServiceAccount "checkup/{ns}"`,
};

contract('rbac', [
  {
    title: '30 GET without the right: 403 with user, verb and resource',
    given: [configMap({})],
    request: { path: ONE, as: 'none' },
    answer: forbidden('configmaps "{name}"', userOf('none'), 'get', CONFIGMAP),
  },
  {
    title: '30 GET of a missing object without the right: 403',
    request: { path: ONE, as: 'none' },
    answer: forbidden('configmaps "{name}"', userOf('none'), 'get', CONFIGMAP),
  },
  {
    title: '30 PATCH with the right to update only: 403',
    given: [configMap({ a: '1' })],
    request: {
      method: 'PATCH',
      path: ONE,
      headers: { 'content-type': 'application/merge-patch+json' },
      body: { data: { a: '2' } },
      as: 'checkup',
    },
    answer: forbidden('configmaps "{name}"', userOf('checkup'), 'patch', CONFIGMAP),
  },
  {
    title: '31 POST of a VMI without the right: 403 without a name',
    request: { ...post(vmi()), as: 'none' },
    answer: forbidden('virtualmachineinstances.kubevirt.io', userOf('none'), 'create', VMI),
  },
  {
    title: '32 an invalid token: 401',
    request: { path: ONE, token: 'not-a-token' },
    answer: refused(401, 'Unauthorized', 'Unauthorized'),
  },
  {
    title: '33 no credentials: 403 for system:anonymous',
    needs: 'anonymous requests',
    request: { path: ONE, anonymous: true },
    answer: forbidden('configmaps "{name}"', 'system:anonymous', 'get', CONFIGMAP),
  },
  {
    title: '35 SelfSubjectAccessReview of a right: allowed, and by which binding',
    request: { ...access(createVmi), as: 'checkup' },
    answer: {
      status: 201,
      like: {
        kind: 'SelfSubjectAccessReview',
        apiVersion: 'authorization.k8s.io/v1',
        spec: { resourceAttributes: { namespace: '{ns}', ...createVmi } },
        status: allowed,
      },
    },
  },
  {
    title: '35 SelfSubjectAccessReview of the console: allowed',
    request: { ...access(console), as: 'checkup' },
    answer: { status: 201, like: { status: allowed } },
  },
  {
    title: '36 SelfSubjectAccessReview of no right: not allowed, still 201',
    request: { ...access(console), as: 'none' },
    answer: { status: 201, like: { spec: { resourceAttributes: console }, status: { allowed: false } } },
  },
  {
    title: '36 SelfSubjectAccessReview of a verb the role does not have: not allowed',
    request: { ...access({ ...createVmi, verb: 'list' }), as: 'checkup' },
    answer: { status: 201, like: { status: { allowed: false } } },
  },
  {
    title: '37 SelfSubjectRulesReview: contains the rules of the role and the public paths',
    request: {
      ...review('authorization.k8s.io', 'SelfSubjectRulesReview', { namespace: '{ns}' }),
      as: 'checkup',
    },
    answer: {
      status: 201,
      like: {
        kind: 'SelfSubjectRulesReview',
        apiVersion: 'authorization.k8s.io/v1',
        status: {
          resourceRules: having(
            ...ROLE_RULES,
            part({ verbs: ['create'], resources: having('selfsubjectaccessreviews', 'selfsubjectrulesreviews') }),
          ),
          nonResourceRules: having(part({ verbs: ['get'], nonResourceURLs: having('/api', '/apis/*', '/version') })),
        },
      },
    },
  },
  {
    title: '38 SelfSubjectReview: the name, uid and groups of a service account',
    request: { ...review('authentication.k8s.io', 'SelfSubjectReview'), as: 'checkup' },
    answer: {
      status: 201,
      like: {
        kind: 'SelfSubjectReview',
        apiVersion: 'authentication.k8s.io/v1',
        status: {
          userInfo: {
            username: userOf('checkup'),
            uid: UUID,
            groups: ['system:serviceaccounts', 'system:serviceaccounts:{ns}', 'system:authenticated'],
            extra: { 'authentication.kubernetes.io/credential-id': [beginning('JTI=')] },
          },
        },
      },
    },
  },
  {
    title: '39 list of VMIs with the right to get only: 403',
    request: { path: VMIS, as: 'checkup' },
    answer: forbidden('virtualmachineinstances.kubevirt.io', userOf('checkup'), 'list', VMI),
  },
  {
    title: '102 watch of VMIs with the right to get only: 403',
    request: { path: `${VMIS}?watch=true`, as: 'checkup' },
    answer: forbidden('virtualmachineinstances.kubevirt.io', userOf('checkup'), 'watch', VMI),
  },
  {
    title: '31 POST of a NetworkAttachmentDefinition with the right to get only: 403',
    request: { method: 'POST', path: NADS, body: {}, as: 'checkup' },
    answer: forbidden('network-attachment-definitions.k8s.cni.cncf.io', userOf('checkup'), 'create', {
      group: 'k8s.cni.cncf.io',
      kind: 'network-attachment-definitions',
    }),
  },
  {
    title: '141 the console without the right: 403',
    request: { path: CONSOLE, as: 'none' },
    answer: forbidden(`virtualmachineinstances.${console.group} "{name}"`, userOf('none'), 'get', CONSOLED, '/console'),
  },
]);
