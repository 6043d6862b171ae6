// SPDX-License-Identifier: Apache-2.0
/** Requests without an effect: dry runs, patches of an identity, and the wrong kind of path. */
import { CONFIG_MAPS, PODS, configMap, labelled } from './bodies.ts';
import { contract, type Exchange } from './case.ts';

const ONE = `${CONFIG_MAPS}/{name}`;
const MERGE = { method: 'PATCH', path: ONE, headers: { 'content-type': 'application/merge-patch+json' } };
const DRY_RUN = { kind: 'DeleteOptions', apiVersion: 'v1', dryRun: ['All'] };
const still: Exchange = { request: { path: ONE }, answer: { status: 200, like: { data: { a: '1' } } } };

contract('untouched', [
  {
    title: 'DELETE as a dry run, set in the query: 200, and the object remains',
    given: [configMap({ a: '1' })],
    request: { method: 'DELETE', path: `${ONE}?dryRun=All` },
    answer: { status: 200 },
    then: [still],
  },
  {
    title: 'DELETE as a dry run, set in the options as by kubectl: 200, and the object remains',
    given: [configMap({ a: '1' })],
    request: { method: 'DELETE', path: ONE, body: DRY_RUN },
    answer: { status: 200 },
    then: [still],
  },
  {
    title: 'PATCH as a dry run: 200 with the change, and nothing changed',
    given: [configMap({ a: '1' })],
    request: { ...MERGE, path: `${ONE}?dryRun=All`, body: { data: { a: '2' } } },
    answer: { status: 200, like: { data: { a: '2' } } },
    then: [still],
  },
  {
    title: 'PUT as a dry run: 200 with the change, and nothing changed',
    given: [configMap({ a: '1' })],
    request: { method: 'PUT', path: `${ONE}?dryRun=All`, body: configMap({ a: '2' }) },
    answer: { status: 200, like: { data: { a: '2' } } },
    then: [still],
  },
  {
    title: 'PATCH of the name: 400, and the name is unchanged',
    given: [configMap({ a: '1' })],
    request: { ...MERGE, body: { metadata: { name: 'other' } } },
    answer: { status: 400, like: { kind: 'Status', reason: 'BadRequest' } },
    then: [still],
  },
  {
    title: 'PATCH of the kind: 400, and the kind is unchanged',
    given: [configMap({ a: '1' })],
    request: { ...MERGE, body: { kind: 'Secret' } },
    answer: { status: 400, like: { kind: 'Status', reason: 'BadRequest' } },
    then: [still],
  },
  {
    title: 'DELETE of a collection deletes only objects that match the selector',
    given: [labelled({ a: '1' }), configMap({ a: '1' }, { name: '{name}-other' })],
    request: { method: 'DELETE', path: `${CONFIG_MAPS}?labelSelector=case%3D{name}` },
    answer: { status: 200 },
    then: [
      { request: { path: ONE }, answer: { status: 404 } },
      { request: { path: `${ONE}-other` }, answer: { status: 200, like: { data: { a: '1' } } } },
    ],
  },
  {
    title: 'POST of a namespaced kind without a namespace: 405',
    request: { method: 'POST', path: '/api/v1/configmaps', body: configMap({}) },
    answer: { status: 405, like: { reason: 'MethodNotAllowed' } },
  },
  {
    title: '122 POST of a pod: the server adds its defaults and an initial status',
    request: {
      method: 'POST',
      path: PODS,
      body: {
        apiVersion: 'v1',
        kind: 'Pod',
        metadata: { name: '{name}' },
        spec: { schedulerName: 'none', containers: [{ name: 'c', image: 'example.com/x' }] },
      },
    },
    answer: {
      status: 201,
      like: {
        spec: { dnsPolicy: 'ClusterFirst', restartPolicy: 'Always', terminationGracePeriodSeconds: 30 },
        status: { phase: 'Pending' },
      },
    },
  },
]);
