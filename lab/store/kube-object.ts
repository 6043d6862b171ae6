// SPDX-License-Identifier: Apache-2.0
import { isObject, textAt, type Json, type JsonObject } from './json.ts';

/** The metadata of a stored object. */
export interface Meta extends JsonObject {
  name: string;
  namespace?: string;
  uid: string;
  resourceVersion: string;
  generation?: number;
  creationTimestamp: string;
  deletionTimestamp?: string;
  deletionGracePeriodSeconds?: number;
  labels?: JsonObject;
  annotations?: JsonObject;
  finalizers?: string[];
  ownerReferences?: JsonObject[];
}

export interface KubeObject extends JsonObject {
  apiVersion: string;
  kind: string;
  metadata: Meta;
}

/** Returns a client's document with the identity that the server assigns. Metadata that only a server sets, and lists of a wrong type, are dropped. */
export function identified(document: JsonObject, identity: Partial<Meta> & Pick<Meta, 'name'>): KubeObject {
  const metadata = isObject(document.metadata) ? document.metadata : {};
  const { finalizers, ownerReferences, labels, annotations, generateName } = metadata;
  return {
    ...document,
    apiVersion: textAt(document, 'apiVersion') ?? '',
    kind: textAt(document, 'kind') ?? '',
    metadata: {
      ...(typeof generateName === 'string' && { generateName }),
      ...(isObject(labels) && { labels }),
      ...(isObject(annotations) && { annotations }),
      ...listed('finalizers', finalizers, (item) => typeof item === 'string'),
      ...listed('ownerReferences', ownerReferences, isObject),
      uid: '',
      resourceVersion: '',
      creationTimestamp: '',
      ...identity,
    },
  };
}

function listed<T extends Json>(
  key: string,
  value: Json | undefined,
  is: (item: Json) => item is T,
): Record<string, T[]> {
  return Array.isArray(value) && value.length > 0 ? { [key]: value.filter(is) } : {};
}

/** Returns the time in whole seconds, the format of most of the API. */
export function now(fromNowMs = 0): string {
  return new Date(Date.now() + fromNowMs).toISOString().replace(/\.\d+Z$/, 'Z');
}
