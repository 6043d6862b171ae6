// SPDX-License-Identifier: Apache-2.0
/** The attributes of a request, parsed from its method and path; permissions and the request log use them. */
export interface Attributes {
  verb: string;
  path: string;
  /** Absent for paths that name no resource, such as /version. */
  resource?: {
    group: string;
    version: string;
    plural: string;
    subresource: string;
    namespace: string;
    name: string;
  };
}

const VERBS: Record<string, { one: string; many: string }> = {
  GET: { one: 'get', many: 'list' },
  HEAD: { one: 'get', many: 'list' },
  POST: { one: 'create', many: 'create' },
  PUT: { one: 'update', many: 'update' },
  PATCH: { one: 'patch', many: 'patch' },
  DELETE: { one: 'delete', many: 'deletecollection' },
};

export function attributesOf(method: string, url: URL): Attributes {
  const path = url.pathname;
  const resource = resourceOf(
    path
      .split('/')
      .filter((part) => part !== '')
      .map(decodeURIComponent),
  );
  const verbs = VERBS[method];
  if (!resource || !verbs) return { verb: method.toLowerCase(), path };
  const verb = resource.name === '' ? verbs.many : verbs.one;
  const watching = verb === 'list' && ['true', '1'].includes(url.searchParams.get('watch') ?? '');
  return { verb: watching ? 'watch' : verb, path, resource };
}

function resourceOf(parts: string[]): Attributes['resource'] {
  const core = parts[0] === 'api';
  if (!core && parts[0] !== 'apis') return undefined;
  const [group = '', version = '', ...rest] = core ? ['', ...parts.slice(1)] : parts.slice(1);
  if (rest.length === 0) return undefined;
  const nested = rest[0] === 'namespaces' && rest.length > 2;
  const [namespace = '', plural = '', name = '', subresource = ''] = nested ? rest.slice(1) : ['', ...rest];
  return { group, version, plural, name, subresource, namespace };
}
