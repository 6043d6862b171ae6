// SPDX-License-Identifier: Apache-2.0
/**
 * Measures the cost of a process and its children, sampled in a separate thread until the process ends: processor time, and the
 * proportional set size (PSS) from /proc, which counts shared pages once.
 */
import { readFileSync } from 'node:fs';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { now } from './clock.ts';

export interface MemoryUse {
  /** The main process of the runner, or the process that it forked to run the checkup. */
  readonly role: 'main' | 'worker';
  readonly pssKib: number;
  readonly anonymousKib: number;
}

export interface ProcessCost {
  /** The sample with the largest total. */
  readonly peak: { readonly atMs: number; readonly memory: readonly MemoryUse[] };
  /** Milliseconds in the last sample. */
  readonly cpuMs: Readonly<Record<MemoryUse['role'], number>>;
}

const SAMPLE_INTERVAL_MS = 40;
/** USER_HZ is always 100 for programs on Linux (proc(5)). */
const TICK_MS = 10;

export function totalPssKib(memory: readonly MemoryUse[]): number {
  return memory.reduce((sum, { pssKib }) => sum + pssKib, 0);
}

/** Returns the cost of a process after it has ended. */
export function measureCost(pid: number): Promise<ProcessCost> {
  const sampler = new Worker(new URL(import.meta.url), { workerData: pid });
  return new Promise((resolve, reject) => {
    sampler.once('message', resolve);
    sampler.once('error', reject);
  });
}

/** Returns "" for a process that has ended. */
function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

function readMemoryUse(role: MemoryUse['role'], pid: string): MemoryUse | undefined {
  const text = read(`/proc/${pid}/smaps_rollup`);
  const [, pss] = /^Pss:\s+(\d+) kB/m.exec(text) ?? [];
  const [, anonymous] = /^Pss_Anon:\s+(\d+) kB/m.exec(text) ?? [];
  return pss === undefined ? undefined : { role, pssKib: Number(pss), anonymousKib: Number(anonymous) };
}

/** Returns `undefined` for a process that has ended. */
function cpuMsOf(pid: string): number | undefined {
  const [, user, system] = /\) \S(?: \S+){10} (\d+) (\d+) /.exec(read(`/proc/${pid}/stat`)) ?? [];
  return user === undefined ? undefined : (Number(user) + Number(system)) * TICK_MS;
}

async function sample(main: string): Promise<ProcessCost> {
  let peak: ProcessCost['peak'] = { atMs: now(), memory: [] };
  const cpu = new Map<string, number>();
  // A zombie process uses no memory.
  for (let begun = false; ; begun = true) {
    const workers = read(`/proc/${main}/task/${main}/children`).trim().split(' ');
    const pids = [main, ...workers.filter((pid) => pid !== '')];
    const memory = pids.flatMap((pid) => readMemoryUse(pid === main ? 'main' : 'worker', pid) ?? []);
    if (begun && memory.length === 0) break;
    if (totalPssKib(memory) > totalPssKib(peak.memory)) peak = { atMs: now(), memory };
    for (const pid of pids) cpu.set(pid, cpuMsOf(pid) ?? cpu.get(pid) ?? 0);
    await new Promise((resolve) => setTimeout(resolve, SAMPLE_INTERVAL_MS));
  }
  const cpuMs = { main: cpu.get(main) ?? 0, worker: 0 };
  for (const [pid, ms] of cpu) if (pid !== main) cpuMs.worker += ms;
  return { peak, cpuMs };
}

if (!isMainThread) parentPort?.postMessage(await sample(String(workerData)));
