// SPDX-License-Identifier: Apache-2.0
import type { JsonObject } from '../store/json.ts';
import { ALL_VERBS } from '../store/kind.ts';
import { identified, type KubeObject } from '../store/kube-object.ts';

/**
 * The default grants of a cluster with KubeVirt: discovery and self-reviews for all authenticated users, the version for
 * everybody, everything for administrators.
 */

const API = 'rbac.authorization.k8s.io';

interface Default {
  /** The name of the role, and of its binding if there are groups. */
  role: string;
  groups: string[];
  rules: JsonObject[];
}

const resources = (apiGroup: string, names: string[], verbs: string[]) => ({
  verbs,
  apiGroups: [apiGroup],
  resources: names,
});
const paths = (...nonResourceURLs: string[]) => ({ verbs: ['get'], nonResourceURLs });
const VERSION_PATHS = ['/healthz', '/livez', '/readyz', '/version', '/version/'];

const EVERYBODY = ['system:authenticated', 'system:unauthenticated'];
const MIGRATIONS = ['virtualmachineinstancemigrations'];
const AUTHENTICATED = ['system:authenticated'];

const DEFAULTS: Default[] = [
  {
    role: 'cluster-admin',
    groups: ['system:masters'],
    rules: [
      { verbs: ['*'], apiGroups: ['*'], resources: ['*'] },
      { verbs: ['*'], nonResourceURLs: ['*'] },
    ],
  },
  {
    role: 'kubevirt.io:default',
    groups: AUTHENTICATED,
    rules: [
      resources('kubevirt.io', ['kubevirts'], ['get', 'list']),
      resources('subresources.kubevirt.io', ['version', 'guestfs'], ['get', 'list']),
    ],
  },
  {
    role: 'instancetype.kubevirt.io:view',
    groups: AUTHENTICATED,
    rules: [
      resources(
        'instancetype.kubevirt.io',
        ['virtualmachineclusterinstancetypes', 'virtualmachineclusterpreferences'],
        ['get', 'list', 'watch'],
      ),
    ],
  },
  // Of KubeVirt's roles for users, only the rules for migrations: a namespace's administrator may not migrate (recorded on 1.9).
  ...['kubevirt.io:admin', 'kubevirt.io:edit', 'kubevirt.io:view'].map((role) => ({
    role,
    groups: [],
    rules: [resources('kubevirt.io', MIGRATIONS, ['get', 'list', 'watch'])],
  })),
  {
    role: 'kubevirt.io:migrate',
    groups: [],
    rules: [
      resources('subresources.kubevirt.io', ['virtualmachines/migrate'], ['update']),
      resources('kubevirt.io', MIGRATIONS, [...ALL_VERBS]),
    ],
  },
  {
    role: 'system:basic-user',
    groups: AUTHENTICATED,
    rules: [
      resources('authorization.k8s.io', ['selfsubjectaccessreviews', 'selfsubjectrulesreviews'], ['create']),
      resources('authentication.k8s.io', ['selfsubjectreviews'], ['create']),
    ],
  },
  {
    role: 'system:discovery',
    groups: AUTHENTICATED,
    rules: [
      paths(
        '/api',
        '/api/*',
        '/apis',
        '/apis/*',
        '/healthz',
        '/livez',
        '/openapi',
        '/openapi/*',
        '/readyz',
        '/version',
        '/version/',
      ),
    ],
  },
  { role: 'system:public-info-viewer', groups: EVERYBODY, rules: [paths(...VERSION_PATHS)] },
  {
    role: 'system:service-account-issuer-discovery',
    groups: ['system:serviceaccounts'],
    rules: [
      paths(
        '/.well-known/openid-configuration',
        '/.well-known/openid-configuration/',
        '/openid/v1/jwks',
        '/openid/v1/jwks/',
      ),
      paths('/.well-known', '/.well-known/*'),
    ],
  },
];

/** ClusterRoles and the ClusterRoleBindings of the same names; without KubeVirt, its roles are omitted. */
export function defaultGrants(withKubevirt: boolean): { roles: KubeObject[]; bindings: KubeObject[] } {
  const present = DEFAULTS.filter(({ role }) => withKubevirt || !role.includes('kubevirt.io'));
  return {
    roles: present.map(({ role, rules }) =>
      identified({ apiVersion: `${API}/v1`, kind: 'ClusterRole', rules }, { name: role }),
    ),
    bindings: present
      .filter(({ groups }) => groups.length > 0)
      .map(({ role, groups }) =>
        identified(
          {
            apiVersion: `${API}/v1`,
            kind: 'ClusterRoleBinding',
            roleRef: { apiGroup: API, kind: 'ClusterRole', name: role },
            subjects: groups.map((name) => ({ apiGroup: API, kind: 'Group', name })),
          },
          { name: role },
        ),
      ),
  };
}
