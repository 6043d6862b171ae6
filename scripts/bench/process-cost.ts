/**
 * What a process and its children cost, sampled in a thread of its own until the process is gone: the proportional set size
 * from /proc, which counts shared pages once, and processor time.
 */
import { readFileSync } from 'node:fs';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { now } from './clock.ts';

export interface MemoryUse {
  /** The runner's own process, or the one it forked to run the check. */
  readonly role: 'main' | 'worker';
  readonly pssKib: number;
  readonly anonymousKib: number;
}

export interface ProcessCost {
  /** When all together held most. */
  readonly peak: { readonly atMs: number; readonly memory: readonly MemoryUse[] };
  /** Milliseconds, as far as the last look saw. */
  readonly cpuMs: Readonly<Record<MemoryUse['role'], number>>;
}

const SAMPLE_INTERVAL_MS = 40;
/** USER_HZ, which Linux tells programs is 100 whatever it is. */
const TICK_MS = 10;

export function totalPssKib(memory: readonly MemoryUse[]): number {
  return memory.reduce((sum, { pssKib }) => sum + pssKib, 0);
}

/** Resolves when the process has ended. */
export function measureCost(pid: number): Promise<ProcessCost> {
  const sampler = new Worker(new URL(import.meta.url), { workerData: pid });
  return new Promise((resolve, reject) => {
    sampler.once('message', resolve);
    sampler.once('error', reject);
  });
}

/** A process that ended between two looks says nothing. */
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

/** Undefined for one that is gone. */
function cpuMsOf(pid: string): number | undefined {
  const [, user, system] = /\) \S(?: \S+){10} (\d+) (\d+) /.exec(read(`/proc/${pid}/stat`)) ?? [];
  return user === undefined ? undefined : (Number(user) + Number(system)) * TICK_MS;
}

async function sample(main: string): Promise<ProcessCost> {
  let peak: ProcessCost['peak'] = { atMs: now(), memory: [] };
  const cpu = new Map<string, number>();
  // A process that has ended and was not waited for yet holds nothing.
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
