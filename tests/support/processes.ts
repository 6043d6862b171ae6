// SPDX-License-Identifier: Apache-2.0
/** Processes as /proc shows them. */
import { readdirSync, readFileSync } from 'node:fs';

/** A process that ended in the meantime has no data. */
export function readProc(pid: number, file: 'cmdline' | 'environ' | 'stat' | 'status'): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && ['ENOENT', 'ESRCH'].includes(String(error.code))) return '';
    throw error;
  }
}

export function allProcesses(): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number);
}

function parentOf(pid: number): number {
  return Number(/\) \S (\d+) [^)]*$/.exec(readProc(pid, 'stat'))?.[1] ?? 0);
}

/** Returns the process and its descendants. */
export function processTree(root: number): number[] {
  const parents = new Map(allProcesses().map((pid) => [pid, parentOf(pid)]));
  const below = (pid: number): number[] => [
    pid,
    ...[...parents].filter(([, parent]) => parent === pid).flatMap(([child]) => below(child)),
  ];
  return below(root);
}

const commandLine = (pid: number): string[] => readProc(pid, 'cmdline').split('\0');
const isWorker = (pid: number): boolean => commandLine(pid).some((word) => word.includes('workerProcessEntry'));
/** Returns whether a process is Node with Playwright's command line, and not its starter. */
const isRunner = (pid: number): boolean => {
  const [program = '', ...words] = commandLine(pid);
  return /(^|\/)node$/.test(program) && !isWorker(pid) && words.some((word) => /\/(playwright|cli\.js)$/.test(word));
};

/** Returns Playwright's main process at or below a starter (itself, unshare, npx). */
export function runnerBelow(root: number): number | undefined {
  return processTree(root).find(isRunner);
}

/** Returns the process that Playwright forked to run the check. */
export function workerBelow(root: number): number | undefined {
  return processTree(root).find(isWorker);
}

const SIGHUP = 1n;

/** Returns whether the runner has its signal handlers: Node itself does not handle SIGHUP. */
export function ownsSignals(pid: number): boolean {
  const caught = BigInt(`0x${/^SigCgt:\s*(\w+)$/m.exec(readProc(pid, 'status'))?.[1] ?? '0'}`);
  return ((caught >> (SIGHUP - 1n)) & 1n) === 1n;
}
