import type { IncomingHttpHeaders } from 'node:http';
import type { Store } from '../store/store.ts';
import { authorize } from './authorizer.ts';
import { ANONYMOUS, AUTHENTICATED, type User } from './user.ts';

/** Whom the request is made for: `kubectl --as`. Throws 403 for who may not speak for others. */
export function impersonated(store: Store, user: User, headers: IncomingHttpHeaders): User {
  const name = headers['impersonate-user'];
  if (typeof name !== 'string') return user;
  const [, namespace, account] = /^system:serviceaccount:([^:]+):([^:]+)$/.exec(name) ?? [];
  const own = namespace === undefined ? [] : ['system:serviceaccounts', `system:serviceaccounts:${namespace}`];
  const asked = [headers['impersonate-group'] ?? []].flat().flatMap((group) => group.split(/,\s*/));
  const resource = { group: '', version: 'v1', subresource: '', namespace: namespace ?? '' };
  const target = account === undefined ? { plural: 'users', name } : { plural: 'serviceaccounts', name: account };
  for (const one of [target, ...asked.map((group) => ({ plural: 'groups', name: group }))]) {
    authorize(store, user, { verb: 'impersonate', path: '', resource: { ...resource, ...one } });
  }
  const authenticated = name === ANONYMOUS.name ? [] : [AUTHENTICATED];
  return { name, groups: [...new Set([...(asked.length > 0 ? asked : own), ...authenticated])] };
}
