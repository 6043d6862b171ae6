// SPDX-License-Identifier: Apache-2.0
/**
 * `npm run lab:scale`: fills a lab (SIMULATED guests) with VMIs and ConfigMaps and prints how long the API takes and how much
 * memory the lab holds. The lab is a process of its own, everything goes over HTTPS, as a client sees it.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { CoreV1Api, CustomObjectsApi, KubeConfig, V1ConfigMap, V1ObjectMeta, Watch } from '@kubernetes/client-node';
import pMap from 'p-map';
import { objectsAt, textAt, type Json } from '../store/json.ts';

const { values } = parseArgs({
  options: { vmis: { type: 'string', default: '500' }, 'config-maps': { type: 'string', default: '2000' } },
});
const VMIS = Number(values.vmis);
const CONFIG_MAPS = Number(values['config-maps']);
const DEADLINE_MS = 180_000;
const IN_FLIGHT = 16;
const VMI = { group: 'kubevirt.io', version: 'v1', namespace: 'latency', plural: 'virtualmachineinstances' };

const directory = await mkdtemp(path.join(tmpdir(), 'lab-scale-'));
const main = path.join(import.meta.dirname, '..', '..', 'scripts', 'lab.ts');
const options = ['--guests', 'scripted', '--nodes', '10', '--directory', directory];
const lab = spawn(process.execPath, [main, ...options], { stdio: ['ignore', 'pipe', 'inherit'] });
await once(lab.stdout, 'data');
lab.stdout.resume();
const config = new KubeConfig();
config.loadFromFile(path.join(directory, 'kubeconfig'));
const core = config.makeApiClient(CoreV1Api);
const custom = config.makeApiClient(CustomObjectsApi);

/** What the lab's process holds in memory (Linux). */
function memory(): string {
  const [, kib = '0'] = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${lab.pid}/status`, 'utf8')) ?? [];
  return `${Math.round(Number(kib) / 1024)} MiB`;
}

async function timed(what: string, run: () => Promise<unknown>): Promise<void> {
  const started = performance.now();
  await run();
  const ms = performance.now() - started;
  console.log(`  ${what.padEnd(58)} ${(ms / 1000).toFixed(2).padStart(7)} s   ${memory().padStart(9)}`);
}

/** The middle and the worst of ten calls, in milliseconds. */
async function sampled(what: string, run: () => Promise<unknown>): Promise<void> {
  const times: number[] = [];
  for (let i = 0; i < 10; i += 1) {
    const started = performance.now();
    await run();
    times.push(performance.now() - started);
  }
  times.sort((a, b) => a - b);
  const [median = 0, worst = 0] = [times[5], times[9]];
  console.log(`  ${what.padEnd(58)} ${median.toFixed(1).padStart(7)} ms  worst ${worst.toFixed(1)} ms`);
}

async function eachOf(count: number, run: (index: number) => Promise<unknown>): Promise<void> {
  await pMap(Array(count).keys(), run, { concurrency: IN_FLIGHT });
}

async function until(what: string, met: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = Date.now() + DEADLINE_MS;
  while (!(await met())) {
    if (Date.now() > deadline) throw new Error(`${what}: not within ${DEADLINE_MS / 1000} s`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

function vmi(index: number) {
  const devices = { interfaces: [{ name: 'blue', bridge: {} }] };
  return {
    apiVersion: 'kubevirt.io/v1',
    kind: 'VirtualMachineInstance',
    metadata: { name: `vmi-${index}` },
    spec: {
      domain: { devices, resources: { requests: { memory: '128Mi' } } },
      networks: [{ name: 'blue', multus: { networkName: 'blue' } }],
      terminationGracePeriodSeconds: 0,
    },
  };
}

function configMap(index: number): V1ConfigMap {
  const metadata = Object.assign(new V1ObjectMeta(), { name: `map-${index}`, labels: { half: String(index % 2) } });
  return Object.assign(new V1ConfigMap(), { metadata, data: { text: 'x'.repeat(1000) } });
}

/** Counts the events of each type that a watch receives. */
async function watching(resource: string): Promise<Record<string, number>> {
  const received: Record<string, number> = {};
  await new Watch(config).watch(
    resource,
    {},
    (type: string) => (received[type] = (received[type] ?? 0) + 1),
    () => undefined,
  );
  return received;
}

async function phases(): Promise<(string | undefined)[]> {
  const list = (await custom.listNamespacedCustomObject(VMI)) as Json;
  return objectsAt(list, 'items').map((item) => textAt(item, 'status', 'phase'));
}

try {
  console.log(`A lab with SIMULATED guests: ${VMIS} VMIs, ${CONFIG_MAPS} ConfigMaps, ${IN_FLIGHT} requests at a time`);
  console.log(`  ${'empty'.padEnd(58)} ${''.padStart(7)}     ${memory().padStart(9)}`);
  await timed(`create ${CONFIG_MAPS} ConfigMaps of 1 kB`, () =>
    eachOf(CONFIG_MAPS, (i) =>
      core.createNamespacedConfigMap({
        namespace: 'latency',
        body: configMap(i),
      }),
    ),
  );
  const received = await watching('/apis/kubevirt.io/v1/namespaces/latency/virtualmachineinstances');
  await timed(`create ${VMIS} VMIs`, () =>
    eachOf(VMIS, (i) => custom.createNamespacedCustomObject({ ...VMI, body: vmi(i) })),
  );
  await timed('until all of them run', () =>
    until('all VMIs running', async () => {
      const running = (await phases()).filter((phase) => phase === 'Running');
      return running.length === VMIS;
    }),
  );
  await sampled(`list ${VMIS} VMIs`, () => custom.listNamespacedCustomObject(VMI));
  await sampled(`list ${CONFIG_MAPS} ConfigMaps`, () => core.listNamespacedConfigMap({ namespace: 'latency' }));
  await sampled('list half of them by label', () =>
    core.listNamespacedConfigMap({ namespace: 'latency', labelSelector: 'half=1' }),
  );
  await sampled('get one VMI', () => custom.getNamespacedCustomObject({ ...VMI, name: 'vmi-1' }));
  await timed('watch all VMIs from nothing', async () => {
    const fresh = await watching('/apis/kubevirt.io/v1/namespaces/latency/virtualmachineinstances');
    await until('an event for every VMI', () => fresh['ADDED'] === VMIS);
  });
  await timed(`delete ${VMIS} VMIs, until they and their pods are gone`, async () => {
    await eachOf(VMIS, (i) => custom.deleteNamespacedCustomObject({ ...VMI, name: `vmi-${i}` }));
    await until('no pod left', async () => {
      const { items } = await core.listNamespacedPod({ namespace: 'latency' });
      return items.length === 0 && (await phases()).length === 0;
    });
  });
  await until('an event for every deletion', () => received['DELETED'] === VMIS);
  console.log(`  the watch open since before the first received ${JSON.stringify(received)}`);
  await timed(`delete ${CONFIG_MAPS} ConfigMaps as a collection`, () =>
    core.deleteCollectionNamespacedConfigMap({ namespace: 'latency', labelSelector: 'half' }),
  );
} finally {
  lab.kill();
  await once(lab, 'close');
  await rm(directory, { recursive: true, force: true });
}
process.exit();
