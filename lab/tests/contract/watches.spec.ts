// SPDX-License-Identifier: Apache-2.0
/** Watches: initial events, later events, and the end of the stream. */
import type { JsonObject } from '../../store/json.ts';
import { CONFIG_MAPS, REVISION, VMIS, labelled, matching, refused } from './bodies.ts';
import { contract } from './case.ts';
import type { Request } from './scene.ts';
import { vmi } from './vmis.ts';
import { event, watchContract } from './watch-case.ts';

const WATCH = `${CONFIG_MAPS}?watch=true&labelSelector=case%3D{name}`;
const LIST = `${CONFIG_MAPS}?labelSelector=case%3D{name}`;
const FUTURE = '999999999999999';
const kind = { kind: 'ConfigMap', apiVersion: 'v1' };
const vmiKind = { kind: 'VirtualMachineInstance', apiVersion: 'kubevirt.io/v1' };

const change = (body: JsonObject, name = '{name}'): Request => ({
  method: 'PATCH',
  path: `${CONFIG_MAPS}/${name}`,
  headers: { 'content-type': 'application/merge-patch+json' },
  body,
});
const make = (name: string): Request => ({ method: 'POST', path: CONFIG_MAPS, body: labelled({}, name) });
const remove = (name: string): Request => ({ method: 'DELETE', path: `${CONFIG_MAPS}/${name}` });
const relabel = (value: string | null): Request => change({ metadata: { labels: { case: value } } });

const CHANGES = [change({ data: { a: '2' } }), change({ data: { a: '3' } }), make('{name}-b'), remove('{name}-b')];
const CHANGED = [
  event('MODIFIED', '{name}', { ...kind, data: { a: '2' } }),
  event('MODIFIED', '{name}', { ...kind, data: { a: '3' } }),
  event('ADDED', '{name}-b', kind),
  event('DELETED', '{name}-b', kind),
];
const INITIAL_END = {
  type: 'BOOKMARK',
  object: { ...kind, metadata: { resourceVersion: REVISION, annotations: { 'k8s.io/initial-events-end': 'true' } } },
};
const TOO_OLD = {
  type: 'ERROR',
  object: {
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Failure',
    message: matching(/^too old resource version: \d+ \(\d+\)$/),
    reason: 'Expired',
    code: 410,
  },
};

watchContract('watch', [
  {
    title: '90 without a resourceVersion: existing objects as ADDED, then changes',
    given: [labelled({ a: '1' })],
    watch: WATCH,
    opening: [event('ADDED', '{name}', { ...kind, data: { a: '1' } })],
    during: CHANGES,
    events: CHANGED,
    end: 'quiet',
  },
  {
    title: '90 an object that stops to match the label selector is DELETED, one that starts to is ADDED',
    given: [labelled({ a: '1' })],
    watch: WATCH,
    opening: [event('ADDED', '{name}')],
    during: [relabel('other'), change({ data: { a: '2' } }), relabel('{name}'), relabel(null)],
    events: [event('DELETED', '{name}'), event('ADDED', '{name}', { data: { a: '2' } }), event('DELETED', '{name}')],
    end: 'quiet',
  },
  {
    title: '91 sendInitialEvents: ADDED, a BOOKMARK that ends them, then changes',
    given: [labelled({ a: '1' }), labelled({}, '{name}-a')],
    watch: `${WATCH}&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true`,
    opening: [event('ADDED', '{name}'), event('ADDED', '{name}-a'), INITIAL_END],
    during: CHANGES,
    events: CHANGED,
  },
  {
    title: '93 from the resourceVersion of a list: only later changes',
    given: [labelled({ a: '1' })],
    before: [{ path: LIST, keep: { rv: ['metadata', 'resourceVersion'] } }],
    watch: `${WATCH}&resourceVersion={rv}`,
    during: CHANGES,
    events: CHANGED,
    end: 'quiet',
  },
  {
    title: '93 from the resourceVersion of an object: not the object itself',
    given: [labelled({ a: '1' })],
    watch: `${WATCH}&resourceVersion={rv}`,
    end: 'quiet',
  },
  {
    title: '96 from an earlier resourceVersion: everything since, in order',
    given: [labelled({ a: '1' })],
    before: CHANGES,
    watch: `${WATCH}&resourceVersion={rv}`,
    opening: CHANGED,
    end: 'quiet',
  },
  {
    title: '95 resourceVersion=0 with bookmarks: ADDED, a BOOKMARK that ends them; the server ends at timeoutSeconds',
    given: [labelled({ a: '1' })],
    before: [{ path: LIST }],
    watch: `${WATCH}&timeoutSeconds=1&allowWatchBookmarks=true&resourceVersion=0`,
    opening: [event('ADDED', '{name}'), INITIAL_END],
    end: 'ended',
  },
  {
    title: '94 the server ends the stream at timeoutSeconds',
    given: [labelled({ a: '1' })],
    watch: `${WATCH}&timeoutSeconds=1`,
    opening: [event('ADDED', '{name}')],
    end: 'ended',
  },
  {
    title: '99 from a resourceVersion of the future: no events',
    given: [labelled({ a: '1' })],
    watch: `${WATCH}&resourceVersion=${FUTURE}`,
    during: [change({ data: { a: '2' } })],
    end: 'quiet',
  },
  {
    title: '100 fieldSelector metadata.name: only the object of that name',
    given: [labelled({}), labelled({}, '{name}-a')],
    watch: `${CONFIG_MAPS}?watch=true&fieldSelector=metadata.name%3D{name}-a`,
    opening: [event('ADDED', '{name}-a')],
    during: [change({ data: { a: '2' } }), change({ data: { a: '2' } }, '{name}-a')],
    events: [event('MODIFIED', '{name}-a')],
    end: 'quiet',
  },
  {
    title: '164 from a resourceVersion too old: 200, then one ERROR of code 410, then the end',
    needs: 'compaction',
    given: [labelled({ a: '1' })],
    before: [...CHANGES, 'compact'],
    watch: `${WATCH}&resourceVersion={rv}`,
    opening: [TOO_OLD],
    end: 'ended',
  },
  {
    title: '165 from a resourceVersion too old, with bookmarks and a timeout: the same',
    needs: 'compaction',
    given: [labelled({ a: '1' })],
    before: [...CHANGES, 'compact'],
    watch: `${WATCH}&timeoutSeconds=3&allowWatchBookmarks=true&resourceVersion={rv}`,
    opening: [TOO_OLD],
    end: 'ended',
  },
]);

watchContract('watch-vmi', [
  {
    title: '94 101 VMIs without a resourceVersion: existing objects as ADDED',
    needs: 'kubevirt',
    given: [vmi({ labels: { case: '{name}' } })],
    watch: `${VMIS}?watch=true&labelSelector=case%3D{name}`,
    opening: [event('ADDED', '{name}', vmiKind)],
  },
  {
    title: '100 VMIs with fieldSelector metadata.name: only the one of that name',
    needs: 'kubevirt',
    given: [vmi(), vmi({ name: '{name}-a' })],
    watch: `${VMIS}?watch=true&fieldSelector=metadata.name%3D{name}-a`,
    opening: [event('ADDED', '{name}-a', vmiKind)],
  },
  {
    title: '97 VMIs from resourceVersion=1, which is too old: 200, then one ERROR of code 410, then the end',
    needs: 'kubevirt',
    before: ['compact'],
    watch: `${VMIS}?watch=true&resourceVersion=1`,
    opening: [TOO_OLD],
    end: 'ended',
  },
]);

contract('watch-refused', [
  {
    title: '98 from a non-numeric resourceVersion: 500',
    request: { path: `${CONFIG_MAPS}?watch=true&resourceVersion=abc` },
    answer: refused(
      500,
      undefined,
      'resourceVersion: Invalid value: "abc": strconv.ParseUint: parsing "abc": invalid syntax',
    ),
  },
]);
