import { setTimeout as sleep } from 'node:timers/promises';
import type { GuestQuirks } from '../quirks.ts';
import { arping } from './arping.ts';
import { ipCommand } from './ip-command.ts';
import { KERNEL_RELEASE, type Machine } from './machine.ts';
import { scriptedPing } from './scripted-ping.ts';
import { runProgram, runShell, type Program } from './shell.ts';
import { textPrograms } from './text-programs.ts';

/** What is installed on a scripted guest. */
export function installedPrograms(machine: Machine, quirks: GuestQuirks): Record<string, Program> {
  const { hostname, stacks, kernel } = machine;
  return {
    ...textPrograms,
    arping: arping(stacks),
    // With arguments it only sets what the console is to show.
    dmesg: (args, { out }) => {
      if (args.length === 0) out.write(kernel.read());
      return 0;
    },
    hostname: (_args, { out }) => {
      out.write(`${hostname}\n`);
      return 0;
    },
    ip: ipCommand(stacks),
    ping: quirks.hangingPing ? hangingPing(scriptedPing(stacks)) : scriptedPing(stacks),
    setsid: ([name = '', ...args], environment) => runProgram(name, args, environment),
    sh: ([, script = ''], environment) => runShell(script, environment),
    sleep: ([seconds = '']) => (/^[\d.]+$/.test(seconds) ? sleep(Number(seconds) * 1000, 0) : 1),
    true: () => 0,
    uname: (args, { out }) => {
      out.write(args.includes('-a') ? `Linux ${hostname} ${KERNEL_RELEASE} #1 SMP x86_64 GNU/Linux\n` : 'Linux\n');
      return 0;
    },
  };
}

/** Tells its version, and nothing else ever. */
function hangingPing(ping: Program): Program {
  return (args, environment) => {
    return args.includes('-V') ? ping(args, environment) : new Promise<never>(() => undefined);
  };
}
