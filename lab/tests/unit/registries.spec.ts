// SPDX-License-Identifier: Apache-2.0
import { expect, test } from '@playwright/test';
import { admitSecret } from '../../kinds/secret-admission.ts';
import { SECRETS, SERVICE_ACCOUNTS } from '../../kinds/kinds.ts';
import { missingPullSecrets, registryRefusal } from '../../nodes/registries.ts';
import type { JsonObject } from '../../store/json.ts';
import { identified, type KubeObject } from '../../store/kube-object.ts';
import { Store } from '../../store/store.ts';

const IMAGE = 'registry.example:5000/vms/alpine:1';
const REGISTRIES = { 'registry.example:5000': 'puller:word' };

function object(kind: string, name: string, fields: JsonObject): KubeObject {
  return identified({ apiVersion: 'v1', kind, ...fields, metadata: {} }, { name, namespace: 'ns', uid: name });
}

function secret(name: string, auths: JsonObject, type = 'kubernetes.io/dockerconfigjson'): KubeObject {
  const stringData = { '.dockerconfigjson': JSON.stringify({ auths }) };
  return admitSecret(object('Secret', name, { type, stringData }), SECRETS);
}

const login = (password: string): JsonObject => ({ 'registry.example:5000': { username: 'puller', password } });

/** A pod with this pull secret. */
function pod(...names: string[]): KubeObject {
  return object('Pod', 'pod', { spec: { imagePullSecrets: names.map((name) => ({ name })) } });
}

test('a private registry accepts a Secret of the right type with its credentials, in the namespace of the pod', () => {
  const store = new Store();
  const auth = Buffer.from('puller:word').toString('base64');
  store.insert(SECRETS, secret('right', login('word')));
  store.insert(SECRETS, secret('encoded', { 'registry.example:5000': { auth } }));
  store.insert(SECRETS, secret('wrong', login('other')));
  store.insert(SECRETS, secret('opaque', login('word'), 'Opaque'));
  store.insert(SECRETS, secret('elsewhere', { 'quay.io': { auth } }));
  const refusal = (...names: string[]) => registryRefusal(store, pod(...names), IMAGE, REGISTRIES);
  expect([refusal('right'), refusal('encoded'), refusal('wrong', 'right')]).toEqual([undefined, undefined, undefined]);
  for (const name of ['opaque', 'elsewhere', 'none']) expect(refusal(name)).toMatch(/: no basic auth credentials$/);
  expect(refusal('wrong')).toMatch(
    /HEAD request to https:\/\/registry\.example:5000\/v2\/vms\/alpine\/manifests\/1: 401 Unauthorized$/,
  );
  expect(registryRefusal(store, pod(), 'quay.io/a/b:1', REGISTRIES)).toBeUndefined();
  expect(missingPullSecrets(store, pod('right', 'none'))).toContain('pull secrets (none);');
  expect(missingPullSecrets(store, pod('right'))).toBeUndefined();
});

test('a pod without a pull secret uses those of its service account', () => {
  const store = new Store();
  store.insert(SECRETS, secret('right', login('word')));
  store.insert(SERVICE_ACCOUNTS, object('ServiceAccount', 'default', { imagePullSecrets: [{ name: 'right' }] }));
  expect(registryRefusal(store, pod(), IMAGE, REGISTRIES)).toBeUndefined();
});
