// SPDX-License-Identifier: Apache-2.0
/** Versions and health of the cluster, and access to both. */
import { SOME_TEXT, having, matching, part, refused } from './bodies.ts';
import { contract } from './case.ts';

const KUBEVIRT = '/apis/kubevirt.io/v1';
const SUBRESOURCES = '/apis/subresources.kubevirt.io/v1';
const text = { 'content-type': 'text/plain; charset=utf-8' };
const yes = (type: string) => having(part({ type, status: 'True' }));

const SERVER_VERSION = {
  major: '1',
  minor: matching(/^\d+\+?$/),
  gitVersion: matching(/^v1\.\d+\.\d+/),
  gitCommit: SOME_TEXT,
  goVersion: matching(/^go1\./),
  compiler: SOME_TEXT,
  platform: matching(/^\w+\/\w+$/),
};

contract('health', [
  {
    title: '40 /version',
    request: { path: '/version' },
    answer: { status: 200, like: SERVER_VERSION, headers: { 'content-type': 'application/json' } },
  },
  {
    title: '34 /version without credentials',
    needs: 'anonymous requests',
    request: { path: '/version', anonymous: true },
    answer: { status: 200, like: SERVER_VERSION },
  },
  { title: '54 /livez: ok', request: { path: '/livez' }, answer: { status: 200, body: 'ok', headers: text } },
  {
    title: '54 /livez without credentials: ok',
    needs: 'anonymous requests',
    request: { path: '/livez', anonymous: true },
    answer: { status: 200, body: 'ok' },
  },
  {
    title: '55 /readyz?verbose: a line for each check',
    request: { path: '/readyz?verbose' },
    answer: { status: 200, body: matching(/^\[\+\]ping ok\n(\[\+\].* ok\n)*readyz check passed\n$/), headers: text },
  },
  {
    title: '50 the version of KubeVirt',
    needs: 'kubevirt',
    request: { path: `${SUBRESOURCES}/version` },
    answer: {
      status: 200,
      like: { gitVersion: matching(/^v\d+\.\d+\.\d+/), goVersion: matching(/^go1\./), platform: SOME_TEXT },
    },
  },
  {
    title: '51 the health of KubeVirt: it reaches the API server',
    needs: 'kubevirt',
    request: { path: `${SUBRESOURCES}/healthz` },
    answer: {
      status: 200,
      like: {
        apiserver: { connectivity: 'ok', version: { gitVersion: matching(/^v1\.\d+\.\d+/) } },
        'config-resource-version': SOME_TEXT,
      },
    },
  },
  {
    // Available turns False for a minute when a virt-handler restarts or a feature gate changes.
    title: '52 the KubeVirt resource of any namespace: deployed',
    needs: 'kubevirt',
    request: { path: `${KUBEVIRT}/kubevirts` },
    answer: {
      status: 200,
      like: {
        kind: 'KubeVirtList',
        apiVersion: 'kubevirt.io/v1',
        items: having(
          part({
            kind: 'KubeVirt',
            status: part({
              phase: 'Deployed',
              observedKubeVirtVersion: SOME_TEXT,
              conditions: having(part({ type: 'Available' })),
            }),
          }),
        ),
      },
    },
  },
  {
    title: '56 nodes: at least one is ready',
    request: { path: '/api/v1/nodes' },
    answer: {
      status: 200,
      like: {
        kind: 'NodeList',
        apiVersion: 'v1',
        items: having(
          part({
            metadata: part({ name: SOME_TEXT, labels: part({ 'kubernetes.io/hostname': SOME_TEXT }) }),
            status: part({ conditions: yes('Ready'), allocatable: part({ cpu: SOME_TEXT, memory: SOME_TEXT }) }),
          }),
        ),
      },
    },
  },
  {
    title: '58 discovery without credentials: 403 that names the path',
    needs: 'anonymous requests',
    request: { path: KUBEVIRT, anonymous: true },
    answer: {
      ...refused(403, 'Forbidden', `forbidden: User "system:anonymous" cannot get path "${KUBEVIRT}"`, {}),
      headers: { 'x-content-type-options': 'nosniff' },
    },
  },
  {
    title: '59 discovery by an account without rights: 200',
    needs: 'kubevirt',
    request: { path: KUBEVIRT, as: 'none' },
    answer: { status: 200, like: { kind: 'APIResourceList', groupVersion: 'kubevirt.io/v1' } },
  },
]);
