// SPDX-License-Identifier: Apache-2.0
/** One watch for all VMs of a set, and what takes its place. Against a fake API server. */
import { test as base, expect } from '@playwright/test';
import type { Cluster } from '../../../fixtures/cluster/cluster.ts';
import { VmiWatch } from '../../../fixtures/cluster/vmi-watch.ts';
import { FakeApiServer, vmi } from './fake-api-server.ts';

const SELECTOR = 'latency-check/run=abcde';

interface Tools {
  server: FakeApiServer;
  cluster: Cluster;
  /** Warnings of the watch. */
  logged: string[];
  watch: VmiWatch;
}

const test = base.extend<Tools>({
  server: async ({}, use) => {
    const server = new FakeApiServer();
    await use(server);
    server.stop();
  },
  cluster: async ({ server }, use, testInfo) => {
    await use(await server.start(testInfo.outputPath('kubeconfig')));
  },
  logged: async ({}, use) => {
    await use([]);
  },
  watch: async ({ cluster, logged }, use) => {
    const log = (message: string): void => void logged.push(message);
    await use(new VmiWatch({ cluster, namespace: 'ns', labelSelector: SELECTOR, log }));
  },
});

/** Tracks these VMs, and waits until each is reported. */
async function reported(watch: VmiWatch, ...names: string[]) {
  const all = names.map((name) => watch.track(name));
  await Promise.all(all.map((one) => one.changed()));
  return all;
}

test('one watch by label reports each VM to its own view, without another request', async ({ server, watch }) => {
  for (const name of ['a', 'b', 'c']) server.objects.set(name, vmi(name, `uid-${name}`, 'Scheduling'));
  const all = await reported(watch, 'a', 'b', 'c');
  expect(all.map((one) => one.look()?.uid)).toEqual(['uid-a', 'uid-b', 'uid-c']);
  expect(watch.starting).toBe(3);
  const [a, b] = all;
  const changed = b?.changed();
  server.send('MODIFIED', vmi('b', 'uid-b'));
  await changed;
  expect([a?.look()?.phase, b?.look()?.phase]).toEqual(['Scheduling', 'Running']);
  expect(watch.starting).toBe(2);
  expect(server.requests).toEqual([`watch ${SELECTOR}`]);
  for (const one of all) one.stop();
});

test('a VM that is reported before it is tracked is known as soon as it is tracked', async ({ server, watch }) => {
  for (const name of ['a', 'b']) server.objects.set(name, vmi(name, `uid-${name}`));
  const [a] = await reported(watch, 'a');
  const seen: string[] = [];
  await expect(() => {
    const b = watch.track('b', ({ uid }) => seen.push(uid));
    expect(b.live).toBe(true);
    expect(b.look()?.uid).toBe('uid-b');
    b.stop();
  }).toPass();
  expect(seen).toEqual(['uid-b']);
  a?.stop();
});

test('a watch that ends is begun again; until then the VMs have to be read', async ({
  server,
  cluster,
  watch,
  logged,
}) => {
  server.objects.set('a', vmi('a', 'uid-a'));
  const [a] = await reported(watch, 'a');
  a?.look();
  const news = a?.changed();
  server.endWatches();
  await news;
  expect([a?.live, a?.look()]).toEqual([false, undefined]);
  expect((await a?.read(cluster))?.uid).toBe('uid-a');
  await expect.poll(() => a?.live).toBe(true);
  expect(server.requests).toEqual([`watch ${SELECTOR}`, 'get a', `watch ${SELECTOR}`]);
  expect(logged).toEqual(['watch virtualmachineinstances: the server ended it; watching again in 0.5s']);
  a?.stop();
});

test('the intervals grow with the number of VMs: a pair keeps its own', async ({ server, watch }) => {
  const names = Array.from({ length: 100 }, (_, index) => `vm-${index}`);
  for (const name of names) server.objects.set(name, vmi(name, name));
  const [first] = await reported(watch, 'vm-0', 'vm-1');
  expect(first?.pollMs).toBe(5000);
  await reported(watch, ...names.slice(2));
  expect(first?.pollMs).toBe(250_000);
});

test('an object that was being deleted is gone when the watch reports it; one that lost its labels is not', async ({
  server,
  watch,
}) => {
  for (const name of ['a', 'b']) server.objects.set(name, vmi(name, `uid-${name}`));
  const [a, b] = await reported(watch, 'a', 'b');
  server.send('DELETED', vmi('a', 'uid-a', 'Succeeded', { deletionTimestamp: '2026-01-01T00:00:00Z' }));
  server.send('DELETED', vmi('b', 'uid-b'));
  await expect.poll(() => [a?.live, b?.live]).toEqual([false, false]);
  expect([a?.isGone('uid-a'), a?.isGone('uid-other'), b?.isGone('uid-b')]).toEqual([true, false, false]);
});

test.describe('without permission to watch', () => {
  test.beforeEach(({ server }) => {
    server.forbidden.add('watch');
    for (const name of ['a', 'b', 'c']) server.objects.set(name, vmi(name, `uid-${name}`));
  });

  test('a pair is read by name, at its own pace', async ({ server, cluster, watch }) => {
    const [a, b] = await reported(watch, 'a', 'b');
    expect([a?.pollMs, b?.pollMs]).toEqual([500, 500]);
    expect((await b?.read(cluster))?.uid).toBe('uid-b');
    expect(server.requests).toEqual([`watch ${SELECTOR}`, 'get b']);
  });

  test('one list serves all VMs of a larger set, and a VM that is not in it is read', async ({
    server,
    cluster,
    watch,
  }) => {
    const all = await reported(watch, 'a', 'b', 'c', 'd');
    const states = await Promise.allSettled(all.map((one) => one.read(cluster)));
    expect(states.map((one) => (one.status === 'fulfilled' ? one.value.uid : String(one.reason)))).toEqual([
      'uid-a',
      'uid-b',
      'uid-c',
      'ApiError: NotFound d',
    ]);
    expect(server.requests).toEqual([`watch ${SELECTOR}`, `list ${SELECTOR}`, 'get d']);
    expect(all[0]?.pollMs).toBe(500);
  });

  test('without permission to list, each VM is read by name, at most ten a second', async ({
    server,
    cluster,
    watch,
  }) => {
    server.forbidden.add('list');
    const names = Array.from({ length: 20 }, (_, index) => `vm-${index}`);
    for (const name of names) server.objects.set(name, vmi(name, name));
    const all = await reported(watch, ...names);
    expect((await all[0]?.read(cluster))?.uid).toBe('vm-0');
    expect((await all[1]?.read(cluster))?.uid).toBe('vm-1');
    expect(server.requests).toEqual([`watch ${SELECTOR}`, `list ${SELECTOR}`, 'get vm-0', 'get vm-1']);
    expect(all[0]?.pollMs).toBe(2000);
  });
});
