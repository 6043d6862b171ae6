// SPDX-License-Identifier: Apache-2.0
/**
 * `npm run lab:mesh`: starts one VM (SIMULATED guests) on each node of a lab, lets disjoint pairs ping at the same time, and prints
 * how long that takes, how much CPU time and memory the lab uses, and the round-trip times. The lab is a process of its own.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import WebSocket from 'ws';
import { objectsAt, textAt } from '../store/json.ts';
import { Api, readKubeconfig } from './contract/api.ts';

const { values } = parseArgs({
  options: {
    nodes: { type: 'string', default: '100' },
    delay: { type: 'string', default: '0' },
    seconds: { type: 'string', default: '5' },
  },
});
const NODES = Number(values.nodes);
const SECONDS = Number(values.seconds);
const CREATED_PER_SECOND = 10;
/** How many pings of each pair do not count: they wait for ARP, and for code that is not compiled yet. */
const SETTLED_AFTER = 5;
const DEADLINE_MS = 60_000;
/** The kernel's clock ticks per second, in which /proc counts CPU time. */
const TICKS = 100;
const VMIS = '/apis/kubevirt.io/v1/namespaces/latency/virtualmachineinstances';
const CONSOLES = '/apis/subresources.kubevirt.io/v1/namespaces/latency/virtualmachineinstances';

const directory = await mkdtemp(path.join(tmpdir(), 'lab-mesh-'));
const main = path.join(import.meta.dirname, '..', '..', 'scripts', 'lab.ts');
const options = ['--guests', 'scripted', '--nodes', values.nodes, '--zones', 'a,b,c', '--delay', values.delay];
const lab = spawn(process.execPath, [main, ...options, '--directory', directory], {
  stdio: ['ignore', 'pipe', 'inherit'],
});
await once(lab.stdout, 'data');
lab.stdout.resume();
const api = new Api(await readKubeconfig(path.join(directory, 'kubeconfig')));

/** The lab's CPU time in milliseconds (Linux). */
function cpuMs(): number {
  const fields = readFileSync(`/proc/${lab.pid}/stat`, 'utf8')
    .replace(/^.*\) /, '')
    .split(' ');
  return ((Number(fields[11]) + Number(fields[12])) / TICKS) * 1000;
}

function memory(): string {
  const [, kib = '0'] = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${lab.pid}/status`, 'utf8')) ?? [];
  return `${Math.round(Number(kib) / 1024)} MiB`;
}

async function timed<T>(what: string, run: () => Promise<T>): Promise<T> {
  const [started, usedMs] = [performance.now(), cpuMs()];
  const result = await run();
  const ms = performance.now() - started;
  const cpu = `${Math.round((100 * (cpuMs() - usedMs)) / ms)} % of a core`;
  console.log(
    `  ${what.padEnd(44)} ${(ms / 1000).toFixed(2).padStart(7)} s   ${cpu.padStart(16)}   ${memory().padStart(9)}`,
  );
  return result;
}

function vmi(index: number) {
  const term = { matchFields: [{ key: 'metadata.name', operator: 'In', values: [`node-${index + 1}`] }] };
  return {
    apiVersion: 'kubevirt.io/v1',
    kind: 'VirtualMachineInstance',
    metadata: { name: `vmi-${index}`, labels: { mesh: 'scale' } },
    spec: {
      affinity: {
        nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [term] } },
      },
      domain: {
        devices: { interfaces: [{ name: 'blue', bridge: {} }] },
        resources: { requests: { memory: '128Mi' } },
      },
      networks: [{ name: 'blue', multus: { networkName: 'blue' } }],
      terminationGracePeriodSeconds: 0,
    },
  };
}

async function running(): Promise<number> {
  const { body } = await api.call({ path: `${VMIS}?labelSelector=mesh=scale` });
  return objectsAt(body, 'items').filter((item) => textAt(item, 'status', 'phase') === 'Running').length;
}

async function until(what: string, met: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = Date.now() + DEADLINE_MS;
  while (!(await met())) {
    if (Date.now() > deadline) throw new Error(`${what}: not within ${DEADLINE_MS / 1000} s`);
    await sleep(100);
  }
}

/** One console. `type` resolves with the output when it matches. */
class Line {
  output = '';
  readonly #socket: WebSocket;
  #check: () => void = () => undefined;

  constructor(name: string) {
    const { headers, tls } = api.access;
    const url = api.urlOf(`${CONSOLES}/${name}/console`).href.replace(/^http/, 'ws');
    this.#socket = new WebSocket(url, ['plain.kubevirt.io'], { ...tls, headers, perMessageDeflate: false });
    this.#socket.on('message', (data: Buffer) => {
      this.output += data.toString('utf8');
      this.#check();
    });
  }

  async open(): Promise<void> {
    await once(this.#socket, 'open');
    await this.type('', /login: $/);
    await this.type('root', /# $/);
  }

  async type(text: string, until: RegExp): Promise<string> {
    this.output = '';
    const matched = new Promise<void>((resolve) => {
      this.#check = () => {
        if (until.test(this.output)) resolve();
      };
    });
    this.#socket.send(Buffer.from(`${text}\n`), { binary: true });
    await matched;
    return this.output;
  }

  close(): void {
    this.#socket.terminate();
  }
}

function percentile(sorted: number[], part: number): string {
  return (sorted[Math.min(sorted.length - 1, Math.floor(part * sorted.length))] ?? NaN).toFixed(2);
}

try {
  console.log(`A lab with SIMULATED guests: ${NODES} nodes, ${values.delay} ms delay each way`);
  await timed(`create ${NODES} VMIs, ${CREATED_PER_SECOND} per second, until they run`, async () => {
    for (let i = 0; i < NODES; i += 1) {
      void api.call({ method: 'POST', path: VMIS, body: vmi(i) });
      await sleep(1000 / CREATED_PER_SECOND);
    }
    await until('all VMIs running', async () => (await running()) === NODES);
  });
  const lines = Array.from({ length: NODES }, (_, i) => new Line(`vmi-${i}`));
  await timed(`log in to ${NODES} consoles`, () => Promise.all(lines.map((line) => line.open())));
  await timed('set the addresses', () =>
    Promise.all(
      lines.map((line, i) => line.type(`ip addr add 198.18.0.${i + 1}/24 dev eth0; ip link set eth0 up`, /# $/)),
    ),
  );
  await timed('idle for 5 s', () => sleep(5000));
  const pairs = Math.floor(NODES / 2);
  const lateMs: number[] = [];
  let due = performance.now() + 10;
  const clock = setInterval(() => {
    lateMs.push(Math.max(0, performance.now() - due));
    due = performance.now() + 10;
  }, 10);
  const outputs = await timed(`${pairs} pairs ping at 10 Hz for ${SECONDS} s`, () =>
    Promise.all(
      lines
        .slice(0, pairs)
        .map((line, i) => line.type(`ping -i 0.1 -c ${SECONDS * 10} 198.18.0.${pairs + i + 1}`, /packet loss[^#]*# $/)),
    ),
  );
  const texts = outputs.join('');
  const added = [...texts.matchAll(/icmp_seq=(\d+) .*time=([0-9.]+) ms/g)]
    .filter(([, seq]) => Number(seq) > SETTLED_AFTER)
    .map(([, , ms]) => Number(ms) - 2 * Number(values.delay));
  added.sort((a, b) => a - b);
  console.log(
    `  ${added.length} of ${pairs * (SECONDS * 10 - SETTLED_AFTER)} replies; added to a round trip: p50 ${percentile(added, 0.5)}, p90 ${percentile(added, 0.9)}, ` +
      `p99 ${percentile(added, 0.99)}, max ${percentile(added, 1)} ms`,
  );
  clearInterval(clock);
  lateMs.sort((a, b) => a - b);
  console.log(
    `  for comparison, timers of this script are late by: p50 ${percentile(lateMs, 0.5)}, p99 ${percentile(lateMs, 0.99)} ms`,
  );
  for (const line of lines) line.close();
  await timed(`delete ${NODES} VMIs`, async () => {
    for (let i = 0; i < NODES; i += 1) void api.call({ method: 'DELETE', path: `${VMIS}/vmi-${i}` });
    await until('no VMI', async () => {
      const { body } = await api.call({ path: VMIS });
      return objectsAt(body, 'items').length === 0;
    });
  });
} finally {
  api.close();
  lab.kill();
  await once(lab, 'close');
  await rm(directory, { recursive: true, force: true });
}
process.exit();
