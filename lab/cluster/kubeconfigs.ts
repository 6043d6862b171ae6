// SPDX-License-Identifier: Apache-2.0
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { parse } from 'yaml';
import { renderKubeconfig } from '../api/credentials.ts';
import type { Tokens } from '../rbac/tokens.ts';
import { objectsAt, textAt, type Json } from '../store/json.ts';
import type { KubeObject } from '../store/kube-object.ts';

const DAY_SECONDS = 24 * 3600;

/** The kubeconfig files of a cluster, each with the token of one user. */
export class Kubeconfigs {
  readonly #tokens: Tokens;
  readonly #cert: string;
  readonly #url: () => string;
  readonly #paths = new Set<string>();

  constructor(tokens: Tokens, cert: string, url: () => string) {
    this.#tokens = tokens;
    this.#cert = cert;
    this.#url = url;
  }

  /** The paths of the files that still exist: a pod's file is deleted with the pod. */
  get paths(): string[] {
    for (const path of this.#paths) if (!existsSync(path)) this.#paths.delete(path);
    return [...this.#paths];
  }

  writeAdministrator(path: string, namespace: string): string {
    return this.#write(path, this.#tokens.administrator, namespace);
  }

  /** `boundTo`: the uid of the object whose deletion invalidates the token. */
  writeAccount(path: string, account: KubeObject, boundTo?: string): string {
    return this.#write(path, this.#tokens.issue(account, DAY_SECONDS, boundTo).token, account.metadata.namespace);
  }

  /** Replaces the token in the file and revokes the old one. */
  rotate(path: string): void {
    const text = readFileSync(path, 'utf8');
    const token = textAt(objectsAt(parse(text) as Json, 'users')[0], 'user', 'token');
    if (token === undefined) throw new Error(`${path} has no token`);
    replaceFile(path, text.replaceAll(token, this.#tokens.rotate(token)));
  }

  #write(path: string, token: string, namespace: string | undefined): string {
    replaceFile(path, renderKubeconfig({ url: this.#url(), cert: this.#cert, token, namespace }));
    this.#paths.add(path);
    return path;
  }
}

/** Replaces the file atomically, so that no reader gets a part of it. */
function replaceFile(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(`${path}.new`, text, { mode: 0o600 });
  renameSync(`${path}.new`, path);
}
