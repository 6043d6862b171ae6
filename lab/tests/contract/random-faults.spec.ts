// SPDX-License-Identifier: Apache-2.0
/** Random faults, and a client with a few retries. */
import { expect } from '@playwright/test';
import { randomFaults } from '../../faults/random-faults.ts';
import type { Call } from './api.ts';
import { CONFIG_MAP, NAMESPACE, test, WATCH } from './own-lab.ts';

const ATTEMPTS = 6;

test('a client with six attempts tolerates all faults, and every kind occurs', async ({ ownLab }) => {
  const { lab, client, untilPhase, openConsole } = await ownLab();
  await untilPhase('Running');
  const faults = randomFaults(lab, 7);
  const persistent = async (call: Call): Promise<number> => {
    for (let attempt = 1; ; attempt += 1) {
      const api = await client();
      try {
        const { status } = await api.call(call);
        // Not tested here: a create or an update with a lost or late response.
        if (status < 400 || status === 409) return status;
        if (attempt === ATTEMPTS) return status;
      } catch (error) {
        if (attempt === ATTEMPTS) throw error;
      } finally {
        api.close();
      }
      await new Promise((resolve) => setTimeout(resolve, 50 * 2 ** attempt));
    }
  };
  /** The end is ignored: the connections are opened so that faults can affect them. */
  const streams = async () => {
    const api = await client();
    const watching = api.call({ path: `${WATCH}&timeoutSeconds=1` });
    const typing = openConsole().then(async (session) => {
      await new Promise((resolve) => setTimeout(resolve, 1000));
      session.cut();
    });
    await Promise.allSettled([watching, typing]);
    api.close();
  };
  const everyKind = () => Object.values(faults.counts()).every((count) => count > 0);
  const started = performance.now();
  const over = () => everyKind() || performance.now() - started > 25_000;
  const streaming = Array.from({ length: 3 }, async () => {
    while (!over()) await streams();
  });
  const body = () => ({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'results', namespace: NAMESPACE },
    data: {},
  });
  while (!over()) {
    const statuses = await Promise.all([
      persistent({ path: CONFIG_MAP }),
      persistent({ method: 'PUT', path: CONFIG_MAP, body: body() }),
    ]);
    expect(statuses.every((status) => status === 200 || status === 409)).toBe(true);
  }
  await Promise.all(streaming);
  expect(everyKind(), JSON.stringify(faults.counts())).toBe(true);
  faults.stop();
  const before = faults.counts();
  const api = await client();
  for (let i = 0; i < 30; i += 1) expect((await api.call({ path: CONFIG_MAP })).status).toBe(200);
  expect(faults.counts()).toEqual(before);
});
