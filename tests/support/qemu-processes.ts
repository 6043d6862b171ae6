// SPDX-License-Identifier: Apache-2.0
import { allProcesses, readProc } from './processes.ts';

/** Returns the number of QEMU processes that are children of this process: the guests of its labs. */
export function guestsOfThisProcess(): number {
  return guests('PPid', process.pid);
}

/** Returns the number of QEMU processes in a process group. */
export function guestsOfGroup(group: number): number {
  return guests('NSpgid', group);
}

function guests(field: string, value: number): number {
  return allProcesses().filter((pid) => {
    return (
      readProc(pid, 'status').includes(`${field}:\t${value}\n`) && readProc(pid, 'cmdline').includes('qemu-system')
    );
  }).length;
}
