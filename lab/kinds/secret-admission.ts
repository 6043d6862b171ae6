// SPDX-License-Identifier: Apache-2.0
import { objectAt, stringMapAt } from '../store/json.ts';
import type { KubeObject } from '../store/kube-object.ts';
import type { Kind } from '../store/kind.ts';
import { requireTextMap } from './go-types.ts';

/** Adds the texts of `stringData`, which is only written, to `data` in base64. */
export function admitSecret(secret: KubeObject, kind: Kind): KubeObject {
  const { stringData, ...rest } = secret;
  requireTextMap(kind, 'Secret.data', rest.data);
  requireTextMap(kind, 'Secret.stringData', stringData);
  const texts = Object.entries(stringMapAt(secret, 'stringData'));
  const encoded = Object.fromEntries(texts.map(([key, text]) => [key, Buffer.from(text).toString('base64')]));
  return { type: 'Opaque', ...rest, data: { ...objectAt(secret, 'data'), ...encoded } };
}
