// SPDX-License-Identifier: Apache-2.0
import { SECRETS, SERVICE_ACCOUNTS } from '../kinds/kinds.ts';
import { decodeJson, objectsAt, stringMapAt, textAt, type Json } from '../store/json.ts';
import type { KubeObject } from '../store/kube-object.ts';
import type { Store } from '../store/store.ts';

/** Registries that require a login: the host, and "user:password". SIMULATED: no image is pulled. */
export type PrivateRegistries = Readonly<Record<string, string>>;

/** Of Secrets with the credentials of registries. */
const SECRET_TYPE = 'kubernetes.io/dockerconfigjson';

/** Returns the pull secrets of a pod; those of its service account if it has none (ServiceAccount admission). */
function pullSecretNames(store: Store, pod: KubeObject): string[] {
  const name = textAt(pod.spec, 'serviceAccountName') ?? 'default';
  const account = store.get(SERVICE_ACCOUNTS, pod.metadata.namespace, name);
  const [own, ofAccount] = [objectsAt(pod.spec, 'imagePullSecrets'), objectsAt(account, 'imagePullSecrets')];
  return (own.length > 0 ? own : ofAccount).flatMap((reference) => textAt(reference, 'name') ?? []);
}

/** Returns the kubelet's message about pull secrets that do not exist; it pulls nevertheless. */
export function missingPullSecrets(store: Store, pod: KubeObject): string | undefined {
  const names = pullSecretNames(store, pod).filter((name) => !store.get(SECRETS, pod.metadata.namespace, name));
  if (names.length === 0) return undefined;
  return `Unable to retrieve some image pull secrets (${names.join(', ')}); attempting to pull the image may not succeed.`;
}

/**
 * Returns a message in the form of containerd's if a registry does not let the pod pull an image. Its words are not recorded: those of a
 * real node may differ.
 */
export function registryRefusal(
  store: Store,
  pod: KubeObject,
  image: string,
  registries: PrivateRegistries = {},
): string | undefined {
  const [host = '', ...path] = image.split('/');
  const expected = registries[host];
  if (expected === undefined) return undefined;
  const given = pullSecretNames(store, pod).flatMap((name) => {
    const secret = store.get(SECRETS, pod.metadata.namespace, name);
    return textAt(secret, 'type') === SECRET_TYPE ? loginsFor(host, secret) : [];
  });
  if (given.includes(expected)) return undefined;
  const [, name = '', reference = 'latest'] = /^(.*?)(?:[:@](.*))?$/.exec(path.join('/')) ?? [];
  const why =
    given.length === 0
      ? 'pull access denied, repository does not exist or may require authorization: authorization failed: no basic auth credentials'
      : `unexpected status from HEAD request to https://${host}/v2/${name}/manifests/${reference}: 401 Unauthorized`;
  return `rpc error: code = Unknown desc = failed to pull and unpack image "${image}": failed to resolve reference "${image}": ${why}`;
}

/** Returns "user:password" of a Secret for a registry. */
function loginsFor(host: string, secret: KubeObject | undefined): string[] {
  const encoded = stringMapAt(secret, 'data')['.dockerconfigjson'] ?? '';
  let config: Json;
  try {
    config = decodeJson(Buffer.from(encoded, 'base64').toString());
  } catch {
    return [];
  }
  const auth = textAt(config, 'auths', host, 'auth');
  if (auth !== undefined) return [Buffer.from(auth, 'base64').toString()];
  const [user, password] = ['username', 'password'].map((field) => textAt(config, 'auths', host, field));
  return user === undefined || password === undefined ? [] : [`${user}:${password}`];
}
