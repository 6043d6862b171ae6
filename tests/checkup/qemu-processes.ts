import { readdirSync, readFileSync } from 'node:fs';

/** How many QEMUs run as children of this process: the guests of its labs. */
export function guestsOfThisProcess(): number {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => isGuestOf(pid, process.pid)).length;
}

/** A process that ended between two looks is none. */
function isGuestOf(pid: string, parent: number): boolean {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    return (
      status.includes(`PPid:\t${parent}\n`) && readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('qemu-system')
    );
  } catch (error) {
    if (error instanceof Error && 'code' in error && ['ENOENT', 'ESRCH'].includes(String(error.code))) return false;
    throw error;
  }
}
