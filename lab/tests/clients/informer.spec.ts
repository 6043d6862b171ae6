// SPDX-License-Identifier: Apache-2.0
/** The informer of @kubernetes/client-node follows the lab after interruptions of its watch. */
import { KubeConfig, CoreV1Api, makeInformer, type Informer, type V1ConfigMap } from '@kubernetes/client-node';
import { expect } from '@playwright/test';
import type { Lab } from '../../lab.ts';
import { test as base } from './lab-test.ts';

const LABEL = 'app=informed';

interface Follower {
  informer: Informer<V1ConfigMap>;
  /** The calls of its listeners, in order: `add a`, `update a`, `delete a`, `error`. */
  events: string[];
}

const test = base.extend<{ follow: (lab: Lab) => Promise<Follower> }>({
  follow: async ({}, use) => {
    const followers: Follower[] = [];
    await use(async (lab) => {
      const config = new KubeConfig();
      config.loadFromFile(lab.kubeconfig);
      const api = config.makeApiClient(CoreV1Api);
      const list = () => api.listNamespacedConfigMap({ namespace: 'latency', labelSelector: LABEL });
      const informer = makeInformer(config, '/api/v1/namespaces/latency/configmaps', list, LABEL);
      const events: string[] = [];
      for (const verb of ['add', 'update', 'delete'] as const) {
        informer.on(verb, (object) => events.push(`${verb} ${object.metadata?.name ?? ''}`));
      }
      informer.on('error', () => {
        events.push('error');
        // Its documentation requires this.
        setTimeout(() => void informer.start(), 100);
      });
      followers.push({ informer, events });
      await informer.start();
      return { informer, events };
    });
    for (const { informer } of followers) await informer.stop();
  },
});

function put(lab: Lab, name: string, value: string): void {
  const metadata = { name, namespace: 'latency', labels: { app: 'informed' } };
  lab.createObject({ apiVersion: 'v1', kind: 'ConfigMap', metadata, data: { value } });
}

const watches = (lab: Lab) => lab.requests.filter(({ verb }) => verb === 'watch').length;
const lists = (lab: Lab) => lab.requests.filter(({ verb }) => verb === 'list').length;

test('reports additions, updates and deletions in order', async ({ newLab, follow }) => {
  const lab = await newLab();
  put(lab, 'a', '1');
  const { events } = await follow(lab);
  await expect.poll(() => watches(lab)).toBe(1);
  put(lab, 'b', '1');
  put(lab, 'a', '2');
  lab.deleteObject('configmaps', 'latency', 'b');
  await expect.poll(() => events).toEqual(['add a', 'add b', 'update a', 'delete b']);
});

test('continues after every connection is dropped', async ({ newLab, follow }) => {
  const lab = await newLab();
  put(lab, 'a', '1');
  const { events } = await follow(lab);
  await expect.poll(() => watches(lab)).toBe(1);
  lab.dropConnections();
  put(lab, 'a', '2');
  put(lab, 'b', '1');
  await expect.poll(() => watches(lab), { timeout: 10_000 }).toBe(2);
  put(lab, 'c', '1');
  await expect.poll(() => events, { timeout: 10_000 }).toEqual(['add a', 'error', 'update a', 'add b', 'add c']);
});

test('resumes after a clean end of its watch', async ({ newLab, follow }) => {
  const lab = await newLab();
  put(lab, 'a', '1');
  const { events } = await follow(lab);
  await expect.poll(() => watches(lab)).toBe(1);
  await lab.endWatches();
  put(lab, 'a', '2');
  lab.deleteObject('configmaps', 'latency', 'a');
  await expect.poll(() => events, { timeout: 10_000 }).toEqual(['add a', 'update a', 'delete a']);
  expect(lists(lab)).toBe(1);
});

test('lists again after a 410 and misses no change', async ({ newLab, follow }) => {
  const lab = await newLab();
  put(lab, 'a', '1');
  put(lab, 'b', '1');
  const { events } = await follow(lab);
  await expect.poll(() => watches(lab)).toBe(1);
  await lab.endWatches();
  put(lab, 'a', '2');
  lab.deleteObject('configmaps', 'latency', 'b');
  put(lab, 'c', '1');
  lab.compact();
  await expect.poll(() => lists(lab), { timeout: 10_000 }).toBe(2);
  await expect.poll(() => events, { timeout: 10_000 }).toEqual(['add a', 'add b', 'delete b', 'update a', 'add c']);
  // The watch is open again.
  await expect.poll(() => watches(lab), { timeout: 10_000 }).toBe(3);
  put(lab, 'd', '1');
  await expect.poll(() => events.at(-1), { timeout: 10_000 }).toBe('add d');
});
