// SPDX-License-Identifier: Apache-2.0
/** Service accounts of the worker's namespace: `none` without rights, `checkup` with the checkup's role. */
import { expect } from '@playwright/test';
import { textAt, type Json, type JsonObject } from '../../store/json.ts';
import type { Api } from './api.ts';

export type Account = 'none' | 'checkup';

export const ROLE = 'kubevirt-vm-latency-checker';
export const ROLE_RULES: JsonObject[] = [
  { apiGroups: ['kubevirt.io'], resources: ['virtualmachineinstances'], verbs: ['get', 'create', 'delete'] },
  { apiGroups: ['subresources.kubevirt.io'], resources: ['virtualmachineinstances/console'], verbs: ['get'] },
  { apiGroups: ['k8s.cni.cncf.io'], resources: ['network-attachment-definitions'], verbs: ['get'] },
  { apiGroups: [''], resources: ['configmaps'], verbs: ['get', 'update'] },
];

const RBAC = { group: 'rbac.authorization.k8s.io', version: 'rbac.authorization.k8s.io/v1' };
const DEADLINE_MS = 10_000;

export class Accounts {
  readonly #api: Api;
  readonly #namespace: string;
  readonly #tokens = new Map<Account, Promise<string>>();

  constructor(api: Api, namespace: string) {
    this.#api = api;
    this.#namespace = namespace;
  }

  /** Creates the account on first use. */
  tokenOf(account: Account): Promise<string> {
    const token = this.#tokens.get(account) ?? this.#make(account);
    this.#tokens.set(account, token);
    return token;
  }

  async #make(account: Account): Promise<string> {
    const accounts = `/api/v1/namespaces/${this.#namespace}/serviceaccounts`;
    await this.#post(accounts, { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: account } });
    const request = { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec: {} };
    const token = textAt(await this.#post(`${accounts}/${account}/token`, request), 'status', 'token');
    if (token === undefined) throw new Error(`the TokenRequest for ${account} brought no token`);
    if (account === 'checkup') await this.#bindRole(account, token);
    return token;
  }

  async #bindRole(account: Account, token: string): Promise<void> {
    const [path, metadata] = [`/apis/${RBAC.version}/namespaces/${this.#namespace}`, { name: ROLE }];
    await this.#post(`${path}/roles`, { apiVersion: RBAC.version, kind: 'Role', metadata, rules: ROLE_RULES });
    await this.#post(`${path}/rolebindings`, {
      apiVersion: RBAC.version,
      kind: 'RoleBinding',
      metadata,
      roleRef: { apiGroup: RBAC.group, kind: 'Role', name: ROLE },
      subjects: [{ kind: 'ServiceAccount', name: account, namespace: this.#namespace }],
    });
    // A new binding takes effect with a short delay.
    const settled = { path: `/api/v1/namespaces/${this.#namespace}/configmaps/no-such`, token };
    await expect.poll(async () => (await this.#api.call(settled)).status, { timeout: DEADLINE_MS }).toBe(404);
  }

  async #post(path: string, body: JsonObject): Promise<Json> {
    const made = await this.#api.call({ method: 'POST', path, body });
    if (made.status !== 201) throw new Error(`POST ${path}: ${made.status} ${JSON.stringify(made.body)}`);
    return made.body;
  }
}
