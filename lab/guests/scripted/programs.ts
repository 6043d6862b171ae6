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
  const { hostname, links, kernel } = machine;
  return {
    ...textPrograms,
    arping: arping(links),
    // With arguments it only sets what the console is to show.
    dmesg: (args, { out }) => {
      if (args.length === 0) out.write(kernel.read());
      return 0;
    },
    hostname: (_args, { out }) => {
      out.write(`${hostname}\n`);
      return 0;
    },
    ip: ipCommand(links),
    ping: quirkyPing(scriptedPing(links), quirks),
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

function quirkyPing(ping: Program, { hangingPing: hangs, clockSetMs }: GuestQuirks): Program {
  if (hangs) return hangingPing(ping);
  return clockSetMs === undefined ? ping : clockSetPing(ping, clockSetMs);
}

/** Takes its times from a clock that is set meanwhile: one reply seems to have taken that long, and so does the longest. */
function clockSetPing(ping: Program, byMs: number): Program {
  return (args, environment) => {
    let set = false;
    const write = (text: string) => {
      const line = text.replace(/(icmp_seq=3 .*time=)[\d.]+ ms/, `$1${byMs} ms`);
      set ||= line !== text;
      const longest = `$1${byMs.toFixed(3)}`;
      environment.out.write(set ? line.replace(/(min\/avg\/max\/mdev = [\d.]+\/[\d.]+\/)[\d.]+/, longest) : line);
    };
    return ping(args, { ...environment, out: { write } });
  };
}

/** Tells its version, and nothing else ever. */
function hangingPing(ping: Program): Program {
  return (args, environment) => {
    return args.includes('-V') ? ping(args, environment) : new Promise<never>(() => undefined);
  };
}
