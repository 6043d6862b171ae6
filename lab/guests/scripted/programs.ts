// SPDX-License-Identifier: Apache-2.0
import { setTimeout as sleep } from 'node:timers/promises';
import type { GuestQuirks } from '../quirks.ts';
import { arping } from './arping.ts';
import { ipCommand } from './ip-command.ts';
import { KERNEL_RELEASE, type Machine } from './machine.ts';
import { scriptedPing } from './scripted-ping.ts';
import { runProgram, runShell, type Program } from './shell.ts';
import { textPrograms } from './text-programs.ts';

/** Returns the programs of a scripted guest by name. */
export function installedPrograms(machine: Machine, quirks: GuestQuirks): Record<string, Program> {
  const { hostname, links, kernel } = machine;
  return {
    ...textPrograms,
    arping: arping(links),
    // With arguments it only sets the console's log level.
    dmesg: (args, { out }) => {
      if (args.length === 0) out.write(kernel.read());
      return 0;
    },
    hostname: (_args, { out }) => {
      out.write(`${hostname}\n`);
      return 0;
    },
    ip: ipCommand(links),
    kill: ([signal = '', ...ids], { jobs }) => {
      if (signal !== '-INT') return 1;
      return ids.every((id) => jobs.interrupt(Number(id))) ? 0 : 1;
    },
    ping: quirkyPing(scriptedPing(links), quirks),
    setsid: ([name = '', ...args], context) => runProgram(name, args, context),
    sh: ([, script = ''], context) => runShell(script, context),
    sleep: ([seconds = '']) => (/^[\d.]+$/.test(seconds) ? sleep(Number(seconds) * 1000, 0) : 1),
    true: () => 0,
    // All other jobs of these guests belong to other shells.
    wait: async (_args, { jobs }) => {
      await jobs.ended(jobs.last);
      return 0;
    },
    xargs: ([name = '', ...args], context) =>
      runProgram(name, [...args, ...context.input.split(/\s+/).filter((word) => word !== '')], context),
    uname: (args, { out }) => {
      out.write(args.includes('-a') ? `Linux ${hostname} ${KERNEL_RELEASE} #1 SMP x86_64 GNU/Linux\n` : 'Linux\n');
      return 0;
    },
  };
}

function quirkyPing(ping: Program, { hangingPing: hangs, clockSetMs }: GuestQuirks): Program {
  if (hangs) return hangingPing(ping);
  return clockSetMs === undefined ? ping : clockSetPing(ping, clockSetMs);
}

/** Simulates a clock that is set during the run: the third reply and the maximum have the time of the step. */
function clockSetPing(ping: Program, byMs: number): Program {
  return (args, context) => {
    let set = false;
    const write = (text: string) => {
      const line = text.replace(/(icmp_seq=3 .*time=)[\d.]+ ms/, `$1${byMs} ms`);
      set ||= line !== text;
      const longest = `$1${byMs.toFixed(3)}`;
      context.out.write(set ? line.replace(/(min\/avg\/max\/mdev = [\d.]+\/[\d.]+\/)[\d.]+/, longest) : line);
    };
    return ping(args, { ...context, out: { write } });
  };
}

/** Prints its version with `-V`; any other call never ends. */
function hangingPing(ping: Program): Program {
  return (args, context) => {
    return args.includes('-V') ? ping(args, context) : new Promise<never>(() => undefined);
  };
}
