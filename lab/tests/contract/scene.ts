// SPDX-License-Identifier: Apache-2.0
/**
 * One case on the server: its words and its requests. `{ns}`, `{name}` stand for the namespace and a name of the case's own;
 * `{uid}` and `{rv}` are those of the first object given; a request may keep more words from its answer.
 */
import { expect } from '@playwright/test';
import { at, textAt, type Json, type JsonObject } from '../../store/json.ts';
import type { Account } from './accounts.ts';
import type { Call, Reply } from './api.ts';
import { CONFIG_MAPS, NADS, PODS, VMIS } from './bodies.ts';
import type { Stage } from './contract-test.ts';
import { fill } from './template.ts';

export interface Request extends Call {
  /** The account whose token is sent instead of the kubeconfig's credentials. */
  as?: Account;
  /** Placeholders for the following requests: the path of each in the response. */
  keep?: Record<string, string[]>;
}

export interface Setting {
  /** Objects to create first. */
  given?: JsonObject[];
  /** Requests after that; `compact` compacts the history of the lab. */
  before?: (Request | 'compact')[];
}

/** The collection path of a kind. */
const COLLECTIONS: Record<string, string> = {
  ConfigMap: CONFIG_MAPS,
  Pod: PODS,
  NetworkAttachmentDefinition: NADS,
  VirtualMachineInstance: VMIS,
};

export class Scene {
  readonly #stage: Stage;
  readonly #words: Record<string, string>;

  constructor(stage: Stage, name: string) {
    this.#stage = stage;
    this.#words = { ns: stage.namespace, name };
  }

  async set({ given = [], before = [] }: Setting): Promise<void> {
    for (const [i, object] of given.entries()) {
      const made = await this.#create(object);
      if (i > 0) continue;
      this.#words['uid'] = textAt(made, 'metadata', 'uid') ?? '';
      this.#words['rv'] = textAt(made, 'metadata', 'resourceVersion') ?? '';
    }
    for (const step of before) {
      if (step === 'compact') this.#stage.lab?.compact();
      else await this.succeed(step);
    }
  }

  async send(request: Request): Promise<Reply> {
    const reply = await this.#stage.api.call(await this.call(request));
    for (const [word, path] of Object.entries(request.keep ?? {})) {
      this.#words[word] = textAt(reply.body, ...path) ?? '';
    }
    return reply;
  }

  async succeed(request: Request): Promise<Json> {
    const { status, body } = await this.send(request);
    expect(status, JSON.stringify(body)).toBeLessThan(300);
    return body;
  }

  /** Returns the request with filled placeholders and its credentials. */
  async call(request: Request): Promise<Call> {
    const { as, ...call } = this.fill(request);
    return as ? { ...call, token: await this.#stage.accounts.tokenOf(as) } : call;
  }

  fill<T>(value: T): T {
    return fill(value, this.#words);
  }

  async #create(object: JsonObject): Promise<Json> {
    const path = COLLECTIONS[textAt(object, 'kind') ?? ''];
    if (path === undefined) throw new Error(`no collection for ${JSON.stringify(at(object, 'kind'))}`);
    return this.succeed({ method: 'POST', path, body: object });
  }
}
