// SPDX-License-Identifier: Apache-2.0
/**
 * Whether the process that started this one is gone. npx and npm start a shell that starts us, and the shell survives them:
 * there it is the shell's parent that counts. Other shells may outlive theirs (nohup), which means nothing.
 */
import { readFileSync } from 'node:fs';

export function orphanCheck(): () => boolean {
  const parent = process.ppid;
  if (parent <= 1) return () => false;
  const starter = startedByNpm(parent);
  return () => process.ppid !== parent || (starter !== undefined && parentOf(parent) !== starter);
}

/** npm's process id where `shell` is one that npm or npx started. */
function startedByNpm(shell: number): number | undefined {
  const starter = parentOf(shell);
  if (starter === undefined || !/^\S*sh\0-c\0/.test(readProc(shell, 'cmdline'))) return undefined;
  return /^(npm|npx)\b|\/(npm|npx)(-cli\.js)?\b/.test(readProc(starter, 'cmdline')) ? starter : undefined;
}

function parentOf(pid: number): number | undefined {
  // "pid (command) state parent …"; the command may hold anything.
  const match = /\) \S (\d+) [^)]*$/.exec(readProc(pid, 'stat'));
  return match?.[1] === undefined ? undefined : Number(match[1]);
}

/** Empty where the process is gone, or where there is no /proc. */
function readProc(pid: number, file: 'cmdline' | 'stat'): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8');
  } catch {
    return '';
  }
}
