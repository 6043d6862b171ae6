/** What is kept of what a server says: its words, clean, and not more than anybody reads. */
import { inspect } from 'node:util';
import { ApiException } from '@kubernetes/client-node';
import { expect, test } from '@playwright/test';
import { ApiError, calling } from '../../../fixtures/cluster/api-error.ts';

async function said(body: unknown, code = 403): Promise<ApiError> {
  const failing = calling('get configmap', () => Promise.reject(new ApiException(code, 'Unknown', body, {})));
  return await failing.then(
    () => {
      throw new Error('it did not fail');
    },
    (error: unknown) => {
      if (error instanceof ApiError) return error;
      throw error;
    },
  );
}

const HOSTILE = 'no\u001b[2J\u202e \u0007way\n<script>alert(1)</script>';
const CLEAN = 'no way &lt;script>alert(1)&lt;/script>';

for (const [what, body, message] of [
  ['a Status', { kind: 'Status', message: HOSTILE }, CLEAN],
  ['a Status as text', JSON.stringify({ message: HOSTILE }), CLEAN],
  ['a page of a proxy', `<html>${HOSTILE}`, `&lt;html>${CLEAN}`],
  ['a message that is no text', { message: { $where: HOSTILE } }, 'get configmap: HTTP 403 Forbidden'],
  ['a list', [HOSTILE], 'get configmap: HTTP 403 Forbidden'],
  ['null', 'null', 'get configmap: HTTP 403 Forbidden'],
  ['nothing', '', 'get configmap: HTTP 403 Forbidden'],
] as const) {
  test(`the server answers ${what}`, async () => {
    const error = await said(body);
    expect([error.status, error.message]).toEqual([403, message]);
    expect(String(error.cause)).not.toMatch(/\p{C}|<script/u);
  });
}

test('10 MB of a message are cut, and their length is told; the cause holds no more', async () => {
  const { message, cause } = await said({ message: 'x'.repeat(10_000_000) });
  expect(message).toMatch(/^x{1999}… \(cut, 10000000 characters long\)$/);
  expect(String(cause).length).toBeLessThan(1100);
});

test('a password in an address is not told', async () => {
  const cause = new Error('includes credentials: https://admin:hunter2@127.0.0.1/api');
  const failing = calling('get configmap', () => Promise.reject(new TypeError('fetch failed', { cause })));
  const error = await failing.catch((thrown: unknown) => thrown);
  expect(String(error)).toContain('fetch failed: includes credentials: https://…@127.0.0.1/api');
  expect(inspect(error)).not.toContain('hunter2');
});

test('a token in a header that cannot be sent is not told, however long it is', async () => {
  const cause = new TypeError(
    `Headers.append: "Bearer ${'hunter2'.repeat(5000)}\nhunter2" is an invalid header value.`,
  );
  const error = await calling('get configmap', () => Promise.reject(cause)).catch((thrown: unknown) => thrown);
  expect(String(error)).toContain('get configmap: Headers.append: "Bearer …" is an invalid header value.');
  expect(inspect(error)).not.toContain('hunter2');
});
