import { apiVersionOf, type Kind } from '../kinds/kind.ts';
import type { JsonObject } from '../store/json.ts';

/** What a client learns about the cluster without naming an object. Undefined: no such path. */
export function discover(path: string, kinds: readonly Kind[]): JsonObject | string | undefined {
  const parts = path.split('/').filter((part) => part !== '');
  const groups = [...new Set(kinds.map((kind) => kind.group))].filter((group) => group !== '');
  if (groups.includes('kubevirt.io')) groups.push(SUBRESOURCES);
  const [root, group = '', version = ''] = parts;
  if (parts.length === 1) {
    if (root === 'version') return VERSION;
    if (['healthz', 'livez', 'readyz'].includes(root ?? '')) return 'ok';
    if (root === 'api') return { kind: 'APIVersions', versions: ['v1'], serverAddressByClientCIDRs: [] };
    if (root === 'apis') return { kind: 'APIGroupList', apiVersion: 'v1', groups: groups.map(groupEntry) };
  }
  if (root === 'api' && group === 'v1' && parts.length === 2) return resourceList('v1', kinds, '');
  if (root !== 'apis' || !groups.includes(group)) return undefined;
  if (parts.length === 2) return { kind: 'APIGroup', apiVersion: 'v1', ...groupEntry(group) };
  if (version !== 'v1' || parts.length > 3) return undefined;
  return resourceList(`${group}/v1`, kinds, group);
}

/** The group that holds the console, a subresource of VMIs. */
export const SUBRESOURCES = 'subresources.kubevirt.io';

const VERSION = {
  major: '1',
  minor: '36',
  gitVersion: 'v1.36.2',
  gitCommit: '98b35193b2ac7a23a673325f5e9b830ecd5ba406',
  gitTreeState: 'clean',
  buildDate: '2026-08-21T11:29:11Z',
  goVersion: 'go1.26.11',
  compiler: 'gc',
  platform: 'linux/amd64',
};

const CONSOLE = { name: 'virtualmachineinstances/console', singularName: '', namespaced: true, kind: '', verbs: null };

function groupEntry(name: string): JsonObject {
  const version = { groupVersion: `${name}/v1`, version: 'v1' };
  return { name, versions: [version], preferredVersion: version };
}

function resourceList(groupVersion: string, kinds: readonly Kind[], group: string): JsonObject {
  const resources =
    group === SUBRESOURCES ? [CONSOLE] : kinds.filter((kind) => apiVersionOf(kind) === groupVersion).map(resource);
  return { kind: 'APIResourceList', apiVersion: 'v1', groupVersion, resources };
}

function resource(kind: Kind): JsonObject {
  return {
    name: kind.plural,
    singularName: kind.singular,
    namespaced: kind.namespaced,
    kind: kind.kind,
    verbs: ['create', 'delete', 'get', 'list', 'patch', 'update', 'watch'],
    shortNames: kind.shortNames,
  };
}
