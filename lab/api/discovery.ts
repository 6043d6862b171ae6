// SPDX-License-Identifier: Apache-2.0
import { ALL_VERBS, apiVersionOf, type Kind } from '../store/kind.ts';
import { REVIEWS } from '../rbac/reviews.ts';
import type { JsonObject } from '../store/json.ts';

/** Returns the discovery document of a path; undefined if there is none. */

/** The group of the console, a subresource of VMIs. */
export const SUBRESOURCES = 'subresources.kubevirt.io';

export const VERSION = {
  major: '1',
  minor: '36',
  emulationMajor: '1',
  emulationMinor: '36',
  minCompatibilityMajor: '1',
  minCompatibilityMinor: '35',
  gitVersion: 'v1.36.2',
  gitCommit: '98b35193b2ac7a23a673325f5e9b830ecd5ba406',
  gitTreeState: 'clean',
  buildDate: '2026-08-21T11:29:11Z',
  goVersion: 'go1.26.11',
  compiler: 'gc',
  platform: 'linux/amd64',
};

export const KUBEVIRT_VERSION = {
  gitVersion: 'v1.9.0',
  gitCommit: '79d34c1762169e5b0370ec491cef5ca12e6b504c',
  gitTreeState: 'clean',
  buildDate: '2026-07-27T15:21:17Z',
  goVersion: 'go1.26.11',
  compiler: 'gc',
  platform: 'linux/amd64',
};

export function discover(path: string, kinds: readonly Kind[], address: string): JsonObject | undefined {
  const [root, group = '', version = '', ...more] = path.split('/').filter((part) => part !== '');
  if (root === 'api' && group === '') {
    const serverAddressByClientCIDRs = [{ clientCIDR: '0.0.0.0/0', serverAddress: address }];
    return { kind: 'APIVersions', versions: ['v1'], serverAddressByClientCIDRs };
  }
  if (root === 'api') return group === 'v1' && version === '' ? resourceList('', kinds) : undefined;
  if (root !== 'apis') return undefined;
  const groups = groupsOf(kinds);
  if (group === '') return { kind: 'APIGroupList', apiVersion: 'v1', groups: groups.map(groupEntry) };
  if (!groups.includes(group)) return undefined;
  if (version === '') return { kind: 'APIGroup', apiVersion: 'v1', ...groupEntry(group) };
  return version === 'v1' && more.length === 0 ? resourceList(group, kinds) : undefined;
}

function groupsOf(kinds: readonly Kind[]): string[] {
  const served = [...kinds, ...REVIEWS].map(({ group }) => group).filter((group) => group !== '');
  const groups = [...new Set(served)];
  return groups.includes('kubevirt.io') ? [...groups, SUBRESOURCES] : groups;
}

function groupEntry(name: string): JsonObject {
  const version = { groupVersion: `${name}/v1`, version: 'v1' };
  return { name, versions: [version], preferredVersion: version };
}

function resourceList(group: string, kinds: readonly Kind[]): JsonObject {
  const resources = [
    ...kinds.filter((kind) => kind.group === group).flatMap(resourcesOf),
    ...REVIEWS.filter((review) => review.group === group).map(({ plural, kind }) => ({
      name: plural,
      singularName: kind.toLowerCase(),
      namespaced: false,
      kind,
      verbs: ['create'],
    })),
    ...(group === SUBRESOURCES ? ['virtualmachineinstances/console', 'version', 'healthz'].map(unnamed) : []),
  ];
  const groupVersion = group === '' ? 'v1' : `${group}/v1`;
  return { kind: 'APIResourceList', ...(group !== '' && { apiVersion: 'v1' }), groupVersion, resources };
}

function unnamed(name: string): JsonObject {
  return { name, singularName: '', namespaced: name.includes('/'), kind: '', verbs: null };
}

function resourcesOf(kind: Kind): JsonObject[] {
  const { plural, singular, namespaced, shortNames, categories } = kind;
  const main = {
    name: plural,
    singularName: singular,
    namespaced,
    kind: kind.kind,
    verbs: ALL_VERBS.filter((verb) => kind.verbs.includes(verb)),
    ...(shortNames.length > 0 && { shortNames }),
    ...(categories && { categories }),
  };
  const below = Object.entries(kind.subresources ?? {}).map(([name, { verbs, type }]) => ({
    name: `${plural}/${name}`,
    singularName: '',
    namespaced,
    kind: kind.kind,
    ...type,
    verbs: [...verbs],
  }));
  return [main, ...below];
}

/** The index of OpenAPI documents, or one of them: enough for a client to find the parameters of a PATCH. */
export function openapi(path: string, kinds: readonly Kind[]): JsonObject | undefined {
  const [, , ...rest] = path.split('/').filter((part) => part !== '');
  const documents = [...new Set(kinds.map(apiVersionOf))].map((version) =>
    version === 'v1' ? 'api/v1' : `apis/${version}`,
  );
  if (rest.length === 0) {
    const paths = documents.map((document) => [document, { serverRelativeURL: `/openapi/v3/${document}?hash=LAB` }]);
    return { paths: Object.fromEntries(paths) as JsonObject };
  }
  const wanted = rest.join('/');
  if (!documents.includes(wanted)) return undefined;
  const served = kinds.filter((kind) => wanted === (kind.group === '' ? 'api/v1' : `apis/${apiVersionOf(kind)}`));
  return {
    openapi: '3.0.0',
    components: { schemas: {} },
    info: { title: 'Kubernetes (lab)', version: VERSION.gitVersion },
    paths: Object.fromEntries(served.map((kind) => [objectPath(wanted, kind), { patch: patchOperation(kind) }])),
  };
}

function objectPath(document: string, { plural, namespaced }: Kind): string {
  return `/${document}/${namespaced ? 'namespaces/{namespace}/' : ''}${plural}/{name}`;
}

function patchOperation({ group, version, kind }: Kind): JsonObject {
  const parameters = ['dryRun', 'fieldManager', 'fieldValidation'].map((name) => ({
    name,
    in: 'query',
    schema: { type: 'string', uniqueItems: true },
  }));
  return { parameters, responses: {}, 'x-kubernetes-group-version-kind': { group, version, kind } };
}
