import { expect, test } from '@playwright/test';
import { untilSeen, type Look } from '../../../scripts/kind/until-seen.ts';

const looks = (...states: Look[]): (() => Promise<Look>) => {
  let next = 0;
  return () => Promise.resolve(states[Math.min(next++, states.length - 1)] ?? { met: false, seen: 'nothing' });
};
const patience = (deadlineMs: number, signal = new AbortController().signal) => ({ deadlineMs, everyMs: 1, signal });

test('waits until the condition holds', async () => {
  const look = looks(
    { met: false, seen: 'deploying' },
    { met: false, seen: 'deploying' },
    { met: true, seen: 'ready' },
  );
  await untilSeen('it', look, patience(10_000));
});

test('fails at the deadline with the last state', async () => {
  const look = looks({ met: false, seen: 'nothing yet' }, { met: false, seen: 'no image' });
  await expect(untilSeen('it', look, patience(30))).rejects.toThrow('it: not within 0.03s; last seen: no image');
});

test('treats an error of the probe as a state', async () => {
  const look = () => Promise.reject(new Error('connection refused'));
  await expect(untilSeen('it', look, patience(5))).rejects.toThrow(
    'it: not within 0.005s; last seen: connection refused',
  );
});

test('an interruption ends the wait with the reason of the interruption', async () => {
  const controller = new AbortController();
  const look = () => {
    controller.abort(new Error('interrupted by SIGINT'));
    return Promise.reject(new Error('killed'));
  };
  await expect(untilSeen('it', look, patience(10_000, controller.signal))).rejects.toThrow('interrupted by SIGINT');
});
