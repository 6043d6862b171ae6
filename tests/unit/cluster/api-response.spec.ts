// SPDX-License-Identifier: Apache-2.0
/** Only a `Status` with the code of the answer, or an object of the expected type, counts as an answer of the API server. */
import { inspect } from 'node:util';
import { expect, test } from '@playwright/test';
import { readObject, readPlainText } from '../../../fixtures/cluster/api-response.ts';
import { ApiError, asApiError } from '../../../fixtures/cluster/api-error.ts';
import { isTransient } from '../../../fixtures/cluster/transient-errors.ts';

const EXPECTED = { apiVersion: 'v1', kind: 'ConfigMap', namespace: 'ns', name: 'config' };
const OBJECT = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { namespace: 'ns', name: 'config' } };
const JSON_TYPE = 'application/json';

function answerOf(status: number, body: unknown, type = JSON_TYPE, headers = {}) {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return { status, headers: { 'content-type': type, ...headers }, text };
}

function failure(answer: ReturnType<typeof answerOf>): ApiError {
  try {
    readObject(answer, EXPECTED);
  } catch (error) {
    if (error instanceof ApiError) return error;
    throw error;
  }
  throw new Error('the answer was accepted');
}

function statusBody(code: number, facts: object = {}) {
  const about = { details: { kind: 'configmaps', name: 'config' } };
  return { apiVersion: 'v1', kind: 'Status', status: 'Failure', message: 'no', reason: 'x', code, ...about, ...facts };
}

test('accepts the requested object', () => {
  expect(readObject(answerOf(200, OBJECT), EXPECTED)).toEqual(OBJECT);
  expect(readObject(answerOf(201, OBJECT, 'application/json;charset=utf-8'), EXPECTED)).toEqual(OBJECT);
});

for (const code of [400, 401, 403, 404, 409, 422, 429, 500, 503]) {
  test(`reports a Status of ${code} with the server's message`, () => {
    expect(failure(answerOf(code, statusBody(code)))).toMatchObject({ status: code, message: 'no' });
  });
}

const FOREIGN: readonly [string, ReturnType<typeof answerOf>, RegExp][] = [
  [
    '404 page not found',
    answerOf(404, '404 page not found\n', 'text/plain'),
    /HTTP 404 Not Found, text\/plain, "404 page/,
  ],
  [
    'a login page with 200',
    answerOf(200, '<html>Log in</html>', 'text/html'),
    /HTTP 200 OK, text\/html, "<html>|&lt;html>/,
  ],
  ['a login page that claims to be JSON', answerOf(200, '<html>Log in</html>'), /HTTP 200 OK/],
  ['null', answerOf(200, 'null'), /HTTP 200 OK, application\/json, "null"/],
  ['an empty object', answerOf(200, {}), /expected ConfigMap of v1: HTTP 200/],
  ['an empty list', answerOf(200, []), /HTTP 200/],
  ['an empty body', answerOf(200, ''), /an empty body/],
  ['JSON that is cut', answerOf(200, JSON.stringify(OBJECT).slice(0, 30)), /HTTP 200/],
  ['an object of another kind', answerOf(200, { ...OBJECT, kind: 'Secret' }), /expected ConfigMap of v1/],
  ['an object of another version', answerOf(200, { ...OBJECT, apiVersion: 'v2' }), /expected ConfigMap of v1/],
  [
    'an object of another name',
    answerOf(200, { ...OBJECT, metadata: { namespace: 'ns', name: 'x' } }),
    /expected name "config"/,
  ],
  [
    'an object of another namespace',
    answerOf(200, { ...OBJECT, metadata: { name: 'config' } }),
    /expected namespace "ns"/,
  ],
  ['a Status with the code of another answer', answerOf(404, statusBody(403)), /HTTP 404/],
  ['a Status of another version', answerOf(403, { ...statusBody(403), apiVersion: 'v9' }), /HTTP 403/],
  ['a Status of failure with 200', answerOf(200, statusBody(200)), /expected ConfigMap of v1/],
  ['204', answerOf(204, OBJECT), /HTTP 204 No Content/],
  [
    'a redirect',
    answerOf(302, '', 'text/html', { location: 'https://login.example/?state=hunter2' }),
    /HTTP 302 Found to "https:\/\/login\.example\/\?…"/,
  ],
  ['a request that is too large for a proxy', answerOf(413, '<h1>413</h1>', 'text/html'), /HTTP 413/],
  ['408 after the request was passed on', answerOf(408, 'stream timeout', 'text/plain'), /HTTP 408/],
  ['409 of a proxy', answerOf(409, 'conflict', 'text/plain'), /HTTP 409/],
];

for (const [title, answer, message] of FOREIGN) {
  test(`does not take for a response of the API server: ${title}`, () => {
    const error = failure(answer);
    expect(error.status).toBeUndefined();
    expect(error.message).toMatch(/^not an answer of the API server: /);
    expect(error.message).toMatch(message);
    expect(isTransient(error)).toBe(true);
    expect(error.mayHaveActed).toBe(true);
    expect(inspect(error)).not.toContain('hunter2');
  });
}

test('shows the response on one line, truncated and without control characters', () => {
  const { message } = failure(answerOf(200, `\u001b[2J\u202e<script>\n${'x'.repeat(10_000_000)}`, 'text/html'));
  expect(message).not.toMatch(/\p{C}|<script/u);
  expect(message.length).toBeLessThan(400);
});

test('reports a refusal of system:anonymous as a problem of the credentials', () => {
  const message =
    'configmaps "config" is forbidden: User "system:anonymous" cannot get resource "configmaps" in API group "" in the namespace "ns"';
  const error = failure(answerOf(403, statusBody(403, { message })));
  expect(error).toMatchObject({ status: 401, message: expect.stringContaining('system:anonymous') });
});

for (const details of [undefined, {}, { kind: 'namespaces', name: 'other' }]) {
  test(`does not take a 404 with details ${inspect(details)} for one about the object`, () => {
    expect(failure(answerOf(404, statusBody(404, { details })))).toMatchObject({ status: undefined });
  });
}

test('reads a log as plain text only', () => {
  expect(readPlainText(answerOf(200, 'line', 'text/plain'))).toBe('line');
  expect(() => readPlainText(answerOf(200, '<html>', 'text/html'))).toThrow(/not an answer of the API server/);
});

test('an error that is wrapped stays transient', () => {
  const lost = asApiError('create', Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' }));
  for (const error of [lost, lost.with({ acted: true }), asApiError('other', lost.with({ acted: true }))]) {
    expect(isTransient(error)).toBe(true);
    expect(error.message).toContain('create: socket hang up');
  }
});
