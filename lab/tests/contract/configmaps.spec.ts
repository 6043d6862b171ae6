// SPDX-License-Identifier: Apache-2.0
/** Single objects: create, read, replace, and conflicts of two writers. */
import { CONFIG_MAPS, REVISION, TIME, UUID, configMap, matching, refused } from './bodies.ts';
import { contract } from './case.ts';

const ONE = `${CONFIG_MAPS}/{name}`;
const CONFIGMAP = { name: '{name}', kind: 'configmaps' };
const MISSING = refused(404, 'NotFound', 'configmaps "{name}" not found', CONFIGMAP);
const CONFLICT = 'Operation cannot be fulfilled on configmaps "{name}": ';
const STALE = refused(
  409,
  'Conflict',
  `${CONFLICT}the object has been modified; please apply your changes to the latest version and try again`,
  CONFIGMAP,
);
const WRONG_UID = '00000000-0000-0000-0000-000000000000';
const change = { method: 'PATCH', path: ONE, headers: { 'content-type': 'application/merge-patch+json' } };

contract('configmap', [
  { title: '01 GET of a missing object: 404', request: { path: ONE }, answer: MISSING },
  {
    title: '02 POST: 201 with the identity assigned by the server',
    request: { method: 'POST', path: CONFIG_MAPS, body: configMap({ a: '1' }) },
    answer: {
      status: 201,
      like: {
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: {
          name: '{name}',
          namespace: '{ns}',
          uid: UUID,
          resourceVersion: REVISION,
          creationTimestamp: TIME,
        },
        data: { a: '1' },
      },
      headers: { 'content-type': 'application/json', 'cache-control': 'no-cache, private' },
    },
  },
  {
    title: '03 POST of an existing name: 409 AlreadyExists',
    given: [configMap({})],
    request: { method: 'POST', path: CONFIG_MAPS, body: configMap({}) },
    answer: refused(409, 'AlreadyExists', 'configmaps "{name}" already exists', CONFIGMAP),
  },
  {
    title: '04 PUT of the current version: 200',
    given: [configMap({ a: '1' })],
    request: { method: 'PUT', path: ONE, body: configMap({ a: '2' }, { resourceVersion: '{rv}', uid: '{uid}' }) },
    answer: { status: 200, like: { metadata: { uid: '{uid}' }, data: { a: '2' } } },
  },
  {
    title: '04 PUT without a change keeps the resourceVersion',
    given: [configMap({ a: '1' })],
    request: { method: 'PUT', path: ONE, body: configMap({ a: '1' }) },
    answer: { status: 200, like: { metadata: { resourceVersion: '{rv}' } } },
  },
  {
    title: '05 PUT of a stale resourceVersion: 409 Conflict',
    given: [configMap({ a: '1' })],
    before: [{ ...change, body: { data: { a: '2' } } }],
    request: { method: 'PUT', path: ONE, body: configMap({ a: '3' }, { resourceVersion: '{rv}' }) },
    answer: STALE,
    then: [{ request: { path: ONE }, answer: { status: 200, like: { data: { a: '2' } } } }],
  },
  {
    title: '06 PUT without a resourceVersion overwrites',
    given: [configMap({ a: '1' })],
    before: [{ ...change, body: { data: { a: '2' } } }],
    request: { method: 'PUT', path: ONE, body: configMap({ a: '4' }) },
    answer: { status: 200, like: { metadata: { uid: '{uid}' }, data: { a: '4' } } },
  },
  {
    title: '07 PUT of another uid: 409 Conflict with both uids',
    given: [configMap({})],
    request: { method: 'PUT', path: ONE, body: configMap({ a: '1' }, { uid: WRONG_UID }) },
    answer: refused(
      409,
      'Conflict',
      `${CONFLICT}StorageError: invalid object, Code: 4, Key: /registry/configmaps/{ns}/{name}, ResourceVersion: 0, ` +
        `AdditionalErrorMsg: Precondition failed: UID in precondition: ${WRONG_UID}, UID in object meta: {uid}`,
      CONFIGMAP,
    ),
  },
  {
    title: '08 PUT of a missing object: 404',
    request: { method: 'PUT', path: ONE, body: configMap({}) },
    answer: MISSING,
  },
  {
    title: '09 a merge patch adds a key',
    given: [configMap({ a: '4' })],
    request: { ...change, body: { data: { b: 'x' } } },
    answer: { status: 200, like: { metadata: { uid: '{uid}' }, data: { a: '4', b: 'x' } } },
  },
  {
    title: '11 a merge patch of a stale resourceVersion: 409 Conflict',
    given: [configMap({})],
    request: { ...change, body: { metadata: { resourceVersion: '1' }, data: { b: 'y' } } },
    answer: STALE,
  },
  {
    title: '15 POST as a dry run: 201, and no object is created',
    request: { method: 'POST', path: `${CONFIG_MAPS}?dryRun=All`, body: configMap({}) },
    answer: {
      status: 201,
      like: { metadata: { name: '{name}', namespace: '{ns}', uid: UUID, creationTimestamp: TIME } },
    },
    then: [{ request: { path: ONE }, answer: MISSING }],
  },
  { title: '18 DELETE of a missing object: 404', request: { method: 'DELETE', path: ONE }, answer: MISSING },
  {
    title: '22 POST into a missing namespace: 404',
    request: { method: 'POST', path: '/api/v1/namespaces/no-such/configmaps', body: configMap({}) },
    answer: refused(404, 'NotFound', 'namespaces "no-such" not found', { name: 'no-such', kind: 'namespaces' }),
  },
  {
    title: '73 POST of a generateName: adds five letters',
    request: {
      method: 'POST',
      path: CONFIG_MAPS,
      body: { apiVersion: 'v1', kind: 'ConfigMap', metadata: { generateName: '{name}-' } },
    },
    answer: {
      status: 201,
      like: { metadata: { generateName: '{name}-', name: matching(/^configmap-\d+-[a-z0-9]{5}$/) } },
    },
  },
  {
    title: '125 DELETE: 200 with a Status that names the deleted object',
    given: [configMap({})],
    request: { method: 'DELETE', path: ONE },
    answer: {
      status: 200,
      body: {
        kind: 'Status',
        apiVersion: 'v1',
        metadata: {},
        status: 'Success',
        details: { ...CONFIGMAP, uid: '{uid}' },
      },
    },
    then: [{ request: { path: ONE }, answer: MISSING }],
  },
]);
