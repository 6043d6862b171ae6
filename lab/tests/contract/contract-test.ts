// SPDX-License-Identifier: Apache-2.0
/**
 * The server under contract: a lab in this process or, with CONTRACT_CLUSTER=kubeconfig, the cluster that KUBECONFIG names.
 * Each worker has a namespace of its own there and deletes it.
 */
import path from 'node:path';
import { expect, test as base } from '@playwright/test';
import { startLab, type Lab } from '../../lab.ts';
import { objectsAt, textAt } from '../../store/json.ts';
import { Accounts } from './accounts.ts';
import { Api, readKubeconfig, type Call } from './api.ts';
import { RUN_LABEL } from './run-namespaces.ts';

const GROUPS = { kubevirt: 'kubevirt.io', multus: 'k8s.cni.cncf.io' } as const;

/** Features that not every server has or permits. */
export type Needed = keyof typeof GROUPS | 'anonymous requests' | 'server-side apply' | 'compaction' | 'a stop';

interface Server {
  api: Api;
  /** Absent for an external server. */
  lab?: Lab;
  groups: readonly string[];
  /** Whether requests without credentials are authenticated as system:anonymous. */
  anonymous: boolean;
  /** Whether the server supports server-side apply. */
  applies: boolean;
}

/** The server and the namespace of the cases. */
export interface Stage {
  api: Api;
  lab: Lab | undefined;
  namespace: string;
  accounts: Accounts;
}

interface Tools {
  /** Skips the test with the reason if the server lacks a feature. */
  requires: (needed: Needed | Needed[] | undefined) => void;
}

interface WorkerTools {
  server: Server;
  stage: Stage;
}

/** Changes nothing, and is understood or not. */
const SERVER_SIDE_APPLY: Call = {
  method: 'PATCH',
  path: '/api/v1/namespaces/default/configmaps/contract-probe?dryRun=All&fieldManager=contract',
  headers: { 'content-type': 'application/apply-patch+yaml' },
  body: { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'contract-probe' } },
};

export const test = base.extend<Tools, WorkerTools>({
  server: [
    async ({}, use, { project, parallelIndex }) => {
      const directory = path.join(project.outputDir, `contract-lab-${parallelIndex}`);
      const lab = ofKubeconfig() ? undefined : await startLab({ guests: 'scripted', directory });
      const api = new Api(await readKubeconfig(lab?.kubeconfig ?? givenKubeconfig()));
      try {
        const { body } = await api.call({ path: '/apis' });
        const groups = objectsAt(body, 'groups').map((group) => textAt(group, 'name') ?? '');
        const anonymous = (await api.call({ path: '/api', anonymous: true })).status !== 401;
        const applies = (await api.call(SERVER_SIDE_APPLY)).status !== 415;
        await use({ api, groups, anonymous, applies, ...(lab && { lab }) });
      } finally {
        api.close();
        await lab?.stop();
      }
    },
    { scope: 'worker' },
  ],

  stage: [
    async ({ server: { api, lab } }, use) => {
      const labels = { [RUN_LABEL]: process.env['CONTRACT_RUN'] ?? 'lab' };
      const body = { apiVersion: 'v1', kind: 'Namespace', metadata: { generateName: 'contract-', labels } };
      const made = await api.call({ method: 'POST', path: '/api/v1/namespaces', body });
      const namespace = textAt(made.body, 'metadata', 'name');
      if (made.status !== 201 || namespace === undefined) throw new Error(`no namespace: ${JSON.stringify(made.body)}`);
      // Pods are refused until the cluster has created it.
      const account = { path: `/api/v1/namespaces/${namespace}/serviceaccounts/default` };
      await expect.poll(async () => (await api.call(account)).status, { timeout: 10_000 }).toBe(200);
      await use({ api, lab, namespace, accounts: new Accounts(api, namespace) });
      const gone = await api.call({ method: 'DELETE', path: `/api/v1/namespaces/${namespace}` });
      if (gone.status !== 200) throw new Error(`namespace ${namespace} stays: ${JSON.stringify(gone.body)}`);
    },
    { scope: 'worker' },
  ],

  requires: async ({ server }, use) => {
    await use((needed) => {
      for (const one of [needed ?? []].flat()) {
        const reason = lacking(one, server);
        test.skip(reason !== undefined, reason);
      }
    });
  },
});

function lacking(needed: Needed, { lab, groups, anonymous, applies }: Server): string | undefined {
  switch (needed) {
    case 'kubevirt':
    case 'multus':
      return groups.includes(GROUPS[needed]) ? undefined : `this cluster does not serve the group ${GROUPS[needed]}`;
    case 'anonymous requests':
      return lab || anonymous ? undefined : 'this cluster refuses requests without credentials with 401';
    case 'server-side apply':
      return applies ? undefined : 'this server does not apply on the server side: it answers 415';
    case 'compaction':
      return lab ? undefined : 'needs a compaction, which is only ours to do in a lab';
    case 'a stop':
      return lab ? undefined : 'needs a server that may be stopped';
  }
}

function ofKubeconfig(): boolean {
  return process.env['CONTRACT_CLUSTER'] === 'kubeconfig';
}

function givenKubeconfig(): string {
  const [first = ''] = (process.env['KUBECONFIG'] ?? '').split(path.delimiter);
  if (first === '') throw new Error('CONTRACT_CLUSTER=kubeconfig needs KUBECONFIG');
  return first;
}
