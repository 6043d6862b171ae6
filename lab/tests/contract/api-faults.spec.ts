// SPDX-License-Identifier: Apache-2.0
/** Faults of the lab's API server as seen by a client. */
import { expect } from '@playwright/test';
import { objectAt, textAt } from '../../store/json.ts';
import { SCENARIOS } from '../../faults/scenarios.ts';
import { CONFIG_MAP, NAMESPACE, test, VMIS, WATCH, consolePath } from './own-lab.ts';

const RESET = { code: 'ECONNRESET' };

function scenario(name: string) {
  const found = SCENARIOS.find((known) => known.name === name);
  if (!found) throw new Error(`no fault ${name}`);
  return found;
}

for (const [name, status] of [
  ['too-many-requests', 429],
  ['burst-500', 500],
  ['burst-503', 503],
] as const) {
  test(`${name}: affects a number of reads and writes`, async ({ ownLab }) => {
    const { lab, api } = await ownLab();
    scenario(name).begin?.(lab);
    const refused = await api.call({ path: CONFIG_MAP });
    expect(refused).toMatchObject({ status, body: { kind: 'Status', code: status } });
    if (status === 429) expect(refused.headers['retry-after']).toBe('1');
    await api.call({ path: CONFIG_MAP });
    expect((await api.call({ path: CONFIG_MAP })).status).toBe(200);
    expect((await api.call({ method: 'POST', path: VMIS, body: {} })).status).toBe(status);
    if (status === 503) expect((await api.handshake({ path: consolePath() })).status).toBe(503);
  });
}

test('connection-reset discards the request; lost-answer executes it', async ({ ownLab }) => {
  const { lab, api } = await ownLab();
  const write = (value: string) => {
    return api.call({
      method: 'PUT',
      path: CONFIG_MAP,
      body: { ...lab.get('configmaps', NAMESPACE, 'results'), data: { value } },
    });
  };
  const written = () => textAt(lab.get('configmaps', NAMESPACE, 'results'), 'data', 'value');
  scenario('connection-reset').begin?.(lab);
  for (let i = 0; i < 2; i += 1) await expect(write('early')).rejects.toMatchObject(RESET);
  expect(written()).toBeUndefined();
  scenario('lost-answer').begin?.(lab);
  await expect(write('late')).rejects.toMatchObject(RESET);
  expect(written()).toBe('late');
});

test('a stalled or held request is executed later, and not if its client disconnects first', async ({ ownLab }) => {
  const { lab, api, client } = await ownLab();
  const create = { method: 'POST', path: VMIS.replace(/[^/]*$/, ''), body: {} };
  const configMap = (name: string) => ({
    ...create,
    path: `/api/v1/namespaces/${NAMESPACE}/configmaps`,
    body: { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name } },
  });
  lab.inject({ verb: 'create', times: 1, effect: { stallMs: 300 } });
  const started = performance.now();
  expect((await api.call(configMap('slow'))).status).toBe(201);
  expect(performance.now() - started).toBeGreaterThanOrEqual(299);

  let arrived: () => void = () => undefined;
  let release: () => void = () => undefined;
  const arrival = new Promise<void>((resolve) => (arrived = resolve));
  const hold = () => {
    arrived();
    return new Promise<void>((resolve) => (release = resolve));
  };
  lab.inject({ verb: 'create', times: 1, effect: { hold } });
  const impatient = await client();
  const given = impatient.call(configMap('given-up')).catch((error: unknown) => error);
  await arrival;
  impatient.close();
  expect(await given).toMatchObject(RESET);
  // Time for the server to notice the disconnect before it would continue.
  await expect.poll(async () => (await api.call({ path: '/version' })).status).toBe(200);
  release();
  expect((await api.call({ path: CONFIG_MAP })).status).toBe(200);
  expect(lab.get('configmaps', NAMESPACE, 'given-up')).toBeUndefined();
});

test('a console connection is refused, reset or held', async ({ ownLab }) => {
  const { lab, api, untilPhase, openConsole } = await ownLab();
  await untilPhase('Running');
  const injectOnce = (effect: Parameters<typeof lab.inject>[0]['effect']) => {
    lab.inject({ resource: 'virtualmachineinstances/console', times: 1, effect });
  };
  injectOnce({ status: 500 });
  expect(await api.handshake({ path: consolePath() })).toMatchObject({
    status: 500,
    body: { reason: 'InternalError' },
  });
  injectOnce('reset before');
  await expect(api.handshake({ path: consolePath() })).rejects.toMatchObject(RESET);
  injectOnce({ stallMs: 200 });
  const started = performance.now();
  const session = await openConsole();
  expect(performance.now() - started).toBeGreaterThanOrEqual(199);
  await session.logIn();
  session.cut();
});

test('configmap-conflict: the first two updates conflict, and the other writer’s key is preserved', async ({
  ownLab,
}) => {
  const { lab, api } = await ownLab();
  scenario('configmap-conflict').begin?.(lab);
  const statuses = [];
  for (let i = 0; i < 3; i += 1) {
    const { body } = await api.call({ path: CONFIG_MAP });
    statuses.push(
      (await api.call({ method: 'PUT', path: CONFIG_MAP, body: { ...objectAt(body), note: undefined } })).status,
    );
  }
  expect(statuses).toEqual([409, 409, 200]);
  expect(lab.get('configmaps', NAMESPACE, 'results')).toMatchObject({ data: { 'written.by.another.client': '2' } });
});

test('token-rotation: the old token is refused, the file contains the new one, open streams continue', async ({
  ownLab,
}) => {
  const { lab, api, client, untilPhase, openConsole } = await ownLab();
  lab.createObject({ apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'one', namespace: NAMESPACE } });
  const path = lab.kubeconfigOf(NAMESPACE, 'one');
  const account = await client(path);
  await untilPhase('Running');
  const session = await openConsole();
  const stream = await api.watch({ path: WATCH });
  await stream.take(1);
  expect(lab.kubeconfigs()).toEqual([lab.kubeconfig, path]);
  scenario('token-rotation').begin?.(lab);
  expect((await api.call({ path: `${VMIS}/a` })).status).toBe(200);
  for (const [old, kubeconfig] of [
    [api, lab.kubeconfig],
    [account, path],
  ] as const) {
    await expect.poll(async () => (await old.call({ path: '/apis' })).status).toBe(401);
    expect((await (await client(kubeconfig)).call({ path: '/apis' })).status).toBe(200);
  }
  await session.logIn();
  lab.createObject({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'new', namespace: NAMESPACE } });
  expect((await stream.takeWithin(100)).map(({ object }) => textAt(object, 'metadata', 'name'))).toContain('new');
  stream.close();
  session.cut();
});

test('160 161 a restart ends watches, drops consoles and refuses connections, while guests continue', async ({
  ownLab,
}) => {
  const { lab, api, client, untilPhase, openConsole } = await ownLab();
  await untilPhase('Running');
  const session = await openConsole();
  await session.logIn();
  const dropped = session.closed();
  const stream = await api.watch({ path: WATCH });
  await stream.take(1);
  const restarted = lab.restart(300);
  expect((await stream.rest()).filter(({ type }) => type === 'ERROR')).toEqual([]);
  expect(await dropped).toBe(1006);
  await expect((await client()).call({ path: '/version' })).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  await restarted;
  expect((await (await client()).call({ path: `${VMIS}/a` })).body).toMatchObject({ status: { phase: 'Running' } });
  const again = await openConsole();
  expect(await again.wake()).toBe('# ');
  again.cut();
});

test('a restart does not wait for reconnecting clients, and a stop does not wait for a restart', async ({ ownLab }) => {
  const { lab, client } = await ownLab();
  let over = false;
  const failures = new Set<unknown>();
  const clients = Array.from({ length: 4 }, async () => {
    while (!over) {
      const api = await client();
      await api.call({ path: '/version' }).catch((error: unknown) => failures.add((error as { code?: string }).code));
      api.close();
    }
  });
  for (let i = 0; i < 5; i += 1) await lab.restart(20);
  over = true;
  await Promise.all(clients);
  expect([...failures].every((code) => code === 'ECONNREFUSED' || code === 'ECONNRESET')).toBe(true);
  void lab.restart(600_000);
  await lab.stop();
});

test('watch-drop ends open watches cleanly, watch-gone with one 410', async ({ ownLab }) => {
  const { lab, api } = await ownLab();
  const watch = async () => {
    const stream = await api.watch({ path: WATCH });
    await stream.take(1);
    return stream;
  };
  const first = await watch();
  expect(await lab.endWatches()).toBe(1);
  expect((await first.rest()).filter(({ type }) => type === 'ERROR')).toEqual([]);
  const second = await watch();
  scenario('watch-gone').begin?.(lab);
  const [last] = (await second.rest()).slice(-1);
  expect(last).toMatchObject({ type: 'ERROR', object: { kind: 'Status', code: 410, reason: 'Expired' } });
  expect(textAt(last?.object, 'message')).toMatch(/^too old resource version: \d+ \(\d+\)$/);
});
