import { setTimeout } from 'node:timers/promises';
import { expect, test } from '@playwright/test';
import { mapLimited } from '../../../model/map-limited.ts';

test('never runs more than the limit at once and returns results in the order of the items', async () => {
  let [running, most] = [0, 0];
  const results = await mapLimited([5, 1, 4, 2, 3], 2, async (ms) => {
    most = Math.max(most, ++running);
    await setTimeout(ms);
    running -= 1;
    return ms * 2;
  });
  expect(results).toEqual([10, 2, 8, 4, 6]);
  expect(most).toBe(2);
});

test('starts nothing more after an error', async () => {
  const started: number[] = [];
  const result = mapLimited([1, 2, 3, 4, 5], 2, async (item) => {
    started.push(item);
    await setTimeout(item);
    if (item === 1) throw new Error('first');
  });
  await expect(result).rejects.toThrow('first');
  await setTimeout(20);
  expect(started).toEqual([1, 2]);
});

test('an empty list has an empty result', async () => {
  expect(await mapLimited([], 8, () => Promise.reject(new Error('never called')))).toEqual([]);
});
