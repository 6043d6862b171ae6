// SPDX-License-Identifier: Apache-2.0
import type { Column, Kind } from '../store/kind.ts';
import { objectAt, type Json, type JsonObject } from '../store/json.ts';
import type { KubeObject } from '../store/kube-object.ts';

/** Server-side printing: `kubectl get` gets a Table with columns and cells. */

export function wantsTable(accept: string): boolean {
  return /application\/json;[^,]*\bas=Table\b/.test(accept);
}

/** `includeObject`: None omits the objects of the rows, Object includes them. Default: only their metadata. */
export function table(
  kind: Kind,
  objects: KubeObject[],
  metadata: JsonObject,
  includeObject: string | null,
): JsonObject {
  return {
    kind: 'Table',
    apiVersion: 'meta.k8s.io/v1',
    metadata,
    columnDefinitions: kind.columns.map(definition),
    rows: objects.map((object) => ({
      cells: kind.columns.map(({ cell }): Json => cell(object)),
      ...(includeObject !== 'None' && { object: includeObject === 'Object' ? object : partial(object) }),
    })),
  };
}

function definition({ name, wide }: Column): JsonObject {
  const format = name === 'Name' && !wide ? 'name' : '';
  return { name, type: 'string', format, description: `${name} of the object`, priority: wide ? 1 : 0 };
}

function partial(object: KubeObject): JsonObject {
  return { kind: 'PartialObjectMetadata', apiVersion: 'meta.k8s.io/v1', metadata: objectAt(object, 'metadata') };
}
