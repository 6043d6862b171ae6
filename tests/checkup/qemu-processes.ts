import { readdirSync, readFileSync } from 'node:fs';

/** How many QEMUs run as children of this process: the guests of its labs. */
export function guestsOfThisProcess(): number {
  return guests('PPid', process.pid);
}

/** How many QEMUs run in a process group. */
export function guestsOfGroup(group: number): number {
  return guests('NSpgid', group);
}

function guests(field: string, value: number): number {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  return pids.filter((pid) => {
    return read(pid, 'status').includes(`${field}:\t${value}\n`) && read(pid, 'cmdline').includes('qemu-system');
  }).length;
}

/** A process that ended between two looks says nothing. */
function read(pid: string, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && ['ENOENT', 'ESRCH'].includes(String(error.code))) return '';
    throw error;
  }
}
