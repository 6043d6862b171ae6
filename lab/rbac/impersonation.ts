// SPDX-License-Identifier: Apache-2.0
import type { IncomingMessage } from 'node:http';
import type { Store } from '../store/store.ts';
import { authorize } from './authorizer.ts';
import { ANONYMOUS, AUTHENTICATED, type User } from './user.ts';

const EXTRA = 'impersonate-extra-';

/** Returns the impersonated user (`kubectl --as`). @throws StatusError 403 if impersonation is not allowed. */
export function impersonated(
  store: Store,
  user: User,
  { headersDistinct }: Pick<IncomingMessage, 'headersDistinct'>,
): User {
  const [name] = headersDistinct['impersonate-user'] ?? [];
  if (name === undefined) return user;
  const [, namespace, account] = /^system:serviceaccount:([^:]+):([^:]+)$/.exec(name) ?? [];
  const own = namespace === undefined ? [] : ['system:serviceaccounts', `system:serviceaccounts:${namespace}`];
  // One header for each group: an API server does not split a value at commas.
  const asked = headersDistinct['impersonate-group'] ?? [];
  const [uid] = headersDistinct['impersonate-uid'] ?? [];
  const extra = Object.entries(headersDistinct).flatMap(([header, values]) =>
    header.startsWith(EXTRA) ? [[decodeURIComponent(header.slice(EXTRA.length)), values ?? []] as const] : [],
  );
  const resource = { group: '', version: 'v1', subresource: '', namespace: namespace ?? '' };
  const target = account === undefined ? { plural: 'users', name } : { plural: 'serviceaccounts', name: account };
  const targets = [target, ...asked.map((group) => ({ plural: 'groups', name: group }))];
  for (const one of targets)
    authorize(store, user, { verb: 'impersonate', path: '', resource: { ...resource, ...one } });
  const authenticated = name === ANONYMOUS.name ? [] : [AUTHENTICATED];
  return {
    name,
    ...(uid !== undefined && { uid }),
    groups: [...new Set([...(asked.length > 0 ? asked : own), ...authenticated])],
    ...(extra.length > 0 && { extra: Object.fromEntries(extra) }),
  };
}
