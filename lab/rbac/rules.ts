// SPDX-License-Identifier: Apache-2.0
import { CLUSTER_ROLE_BINDINGS, CLUSTER_ROLES, ROLE_BINDINGS, ROLES } from '../kinds/kinds.ts';
import { objectsAt, textAt, textsAt, type JsonObject } from '../store/json.ts';
import type { KubeObject } from '../store/kube-object.ts';
import type { Store } from '../store/store.ts';
import type { User } from './user.ts';

/** A rule of a user, and the server's text for its origin. */
export interface Grant {
  rule: JsonObject;
  reason: string;
}

/** Returns all rules of a user in a namespace ("": at the cluster scope only). */
export function grantsOf(store: Store, user: User, namespace: string): Grant[] {
  const bindings = [
    ...store.list(CLUSTER_ROLE_BINDINGS),
    ...(namespace === '' ? [] : store.list(ROLE_BINDINGS, namespace)),
  ];
  return bindings.flatMap((binding) => {
    const subject = objectsAt(binding, 'subjects').find((candidate) => means(candidate, user, binding));
    const role = subject && boundRole(store, binding);
    if (!role) return [];
    const reason = `RBAC: allowed by ${binding.kind} "${pathOf(binding)}" of ${role.kind} "${role.metadata.name}" to ${subjectOf(subject)}`;
    return objectsAt(role, 'rules').map((rule) => ({ rule, reason }));
  });
}

function boundRole(store: Store, binding: KubeObject): KubeObject | undefined {
  const name = textAt(binding, 'roleRef', 'name') ?? '';
  if (textAt(binding, 'roleRef', 'kind') === 'ClusterRole') return store.get(CLUSTER_ROLES, undefined, name);
  return store.get(ROLES, binding.metadata.namespace, name);
}

function means(subject: JsonObject, user: User, binding: KubeObject): boolean {
  const name = textAt(subject, 'name') ?? '';
  switch (textAt(subject, 'kind')) {
    case 'User':
      return name === user.name;
    case 'Group':
      return user.groups.includes(name);
    case 'ServiceAccount': {
      const namespace = textAt(subject, 'namespace') ?? binding.metadata.namespace ?? '';
      return user.name === `system:serviceaccount:${namespace}:${name}`;
    }
    default:
      return false;
  }
}

function subjectOf(subject: JsonObject): string {
  const [name = '', namespace] = [textAt(subject, 'name'), textAt(subject, 'namespace')];
  return `${textAt(subject, 'kind') ?? ''} "${namespace === undefined ? name : `${name}/${namespace}`}"`;
}

function pathOf({ metadata: { name, namespace } }: KubeObject): string {
  return namespace === undefined ? name : `${name}/${namespace}`;
}

export interface ResourceAttributes {
  verb: string;
  group: string;
  /** With its subresource: `virtualmachineinstances/console`. */
  resource: string;
  name: string;
}

export function allowsResource(rule: JsonObject, { verb, group, resource, name }: ResourceAttributes): boolean {
  const names = textsAt(rule, 'resourceNames');
  const subresource = resource.split('/', 2)[1];
  const wanted = [resource, '*', ...(subresource === undefined ? [] : [`*/${subresource}`])];
  return (
    has(rule, 'verbs', verb, '*') &&
    has(rule, 'apiGroups', group, '*') &&
    has(rule, 'resources', ...wanted) &&
    (names.length === 0 || names.includes(name))
  );
}

export function allowsPath(rule: JsonObject, verb: string, path: string): boolean {
  return (
    has(rule, 'verbs', verb, '*') &&
    textsAt(rule, 'nonResourceURLs').some((url) =>
      url.endsWith('*') ? path.startsWith(url.slice(0, -1)) : url === path,
    )
  );
}

function has(rule: JsonObject, list: string, ...values: string[]): boolean {
  return textsAt(rule, list).some((value) => values.includes(value));
}
