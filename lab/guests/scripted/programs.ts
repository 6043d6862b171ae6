import { setTimeout as sleep } from 'node:timers/promises';
import type { GuestQuirks } from '../quirks.ts';
import { arping } from './arping.ts';
import { ipCommand } from './ip-command.ts';
import type { IpStack } from './ip-stack.ts';
import { scriptedPing } from './scripted-ping.ts';
import { runProgram, runShell, type Program } from './shell.ts';
import { textPrograms } from './text-programs.ts';

/** What is installed on a scripted guest. */
export function installedPrograms(hostname: string, stacks: IpStack[], quirks: GuestQuirks): Record<string, Program> {
  return {
    ...textPrograms,
    arping: arping(stacks),
    dmesg: () => 0,
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
  };
}

/** Tells its version, and nothing else ever. */
function hangingPing(ping: Program): Program {
  return (args, environment) => {
    return args.includes('-V') ? ping(args, environment) : new Promise<never>(() => undefined);
  };
}
