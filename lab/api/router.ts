// SPDX-License-Identifier: Apache-2.0
import type { IncomingMessage, ServerResponse } from 'node:http';
import { type Kind, type Verb } from '../store/kind.ts';
import { KUBEVIRTS } from '../kinds/kinds.ts';
import { authorize } from '../rbac/authorizer.ts';
import { certifiedUser } from '../rbac/certificates.ts';
import { impersonated } from '../rbac/impersonation.ts';
import { REVIEWS } from '../rbac/reviews.ts';
import type { Tokens } from '../rbac/tokens.ts';
import type { User } from '../rbac/user.ts';
import { objectAt } from '../store/json.ts';
import type { Store } from '../store/store.ts';
import type { Attributes } from '../rbac/attributes.ts';
import { MEDIA_TYPES, readObject } from './body.ts';
import { answerWith, existing, type Answer, type Call } from './call.ts';
import { remove, removeAll } from './delete.ts';
import { isExec, requireContainer } from './exec-rules.ts';
import { discover, KUBEVIRT_VERSION, openapi, SUBRESOURCES, VERSION } from './discovery.ts';
import { list } from './list.ts';
import { badRequest, methodNotAllowed, notAcceptable, unknownResource } from '../kinds/status.ts';
import { createToken, streamLog, type FindLog } from './subresources.ts';
import { watch } from './watch.ts';
import { create, patch, update } from './write.ts';

export interface RouterOptions {
  store: Store;
  kinds: readonly Kind[];
  tokens: Tokens;
  findLog: FindLog;
}

type Resource = NonNullable<Attributes['resource']>;

const ACTIONS: Record<Exclude<Verb, 'watch'>, (call: Call) => Answer | Promise<Answer>> = {
  get: (call) => answerWith(call, 200, existing(call)),
  list,
  create,
  update,
  patch,
  delete: remove,
  deletecollection: removeAll,
};

/** Handles a request: authentication, authorization, kind, verb. */
export class Router {
  readonly #options: RouterOptions;

  constructor(options: RouterOptions) {
    this.#options = options;
  }

  /** @throws StatusError 401 or 403 */
  admit(request: IncomingMessage, attributes: Attributes): User {
    const { store, tokens } = this.#options;
    const credentials = credentialsOf(request);
    const certified = credentials === undefined ? certifiedUser(request.socket) : undefined;
    const user = impersonated(store, certified ?? tokens.authenticate(credentials), request);
    authorize(store, user, attributes);
    requireConsoleAccept(attributes, request.headers.accept);
    // A websocket begins as a GET; since Kubernetes 1.35, permission to "get" is not enough for it (kubernetes PR 134577).
    if (isExec(attributes)) authorize(store, user, { ...attributes, verb: 'create' });
    return user;
  }

  /** Returns the response, or streams into `response` and returns undefined. */
  async answer(
    request: IncomingMessage,
    url: URL,
    attributes: Attributes,
    response: ServerResponse,
  ): Promise<Answer | undefined> {
    const user = this.admit(request, attributes);
    const accept = request.headers.accept ?? '*/*';
    if (!/application\/(json|\*)|\*\/\*/.test(accept)) throw notAcceptable(MEDIA_TYPES);
    const { verb, path, resource } = attributes;
    if (!resource) {
      if (!['get', 'head'].includes(verb)) throw methodNotAllowed();
      return page(this.#page(path, url, request));
    }
    if (resource.group === SUBRESOURCES && this.#serves('kubevirt.io'))
      return kubevirtPage(resource, this.#options.store);
    const review = REVIEWS.find(({ group, plural }) => group === resource.group && plural === resource.plural);
    if (review) {
      if (verb !== 'create') throw methodNotAllowed();
      const type = { apiVersion: `${review.group}/v1`, kind: review.kind };
      const spec = objectAt(await readObject(request, type), 'spec') ?? {};
      return {
        code: 201,
        body: { kind: type.kind, apiVersion: type.apiVersion, ...review.answer(this.#options.store, user, spec) },
      };
    }
    if (!this.#serves(resource.group, resource.version)) return page(undefined);
    const call = this.#call(request, url, resource, accept);
    if (resource.subresource !== '') return this.#subresource(call, resource, verb, response);
    if (verb === 'watch') {
      watch(call, response);
      return undefined;
    }
    if (!allows(call, verb)) throw methodNotAllowed();
    return ACTIONS[verb as keyof typeof ACTIONS](call);
  }

  #serves(group: string, version = 'v1'): boolean {
    return this.#options.kinds.some((kind) => kind.group === group && kind.version === version);
  }

  #page(path: string, url: URL, request: IncomingMessage): Answer['body'] | undefined {
    const [root] = path.split('/').filter((part) => part !== '');
    const { kinds } = this.#options;
    if (root === 'version') return VERSION;
    if (root === 'healthz' || root === 'livez' || root === 'readyz') {
      return url.searchParams.has('verbose') ? `[+]ping ok\n${root} check passed\n` : 'ok';
    }
    if (path.startsWith('/openapi/v3')) return openapi(path, kinds);
    return discover(path, kinds, request.headers.host ?? '');
  }

  #call(request: IncomingMessage, url: URL, resource: Resource, accept: string): Call {
    const { group, plural, namespace, name } = resource;
    const kind = this.#options.kinds.find((known) => known.group === group && known.plural === plural);
    if (!kind || (!kind.namespaced && namespace !== '')) throw unknownResource();
    return { store: this.#options.store, kind, namespace, name, query: url.searchParams, accept, request };
  }

  async #subresource(
    call: Call,
    { subresource }: Resource,
    verb: string,
    response: ServerResponse,
  ): Promise<Answer | undefined> {
    const allowed = call.kind.subresources?.[subresource]?.verbs;
    if (allowed === undefined) throw unknownResource();
    if (!allowed.includes(verb)) throw methodNotAllowed();
    if (subresource === 'token') return createToken(call, this.#options.tokens);
    if (subresource === 'exec') {
      requireContainer(existing(call), call.query.get('container') ?? undefined);
      throw badRequest('Upgrade request required');
    }
    streamLog(call, this.#options.findLog, response);
    return undefined;
  }
}

const OF_ONE = ['get', 'update', 'patch', 'delete'];
const WITHIN_A_NAMESPACE = ['create', 'deletecollection'];

/** Returns whether the path of one object or of a collection accepts the verb. */
function allows({ kind, namespace, name }: Call, verb: string): boolean {
  if (!(verb in ACTIONS) || !kind.verbs.some((allowed) => allowed === verb)) return false;
  if (OF_ONE.includes(verb) !== (name !== '')) return false;
  return !kind.namespaced || namespace !== '' || !WITHIN_A_NAMESPACE.includes(verb);
}

function page(body: Answer['body'] | undefined): Answer {
  return body === undefined ? { code: 404, body: '404 page not found\n' } : { code: 200, body };
}

/** KubeVirt's own API server; a console is only reached by an upgrade. */
function kubevirtPage({ plural, subresource }: Resource, store: Store): Answer {
  if (plural === 'version') return page(KUBEVIRT_VERSION);
  if (plural === 'healthz') {
    const version = store.list(KUBEVIRTS)[0]?.metadata.resourceVersion ?? '';
    return page({ apiserver: { connectivity: 'ok', version: VERSION }, 'config-resource-version': version });
  }
  if (subresource !== 'console') return page(undefined);
  const problem =
    "websocket: the client is not using the websocket protocol: 'upgrade' token not found in 'Connection' header";
  return {
    code: 400,
    headers: { 'sec-websocket-version': '13' },
    body: `Bad Request\n${JSON.stringify(badRequest(problem).body, null, 1)}`,
  };
}

const BEARER_PROTOCOL = 'base64url.bearer.authorization.k8s.io.';

/** A browser cannot set the header of a websocket: it offers its token as a subprotocol. */
function credentialsOf({ headers }: IncomingMessage): string | undefined {
  const offered = (headers['sec-websocket-protocol'] ?? '').split(/,\s*/);
  const encoded = offered.find((protocol) => protocol.startsWith(BEARER_PROTOCOL))?.slice(BEARER_PROTOCOL.length);
  return headers.authorization ?? (encoded && `Bearer ${Buffer.from(encoded, 'base64url').toString('utf8')}`);
}

/** virt-api's consoles produce no media type: a client that accepts only certain types is refused (observed with KubeVirt 1.9). */
function requireConsoleAccept({ resource }: Attributes, accept = '*/*'): void {
  if (resource?.group !== SUBRESOURCES || resource.subresource !== 'console' || accept.includes('*/*')) return;
  throw notAcceptable('');
}
