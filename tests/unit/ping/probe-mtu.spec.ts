// SPDX-License-Identifier: Apache-2.0
import { expect, test } from '@playwright/test';
import { largestPassing } from '../../../fixtures/ping/probe-mtu.ts';

async function probe(from: number, to: number, limit: number): Promise<{ found: number; tries: number }> {
  let tries = 0;
  const passes = (size: number): Promise<boolean> => {
    tries += 1;
    return Promise.resolve(size <= limit);
  };
  const found = await largestPassing(from, to, passes);
  return { found, tries };
}

test('finds any limit', async () => {
  for (let limit = 56; limit <= 1500; limit += 1) {
    const { found, tries } = await probe(56, 1472, limit);
    expect(found).toBe(Math.min(limit, 1472));
    expect(tries).toBeLessThanOrEqual(13);
  }
});

test('needs one try when the path passes the MTU of the interface', async () => {
  expect(await probe(56, 8972, 9000)).toEqual({ found: 8972, tries: 1 });
});

test('tolerates a size that fails for another reason', async () => {
  for (let unlucky = 1; unlucky <= 12; unlucky += 1) {
    let tries = 0;
    const passes = (size: number): Promise<boolean> => Promise.resolve((tries += 1) !== unlucky && size <= 1372);
    expect(await largestPassing(56, 1472, passes), `try ${unlucky} is lost`).toBe(1372);
  }
});
