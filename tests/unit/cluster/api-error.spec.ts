// SPDX-License-Identifier: Apache-2.0
/** Errors contain a server's message as plain text of bounded length. */
import { inspect } from 'node:util';
import { expect, test } from '@playwright/test';
import { ApiError, calling } from '../../../fixtures/cluster/api-error.ts';

function said(message: unknown, code = 403): ApiError {
  return ApiError.ofStatus({ kind: 'Status', apiVersion: 'v1', message, code }, code);
}

const HOSTILE = 'no\u001b[2J\u202e \u0007way\n<script>alert(1)</script>';

test('the message of a Status is one line of plain text', () => {
  expect(said(HOSTILE).message).toBe('no way &lt;script>alert(1)&lt;/script>');
});

for (const message of [undefined, '', { $where: HOSTILE }, [HOSTILE]]) {
  test(`a Status with message ${inspect(message)} is named by its code`, () => {
    expect(said(message).message).toBe('HTTP 403 Forbidden');
  });
}

test('truncates a message of 10 MB and shows its length', () => {
  expect(said('x'.repeat(10_000_000)).message).toMatch(/^x{1999}… \(cut, 10000000 characters long\)$/);
});

test('redacts a password in an address', async () => {
  const cause = new Error('includes credentials: https://admin:hunter2@127.0.0.1/api');
  const failing = calling('get configmap', () => Promise.reject(new TypeError('fetch failed', { cause })));
  const error = await failing.catch((thrown: unknown) => thrown);
  expect(String(error)).toContain('fetch failed: includes credentials: https://…@127.0.0.1/api');
  expect(inspect(error)).not.toContain('hunter2');
});

test('redacts a token of any length in a header that cannot be sent', async () => {
  const cause = new TypeError(
    `Headers.append: "Bearer ${'hunter2'.repeat(5000)}\nhunter2" is an invalid header value.`,
  );
  const error = await calling('get configmap', () => Promise.reject(cause)).catch((thrown: unknown) => thrown);
  expect(String(error)).toContain('get configmap: Headers.append: "Bearer …" is an invalid header value.');
  expect(inspect(error)).not.toContain('hunter2');
});
