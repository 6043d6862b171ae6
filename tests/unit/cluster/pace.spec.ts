// SPDX-License-Identifier: Apache-2.0
/** At most so many turns in any window, in the order of the calls; an aborted call gives up its place. */
import { expect, test } from '@playwright/test';
import { Pace } from '../../../fixtures/cluster/pace.ts';

const WINDOW_MS = 200;
const NEVER = new AbortController().signal;

/** Asks for all turns at once, and returns the milliseconds after which each was given. */
async function turns(pace: Pace, count: number): Promise<number[]> {
  const begun = performance.now();
  const all = Array.from({ length: count }, async () => {
    const end = await pace.turn(NEVER);
    end();
    return performance.now() - begun;
  });
  return await Promise.all(all);
}

test('admits at once what is within the limit', async () => {
  const [last = Infinity] = (await turns(new Pace(5, WINDOW_MS), 5)).slice(-1);
  expect(last).toBeLessThan(WINDOW_MS / 2);
});

test('admits at most so many in any window, in the order of the calls', async () => {
  const times = await turns(new Pace(5, WINDOW_MS), 18);
  expect(times).toEqual(times.toSorted((a, b) => a - b));
  times.forEach((time, index) => {
    const sixth = times[index + 5];
    if (sixth !== undefined) expect(sixth - time).toBeGreaterThanOrEqual(WINDOW_MS - 20);
  });
  expect(times.at(-1)).toBeLessThan(WINDOW_MS * 20);
});

test('an aborted call ends at once, and those behind it take its place', async () => {
  const pace = new Pace(1, WINDOW_MS);
  const end = await pace.turn(NEVER);
  end();
  const queued = new AbortController();
  const polls = Array.from({ length: 50 }, () => pace.turn(queued.signal));
  const begun = performance.now();
  const deletion = pace.turn(NEVER);
  queued.abort(new Error('the run has ended'));
  const results = await Promise.allSettled(polls);
  expect(results.map(({ status }) => status)).toEqual(Array.from({ length: 50 }, () => 'rejected'));
  await deletion;
  expect(performance.now() - begun).toBeLessThan(WINDOW_MS * 1.5);
  await expect(pace.turn(queued.signal)).rejects.toThrow('the run has ended');
});

test('refuses what would make the queue endless', async () => {
  const pace = new Pace(1, 60_000);
  const over = new AbortController();
  const queued = Array.from({ length: 2001 }, () => pace.turn(over.signal));
  await expect(pace.turn(NEVER)).rejects.toThrow('more than 2000 requests wait to be sent');
  over.abort(new Error('over'));
  await Promise.allSettled(queued);
});

test('a request counts until a second after its answer, however long it was under way', async () => {
  const pace = new Pace(1, WINDOW_MS);
  const end = await pace.turn(NEVER);
  const next = pace.turn(NEVER);
  setTimeout(end, 2 * WINDOW_MS);
  const begun = performance.now();
  await next;
  expect(performance.now() - begun).toBeGreaterThanOrEqual(3 * WINDOW_MS - 20);
});
