// SPDX-License-Identifier: Apache-2.0
import { invalid } from './status.ts';
import { at } from '../store/json.ts';
import type { KubeObject } from '../store/kube-object.ts';
import type { Kind } from '../store/kind.ts';

/** The schema of Multus' CustomResourceDefinition: the configuration is any text. */
export function admitNad(nad: KubeObject, kind: Kind): KubeObject {
  const config = at(nad.spec, 'config');
  if (config === undefined || typeof config === 'string') return nad;
  const type = config === null ? 'null' : Array.isArray(config) ? 'array' : typeof config;
  const name = Number.isInteger(config) ? 'integer' : type;
  const message = `Invalid value: "${name}": spec.config in body must be of type string: "${name}"`;
  throw invalid(kind, nad.metadata.name, [{ field: 'spec.config', reason: 'FieldValueTypeInvalid', message }]);
}
