// SPDX-License-Identifier: Apache-2.0
/** A namespaced object of the cluster, named without its kind. */
import * as v from 'valibot';
import type { Infer } from './schema.ts';

export const OBJECT_REF = v.object({ namespace: v.string(), name: v.string() });

export type ObjectRef = Infer<typeof OBJECT_REF>;

/** "namespace/name" */
export function renderRef({ namespace, name }: ObjectRef): string {
  return `${namespace}/${name}`;
}
