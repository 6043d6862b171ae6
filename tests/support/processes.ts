/** Processes as /proc shows them. */
import { readdirSync, readFileSync } from 'node:fs';

/** A process that ended between two looks says nothing. */
export function readProc(pid: number, file: 'cmdline' | 'stat' | 'status'): string {
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

/** Itself and all below it. */
function tree(root: number): number[] {
  const parents = new Map(allProcesses().map((pid) => [pid, parentOf(pid)]));
  const below = (pid: number): number[] => [
    pid,
    ...[...parents].filter(([, parent]) => parent === pid).flatMap(([child]) => below(child)),
  ];
  return below(root);
}

const commandLine = (pid: number): string[] => readProc(pid, 'cmdline').split('\0');
const isWorker = (pid: number): boolean => commandLine(pid).some((word) => word.includes('workerProcessEntry'));
/** Node, running Playwright's command line, and nothing that starts it. */
const isRunner = (pid: number): boolean => {
  const [program = '', ...words] = commandLine(pid);
  return /(^|\/)node$/.test(program) && !isWorker(pid) && words.some((word) => /\/(playwright|cli\.js)$/.test(word));
};

/** Playwright's main process below a starter (itself, unshare, npx). */
export function runnerBelow(root: number): number | undefined {
  return tree(root).find(isRunner);
}

/** The process that Playwright forked to run the check. */
export function workerBelow(root: number): number | undefined {
  return tree(root).find(isWorker);
}

const SIGHUP = 1n;

/** Whether the runner owns its signals by now: SIGHUP is the one that Node itself does not handle. */
export function ownsSignals(pid: number): boolean {
  const caught = BigInt(`0x${/^SigCgt:\s*(\w+)$/m.exec(readProc(pid, 'status'))?.[1] ?? '0'}`);
  return ((caught >> (SIGHUP - 1n)) & 1n) === 1n;
}
