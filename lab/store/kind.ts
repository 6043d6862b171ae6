// SPDX-License-Identifier: Apache-2.0
import type { Json } from './json.ts';
import type { KubeObject } from './kube-object.ts';

/** The stored objects, as an admission sees them. */
interface ExistingObjects {
  get(kind: Kind, namespace: string | undefined, name: string): KubeObject | undefined;
  list(kind: Kind, namespace?: string): KubeObject[];
}

/** One column of what `kubectl get` prints; `wide` ones only with `-o wide`. */
export interface Column {
  name: string;
  wide?: boolean;
  cell: (object: KubeObject) => Json;
}

/** One row of the table of served kinds. */
export interface Kind {
  group: string;
  version: string;
  plural: string;
  singular: string;
  kind: string;
  namespaced: boolean;
  shortNames: string[];
  categories?: string[];
  verbs: readonly Verb[];
  /** Supported subresources, each with its verbs, and its type if it differs. */
  subresources?: Record<
    string,
    { verbs: readonly string[]; type?: { group?: string; version?: string; kind: string } }
  >;
  /** Served from a CustomResourceDefinition: items of a list repeat kind and apiVersion, no strategic merge patch. */
  custom: boolean;
  /** Whether the server counts changes of the spec in metadata.generation. */
  generation: boolean;
  columns: readonly Column[];
  /** Known fields under each known path, "" being the object itself; other paths are not validated. */
  fields: Record<string, readonly string[]>;
  /** Fields that can be selected by, besides metadata.name and metadata.namespace. */
  selectableFields?: readonly string[];
  /** No client changes the spec. */
  keepsSpec?: boolean;
  /** The status is a field like any other: there is no /status. */
  ordinaryStatus?: boolean;
  /** Immutable fields, each with the server's error message. */
  immutable?: Record<string, string>;
  /** Returns the grace period in seconds of a component that ends the object after its deletion; undefined: it is removed at once. */
  heldFor?: (object: KubeObject) => number | undefined;
  /** Defaults and checks a new object, also against existing ones; throws a StatusError. */
  admit?: (object: KubeObject, kind: Kind, existing: ExistingObjects) => KubeObject;
  /** Checks a change made by a client; throws a StatusError. */
  admitUpdate?: (previous: KubeObject, next: KubeObject) => void;
}

export const ALL_VERBS = ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'update', 'watch'] as const;
export type Verb = (typeof ALL_VERBS)[number];

export function apiVersionOf(kind: Kind): string {
  return kind.group === '' ? kind.version : `${kind.group}/${kind.version}`;
}

/** Returns the name in messages: `configmaps`, `virtualmachineinstances.kubevirt.io`. */
export function qualified(name: string, kind: Kind): string {
  return kind.group === '' ? name : `${name}.${kind.group}`;
}
