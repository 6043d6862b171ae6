import { StatusError } from './status.ts';
import type { Attributes } from './attributes.ts';

/** Who may do what. The cluster allows everything to its one user but what `deny` takes away; strangers may ask the version. */

export interface DenyRule {
  verb: string;
  group: string;
  /** Plural, with its subresource: `virtualmachineinstances/console`. */
  resource: string;
}

export interface User {
  name: string;
}

const ANONYMOUS: User = { name: 'system:anonymous' };
const OPEN_PATHS = ['/version', '/healthz', '/livez', '/readyz'];

/** Throws 401 on a token that is not ours. */
export function authenticate(authorization: string | undefined, token: string, owner: User): User {
  if (authorization === undefined) return ANONYMOUS;
  if (authorization !== `Bearer ${token}`) throw new StatusError(401, 'Unauthorized', 'Unauthorized');
  return owner;
}

/** Throws 403 in the words of the server's RBAC authorizer. */
export function authorize(user: User, attributes: Attributes, deny: DenyRule[]): void {
  const { verb, path, resource } = attributes;
  const anonymous = user === ANONYMOUS;
  if (!resource) {
    if (!anonymous || OPEN_PATHS.includes(path)) return;
    throw new StatusError(403, 'Forbidden', `forbidden: User "${user.name}" cannot ${verb} path "${path}"`, {});
  }
  const { group, plural, subresource, namespace, name } = resource;
  const full = subresource === '' ? plural : `${plural}/${subresource}`;
  const matches = (rule: string, value: string) => rule === '*' || rule === value;
  const denied = deny.some(
    (rule) => matches(rule.verb, verb) && matches(rule.group, group) && matches(rule.resource, full),
  );
  if (!anonymous && !denied) return;
  const target = `${plural}${group && `.${group}`}${name && ` "${name}"`}`;
  const scope = namespace === '' ? 'at the cluster scope' : `in the namespace "${namespace}"`;
  const message = `${target} is forbidden: User "${user.name}" cannot ${verb} resource "${full}" in API group "${group}" ${scope}`;
  throw new StatusError(403, 'Forbidden', message, { ...(name && { name }), ...(group && { group }), kind: plural });
}
