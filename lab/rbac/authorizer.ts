// SPDX-License-Identifier: Apache-2.0
import type { Attributes } from './attributes.ts';
import { StatusError } from '../kinds/status.ts';
import type { Store } from '../store/store.ts';
import { allowsPath, allowsResource, grantsOf } from './rules.ts';
import type { User } from './user.ts';

export interface Decision {
  allowed: boolean;
  /** The reason why it is allowed; empty for members of system:masters, who are always allowed. */
  reason: string;
}

/** Kubernetes' RBAC: allowed if any rule allows it. */
export function decide(store: Store, user: User, { verb, path, resource }: Attributes): Decision {
  if (user.groups.includes('system:masters')) return { allowed: true, reason: '' };
  const grant = grantsOf(store, user, resource?.namespace ?? '').find(({ rule }) => {
    if (!resource) return allowsPath(rule, verb, path);
    const { group, name } = resource;
    return allowsResource(rule, { verb, group, resource: fullResource(resource), name });
  });
  return { allowed: grant !== undefined, reason: grant?.reason ?? '' };
}

/** @throws StatusError 403 with the server's message */
export function authorize(store: Store, user: User, attributes: Attributes): void {
  if (decide(store, user, attributes).allowed) return;
  const { verb, path, resource } = attributes;
  if (!resource) {
    throw new StatusError(403, 'Forbidden', `forbidden: User "${user.name}" cannot ${verb} path "${path}"`, {});
  }
  const { group, plural, namespace, name } = resource;
  const target = `${plural}${group && `.${group}`}${name && ` "${name}"`}`;
  const scope = namespace === '' ? 'at the cluster scope' : `in the namespace "${namespace}"`;
  const what = `resource "${fullResource(resource)}" in API group "${group}" ${scope}`;
  const details = { ...(name && { name }), ...(group && { group }), kind: plural };
  throw new StatusError(
    403,
    'Forbidden',
    `${target} is forbidden: User "${user.name}" cannot ${verb} ${what}`,
    details,
  );
}

function fullResource({ plural, subresource }: NonNullable<Attributes['resource']>): string {
  return subresource === '' ? plural : `${plural}/${subresource}`;
}
