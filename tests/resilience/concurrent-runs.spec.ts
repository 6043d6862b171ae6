// SPDX-License-Identifier: Apache-2.0
/** Concurrent checkups in one namespace, on one network, or with one ConfigMap. SIMULATED guests. */
import { expect } from '@playwright/test';
import type { Lab } from '../../lab/lab.ts';
import { textAt } from '../../lab/objects.ts';
import { configMapData, setConfigMap, vmisCreated, vmisLeft } from '../support/cluster-facts.ts';
import { test } from '../support/lab-test.ts';

const IN_USE = 'Kubevirt VM latency checkup failed: configMap is already in use';
const OVERWRITE = { 'spec.param.overwriteResults': 'true' };
/** Result of an earlier run, to be overwritten. */
const EARLIER = {
  'status.startTimestamp': '2026-01-01T00:00:00Z',
  'status.completionTimestamp': '2026-01-01T00:01:00Z',
  'status.succeeded': 'false',
  'status.failureReason': 'an earlier one',
};

function addConfigMap(lab: Lab, name: string): string {
  const data = configMapData(lab);
  const metadata = { name, namespace: 'latency' };
  return lab.createObject({ apiVersion: 'v1', kind: 'ConfigMap', metadata, data }).metadata.uid;
}

/** Roles and nodes of the VMs that carry a ConfigMap's uid. */
function placements(lab: Lab, uid: string): Record<string, string | undefined> {
  const own = lab.list('virtualmachineinstances').filter(({ metadata }) => {
    return metadata.labels?.['latency-check/uid'] === uid;
  });
  const roles = own.map(({ metadata }) => (metadata.name.includes('source') ? 'source' : 'target'));
  return Object.fromEntries(own.map((vmi, index) => [roles[index] ?? '', textAt(vmi, 'status', 'nodeName')]));
}

function claims(lab: Lab): number {
  return lab.requests.filter(({ verb, path, code }) => {
    return verb === 'update' && path.includes('/configmaps/') && code === 200;
  }).length;
}

/** Expects that one run claimed the ConfigMap and wrote its results, and that no other run wrote or created anything. */
function expectOneRun(lab: Lab): void {
  expect(claims(lab)).toBe(2);
  expect(vmisCreated(lab)).toBe(2);
  expect(vmisLeft(lab)).toEqual([]);
  expect(configMapData(lab)).toMatchObject({
    'status.succeeded': 'true',
    'status.failureReason': '',
    'status.result.maxLatencyNanoSec': expect.stringMatching(/^\d+$/),
  });
}

test(
  'two runs with separate ConfigMaps succeed, each with its own VMs and results',
  { tag: '@slow' },
  async ({ newLab, checkup }) => {
    const lab = await newLab();
    const first = { name: 'first', uid: addConfigMap(lab, 'first') };
    const second = { name: 'second', uid: addConfigMap(lab, 'second') };
    const short = checkup(lab, {
      env: { CONFIGMAP_NAME: 'first', SAMPLE_DURATION_SECONDS: '4', SOURCE_NODE: 'node-2' },
    });
    const long = checkup(lab, {
      env: { CONFIGMAP_NAME: 'second', SAMPLE_DURATION_SECONDS: '12', SOURCE_NODE: 'node-1' },
    });
    await Promise.all([short.until(/\.\.\. +latency/), long.until(/\.\.\. +latency/)]);
    expect(placements(lab, first.uid)).toEqual({ source: 'node-2', target: 'node-1' });
    expect(placements(lab, second.uid)).toEqual({ source: 'node-1', target: 'node-2' });

    expect((await short.ended).status).toBe(0);
    // The VMs of the other run are unchanged.
    expect(long.output()).not.toMatch(/\.\.\. +teardown/);
    expect(placements(lab, first.uid)).toEqual({});
    expect(placements(lab, second.uid)).toEqual({ source: 'node-1', target: 'node-2' });

    expect((await long.ended).status).toBe(0);
    expect(vmisLeft(lab)).toEqual([]);
    const results: [name: string, seconds: string, source: string, target: string][] = [
      ['first', '4', 'node-2', 'node-1'],
      ['second', '12', 'node-1', 'node-2'],
    ];
    for (const [name, seconds, source, target] of results) {
      expect(configMapData(lab, name)).toMatchObject({
        'status.succeeded': 'true',
        'status.result.measurementDurationSec': seconds,
        'status.result.sourceNode': source,
        'status.result.targetNode': target,
      });
    }
  },
);

test('an interrupted run does not affect another run', { tag: '@slow' }, async ({ newLab, checkup }) => {
  const lab = await newLab();
  addConfigMap(lab, 'first');
  const uid = addConfigMap(lab, 'second');
  const interrupted = checkup(lab, { env: { CONFIGMAP_NAME: 'first', SAMPLE_DURATION_SECONDS: '20' } });
  const other = checkup(lab, { env: { CONFIGMAP_NAME: 'second', SAMPLE_DURATION_SECONDS: '9' } });
  await Promise.all([interrupted.until(/\.\.\. +latency/), other.until(/\.\.\. +latency/)]);
  interrupted.signal('SIGTERM');
  expect((await interrupted.ended).status).toBe(130);
  expect(Object.keys(placements(lab, uid)).sort()).toEqual(['source', 'target']);
  expect((await other.ended).status).toBe(0);
  expect(configMapData(lab, 'first')['status.failureReason']).toBe('interrupted by SIGTERM during latency');
  expect(configMapData(lab, 'second')['status.succeeded']).toBe('true');
  expect(vmisLeft(lab)).toEqual([]);
});

/** Returns a barrier that resolves for all callers once `count` have called it. */
function barrier(count: number): () => Promise<void> {
  const gathered = Promise.withResolvers<undefined>();
  let arrived = 0;
  return async () => {
    arrived += 1;
    if (arrived === count) gathered.resolve(undefined);
    await gathered.promise;
  };
}

for (const [title, before] of [
  ['an unused ConfigMap', {}],
  ["an earlier run's ConfigMap with overwriteResults", { ...OVERWRITE, ...EARLIER }],
] as const) {
  test(
    `exactly one of two runs starts when both claim ${title}, after both have read it`,
    { tag: '@slow' },
    async ({ newLab, checkup }) => {
      const lab = await newLab();
      setConfigMap(lab, before);
      lab.inject({ verb: 'update', resource: 'configmaps', times: 2, effect: { hold: barrier(2) } });
      const runs = [checkup(lab), checkup(lab)];
      const [loser, winner] = (await Promise.all(runs.map(({ ended }) => ended))).sort(
        (a, b) => Number(b.status) - Number(a.status),
      );
      expect([winner?.status, loser?.status]).toEqual([0, 1]);
      expect(loser?.lastLine).toBe(IN_USE);
      expectOneRun(lab);
      const conflicts = lab.requests.filter(({ path, code }) => path.includes('/configmaps/') && code === 409);
      expect(conflicts).toHaveLength(1);
    },
  );
}

for (const [stage, verb, resource, reached, times] of [
  ['teardown', 'delete', 'virtualmachineinstances', /\.\.\. +teardown/, 1],
  // Each attempt ends after 4 s: a busy machine needs longer to start the other run.
  ['report', 'update', 'configmaps', /ok +teardown/, 3],
] as const) {
  test(`a run that starts during the ${stage} of another is refused`, { tag: '@slow' }, async ({ newLab, checkup }) => {
    const lab = await newLab();
    setConfigMap(lab, OVERWRITE);
    const first = checkup(lab);
    await first.until(/\.\.\. +latency/);
    lab.inject({ verb, resource, times, effect: { stallMs: 25_000 } });
    await first.until(reached);
    const late = await checkup(lab).ended;
    expect(late.status).toBe(1);
    expect(late.lastLine).toBe(IN_USE);
    expect(configMapData(lab)).not.toHaveProperty(['status.completionTimestamp']);
    // The first has waited long enough: its request fails, and the next one does not.
    lab.dropConnections();
    expect((await first.ended).status).toBe(0);
    expectOneRun(lab);
  });
}

for (const [title, written] of [
  ['both writes executed', [true, true]],
  ['one write executed', [true, false]],
] as const) {
  test(
    `exactly one of two runs starts when both claim in the same second and receive 503, ${title}`,
    { tag: '@slow' },
    async ({ newLab, checkup }) => {
      const second = new Date().toUTCString();
      const lab = await newLab({ date: () => second });
      lab.inject({ verb: 'get', resource: 'configmaps', times: 2, effect: { hold: barrier(2) } });
      for (const acts of written) {
        lab.inject({ verb: 'update', resource: 'configmaps', times: 1, effect: { status: 503, acts } });
      }
      const runs = [checkup(lab), checkup(lab)];
      const [loser, winner] = (await Promise.all(runs.map(({ ended }) => ended))).sort(
        (a, b) => Number(b.status) - Number(a.status),
      );
      expect([winner?.status, loser?.status], `${winner?.output}\n${loser?.output}`).toEqual([0, 1]);
      expect(loser?.lastLine).toBe(IN_USE);
      expect(vmisCreated(lab)).toBe(2);
      expect(vmisLeft(lab)).toEqual([]);
      expect(configMapData(lab)).toMatchObject({
        'status.runId': expect.stringMatching(/^[0-9a-f]{16}$/),
        'status.succeeded': 'true',
        'status.failureReason': '',
      });
    },
  );
}

const HOUR_MS = 3_600_000;

/** Shifts the clock of a process and of those that it starts. */
function withClock(shiftMs: number): Record<string, string> {
  const code = `const now = Date.now; Date.now = () => now() + ${shiftMs};
    globalThis.Date = class extends Date { constructor(...given) { super(...(given.length === 0 ? [Date.now()] : given)); } };`;
  return { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(code)}` };
}

for (const [title, first, second] of [
  ['behind', -5 * HOUR_MS, 0],
  ['ahead', 5 * HOUR_MS, 0],
  ['right, and the other run’s is ahead', 0, 5 * HOUR_MS],
] as const) {
  test(
    `the ConfigMap of a run whose clock is ${title} is taken over after its time limit, and not before`,
    { tag: '@slow' },
    async ({ newLab, checkup }) => {
      let elapsedMs = 0;
      const lab = await newLab({ date: () => new Date(Date.now() + elapsedMs).toUTCString() });
      setConfigMap(lab, OVERWRITE);
      const abandoned = checkup(lab, { env: { ...withClock(first), SAMPLE_DURATION_SECONDS: '60' } });
      await expect.poll(() => vmisCreated(lab), { timeout: 30_000 }).toBe(2);
      const before = configMapData(lab);
      const early = await checkup(lab, { env: withClock(second) }).ended;
      expect(early.lastLine).toBe(IN_USE);
      expect(configMapData(lab)).toEqual(before);

      abandoned.signal('SIGKILL', 'group');
      await abandoned.ended;
      for (const name of vmisLeft(lab)) lab.deleteObject('virtualmachineinstances', 'latency', name);
      elapsedMs = 10 * 60_000;
      const late = await checkup(lab, { env: withClock(second) }).ended;
      expect(late.status, late.output).toBe(0);
      expect(late.output).toMatch(/warning: the run that started at .* it is treated as abandoned/);
      const { 'status.startTimestamp': start = '', 'status.completionTimestamp': end = '' } = configMapData(lab);
      expect(Date.parse(start) - Date.now() - elapsedMs).toBeLessThan(HOUR_MS / 60);
      expect(Date.parse(end)).toBeGreaterThanOrEqual(Date.parse(start));
      expect(configMapData(lab)['status.runId']).not.toBe(before['status.runId']);
    },
  );
}
