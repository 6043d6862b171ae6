// SPDX-License-Identifier: Apache-2.0
import { NAME } from './columns.ts';
import { ALL_VERBS, type Kind } from '../store/kind.ts';

const METADATA = [
  'annotations',
  'creationTimestamp',
  'deletionGracePeriodSeconds',
  'deletionTimestamp',
  'finalizers',
  'generateName',
  'generation',
  'labels',
  'managedFields',
  'name',
  'namespace',
  'ownerReferences',
  'resourceVersion',
  'selfLink',
  'uid',
];

type Row = Pick<Kind, 'plural' | 'kind' | 'namespaced' | 'columns' | 'fields'> & Partial<Kind>;

/** One row of the table, with what most of them have in common. */
export function kind(row: Row): Kind {
  const { '': own = [], ...nested } = row.fields;
  return {
    group: '',
    version: 'v1',
    singular: row.kind.toLowerCase(),
    shortNames: [],
    verbs: ALL_VERBS,
    custom: false,
    generation: false,
    ...row,
    // Events are printed with their object.
    columns: row.kind === 'Event' ? row.columns : [NAME, ...row.columns],
    fields: { '': ['apiVersion', 'kind', 'metadata', ...own], metadata: METADATA, ...nested },
  };
}
