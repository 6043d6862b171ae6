// SPDX-License-Identifier: Apache-2.0
import { expect, test } from '@playwright/test';
import { waitUntil, type Observation } from '../../../scripts/kind/wait-until.ts';

const observations = (...states: Observation[]): (() => Promise<Observation>) => {
  let next = 0;
  return () => Promise.resolve(states[Math.min(next++, states.length - 1)] ?? { met: false, state: 'nothing' });
};
const limits = (deadlineMs: number, signal = new AbortController().signal) => ({ deadlineMs, everyMs: 1, signal });

test('waits until the condition holds', async () => {
  const observe = observations(
    { met: false, state: 'deploying' },
    { met: false, state: 'deploying' },
    { met: true, state: 'ready' },
  );
  await waitUntil('it', observe, limits(10_000));
});

test('fails at the deadline with the last state', async () => {
  const observe = observations({ met: false, state: 'nothing yet' }, { met: false, state: 'no image' });
  await expect(waitUntil('it', observe, limits(500))).rejects.toThrow('it: not within 0.5s; last seen: no image');
});

test('treats an error of the observation as a state', async () => {
  const observe = () => Promise.reject(new Error('connection refused'));
  await expect(waitUntil('it', observe, limits(5))).rejects.toThrow(
    'it: not within 0.005s; last seen: connection refused',
  );
});

test('an interruption ends the wait with the reason of the interruption', async () => {
  const controller = new AbortController();
  const observe = () => {
    controller.abort(new Error('interrupted by SIGINT'));
    return Promise.reject(new Error('killed'));
  };
  await expect(waitUntil('it', observe, limits(10_000, controller.signal))).rejects.toThrow('interrupted by SIGINT');
});
