// SPDX-License-Identifier: Apache-2.0
import { randomBytes, randomUUID } from 'node:crypto';
import { StatusError } from '../kinds/status.ts';
import { SERVICE_ACCOUNTS } from '../kinds/kinds.ts';
import type { KubeObject } from '../store/kube-object.ts';
import type { Store } from '../store/store.ts';
import { ADMINISTRATOR, ANONYMOUS, serviceAccountUser, type User } from './user.ts';

interface Issued {
  namespace: string;
  name: string;
  uid: string;
  credential: string;
  expires: number;
  /** The object, such as a pod, whose deletion invalidates the token. */
  boundTo: string | undefined;
}

/** Bearer tokens: one for the administrator, others for service accounts for as long as those (and what they are bound to) exist. */
export class Tokens {
  #administrator = newToken();
  readonly #store: Store;
  readonly #issued = new Map<string, Issued>();

  constructor(store: Store) {
    this.#store = store;
  }

  get administrator(): string {
    return this.#administrator;
  }

  /** Replaces a token; the old one is refused. */
  rotate(token: string): string {
    const fresh = newToken();
    const issued = this.#issued.get(token);
    if (issued) this.#issued.set(fresh, issued);
    else if (token === this.#administrator) this.#administrator = fresh;
    else throw new Error('this lab has not issued that token');
    this.#issued.delete(token);
    return fresh;
  }

  issue(account: KubeObject, seconds: number, boundTo?: string): { token: string; expires: number } {
    const { namespace = '', name, uid } = account.metadata;
    // An invalid token never becomes valid again.
    for (const [old, issued] of this.#issued) if (!this.#valid(issued)) this.#issued.delete(old);
    const token = newToken();
    const expires = Date.now() + seconds * 1000;
    this.#issued.set(token, { namespace, name, uid, credential: `JTI=${randomUUID()}`, expires, boundTo });
    return { token, expires };
  }

  /** @throws StatusError 401 if the token is unknown or expired, or its service account is deleted */
  authenticate(authorization: string | undefined): User {
    if (authorization === undefined) return ANONYMOUS;
    const token = /^Bearer\s+(.+)$/i.exec(authorization)?.[1] ?? '';
    if (token === this.#administrator) return ADMINISTRATOR;
    const issued = this.#issued.get(token);
    if (!issued || !this.#valid(issued)) throw new StatusError(401, 'Unauthorized', 'Unauthorized');
    return serviceAccountUser(issued.namespace, issued.name, issued.uid, issued.credential);
  }

  #valid({ namespace, name, uid, expires, boundTo }: Issued): boolean {
    if (expires < Date.now() || (boundTo !== undefined && !this.#store.find(boundTo))) return false;
    return this.#store.get(SERVICE_ACCOUNTS, namespace, name)?.metadata.uid === uid;
  }
}

function newToken(): string {
  return randomBytes(32).toString('base64url');
}
