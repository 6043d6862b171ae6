// SPDX-License-Identifier: Apache-2.0
/** Invalid requests and unknown fields. */
import { CONFIG_MAPS, NADS, TIME, UUID, VMIS, configMap, matching, part, refused, without } from './bodies.ts';
import { contract } from './case.ts';
import { post, vmi } from './vmis.ts';

const ONE = `${CONFIG_MAPS}/{name}`;
const NAME_RULE =
  "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end " +
  "with an alphanumeric character (e.g. 'example.com', regex used for validation is " +
  "'[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";
const BAD_NAME = `Invalid value: "Bad_Name": ${NAME_RULE}`;
const withUnknownField = { ...configMap({ a: '1' }), bogus: 1 };
const KNOWN = { apiVersion: 'v1', kind: 'ConfigMap', metadata: part({ name: '{name}' }), data: { a: '1' } };
const vmiWithUnknownField = vmi({}, { bogus: 1 });

/** A JSON patch that replaces the value if the old one is `expected`. */
const replaceIf = (expected: string) => ({
  method: 'PATCH',
  path: ONE,
  headers: { 'content-type': 'application/json-patch+json' },
  body: [
    { op: 'test', path: '/data/a', value: expected },
    { op: 'replace', path: '/data/a', value: '2' },
  ],
});

contract('refused', [
  {
    title: '10 a JSON patch whose test fails: 422',
    given: [configMap({ a: '1' })],
    request: replaceIf('zzz'),
    answer: refused(422, 'Invalid', 'the server rejected our request due to an error in our request', {}),
    then: [{ request: { path: ONE }, answer: { status: 200, like: { data: { a: '1' } } } }],
  },
  {
    title: '10 a JSON patch whose test succeeds: 200',
    given: [configMap({ a: '1' })],
    request: replaceIf('1'),
    answer: { status: 200, like: { data: { a: '2' } } },
  },
  {
    title: "12 an apply of another's field: 409 with the manager's name",
    needs: 'server-side apply',
    given: [configMap({ a: '1' })],
    request: {
      method: 'PATCH',
      path: `${ONE}?fieldManager=other`,
      headers: { 'content-type': 'application/apply-patch+yaml' },
      body: configMap({ a: 'ssa' }),
    },
    answer: refused(409, 'Conflict', 'Apply failed with 1 conflict: conflict with "unknown" using v1: .data.a', {
      causes: [{ reason: 'FieldManagerConflict', message: 'conflict with "unknown" using v1', field: '.data.a' }],
    }),
  },
  {
    title: '13 a body that is not JSON: 400',
    request: { method: 'POST', path: CONFIG_MAPS, body: '{"apiVersion":"v1",' },
    answer: refused(
      400,
      'BadRequest',
      matching(
        /^the object provided is unrecognized \(must be of type ConfigMap\): couldn't get version\/kind; json parse error: /,
      ),
    ),
  },
  {
    title: '14 an invalid name: 422 that quotes the rule',
    request: { method: 'POST', path: CONFIG_MAPS, body: configMap({}, { name: 'Bad_Name' }) },
    answer: refused(422, 'Invalid', `ConfigMap "Bad_Name" is invalid: metadata.name: ${BAD_NAME}`, {
      name: 'Bad_Name',
      kind: 'ConfigMap',
      causes: [{ reason: 'FieldValueInvalid', message: BAD_NAME, field: 'metadata.name' }],
    }),
  },
  {
    title: '15 an unknown field: 201 with a Warning, and without the field',
    request: { method: 'POST', path: CONFIG_MAPS, body: withUnknownField },
    answer: {
      status: 201,
      like: { metadata: { name: '{name}', uid: UUID, creationTimestamp: TIME } },
      headers: { warning: '299 - "unknown field \\"bogus\\""' },
    },
    then: [{ request: { path: ONE }, answer: { status: 200, body: KNOWN } }],
  },
  {
    title: '16 an unknown field with fieldValidation=Strict: 400',
    request: { method: 'POST', path: `${CONFIG_MAPS}?dryRun=All&fieldValidation=Strict`, body: withUnknownField },
    answer: refused(
      400,
      'BadRequest',
      'ConfigMap in version "v1" cannot be handled as a ConfigMap: strict decoding error: unknown field "bogus"',
    ),
  },
  {
    title: '17 an unsupported media type: 415',
    request: { method: 'POST', path: CONFIG_MAPS, headers: { 'content-type': 'text/plain' }, body: 'x' },
    answer: refused(
      415,
      'UnsupportedMediaType',
      matching(/^the body of the request was in an unknown format - accepted media types include: application\/json, /),
    ),
  },
  {
    title: '19 an unknown resource: 404',
    request: { path: '/api/v1/namespaces/{ns}/bogus' },
    answer: refused(404, 'NotFound', 'the server could not find the requested resource', {}),
  },
  {
    title: '20 POST to a name: 405',
    given: [configMap({})],
    request: { method: 'POST', path: ONE, body: {} },
    answer: refused(405, 'MethodNotAllowed', 'the server does not allow this method on the requested resource', {}),
  },
  {
    title: '21 only HTML accepted: 406 in JSON',
    given: [configMap({})],
    request: { path: ONE, headers: { accept: 'text/html' } },
    answer: refused(
      406,
      'NotAcceptable',
      matching(/^406: Not Acceptable\n\nAvailable representations: application\/json, application\/yaml, /),
      {},
    ),
  },
  {
    title: '69 a VMI with an unknown field: 201 with a Warning, and without the field',
    needs: 'kubevirt',
    request: post(vmiWithUnknownField, '?dryRun=All'),
    answer: {
      status: 201,
      like: { metadata: { name: '{name}' }, spec: without('bogus') },
      headers: { warning: '299 - "unknown field \\"spec.bogus\\""' },
    },
  },
  {
    title: '70 a VMI with an unknown field and fieldValidation=Strict: 400',
    needs: 'kubevirt',
    request: post(vmiWithUnknownField, '?dryRun=All&fieldValidation=Strict'),
    answer: refused(
      400,
      'BadRequest',
      'VirtualMachineInstance in version "v1" cannot be handled as a VirtualMachineInstance: ' +
        'strict decoding error: unknown field "spec.bogus"',
    ),
  },
  {
    title: '74 a VMI of another apiVersion than the path: 400',
    needs: 'kubevirt',
    request: post({ ...vmi(), apiVersion: 'kubevirt.io/v1alpha3' }),
    answer: refused(
      400,
      'BadRequest',
      'the API version in the data (kubevirt.io/v1alpha3) does not match the expected API version (kubevirt.io/v1)',
    ),
  },
  {
    title: '77 GET of a missing VMI: 404 with its group',
    needs: 'kubevirt',
    request: { path: `${VMIS}/{name}`, as: 'checkup' },
    answer: refused(404, 'NotFound', 'virtualmachineinstances.kubevirt.io "{name}" not found', {
      name: '{name}',
      group: 'kubevirt.io',
      kind: 'virtualmachineinstances',
    }),
  },
  {
    title: '79 GET of a missing NetworkAttachmentDefinition: 404 with its group',
    needs: 'multus',
    request: { path: `${NADS}/{name}`, as: 'checkup' },
    answer: refused(404, 'NotFound', 'network-attachment-definitions.k8s.cni.cncf.io "{name}" not found', {
      name: '{name}',
      group: 'k8s.cni.cncf.io',
      kind: 'network-attachment-definitions',
    }),
  },
]);
