// SPDX-License-Identifier: Apache-2.0
import { expect, test } from '@playwright/test';
import { ApiError } from '../../../fixtures/cluster/api-error.ts';
import { readPages } from '../../../fixtures/cluster/pages.ts';

/** Reads numbers from pages of `limit`; each entry of `failures` is thrown once, before the page of that index. */
function numbers(count: number, failures: [page: number, status: number][] = []) {
  const tokens: string[] = [];
  const pending = [...failures];
  const read = async (most?: number) =>
    await readPages(({ limit, continue: token = '' }) => {
      tokens.push(token);
      const start = Number(token || 0);
      const [next] = pending;
      if (next !== undefined && start / limit === next[0]) {
        pending.shift();
        return Promise.reject(new ApiError('refused', next[1], undefined));
      }
      const items = Array.from({ length: Math.min(limit, count - start) }, (_, index) => start + index);
      const end = start + items.length;
      // Go's omitempty leaves the token of the last page out; some servers send it empty.
      return Promise.resolve({ items, next: end < count ? String(end) : count % 2 === 0 ? '' : undefined });
    }, most);
  return { read, tokens };
}

for (const count of [0, 1, 500, 501, 1234]) {
  test(`reads a list of ${count} to its end`, async () => {
    const { items, cut } = await numbers(count).read();
    expect(items).toEqual(Array.from({ length: count }, (_, index) => index));
    expect(cut).toBe(false);
  });
}

test('a bounded list stops at the bound and reports that it was cut', async () => {
  const { read, tokens } = numbers(5000);
  const { items, cut } = await read(700);
  expect(items).toHaveLength(700);
  expect(cut).toBe(true);
  expect(tokens).toEqual(['', '500']);
  expect((await numbers(1000).read(1000)).cut).toBe(false);
  expect((await numbers(1001).read(1000)).cut).toBe(true);
});

test('lists again after an expired token, without duplicates', async () => {
  const { read, tokens } = numbers(1200, [[1, 410]]);
  expect((await read()).items).toHaveLength(1200);
  expect(tokens).toEqual(['', '500', '', '500', '1000']);
});

test('fails when the token expires every time', async () => {
  const { read, tokens } = numbers(
    1200,
    Array.from({ length: 9 }, () => [1, 410] as [number, number]),
  );
  await expect(read()).rejects.toMatchObject({ status: 410 });
  expect(tokens).toHaveLength(8);
});

for (const [page, status] of [
  [0, 410],
  [1, 403],
] as const) {
  test(`${status} on page ${page} is an error`, async () => {
    await expect(numbers(1200, [[page, status]]).read()).rejects.toMatchObject({ status });
  });
}
