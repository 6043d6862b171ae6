import type { GuestQuirks } from '../quirks.ts';
import type { IpStack } from './ip-stack.ts';
import { scriptedPing } from './scripted-ping.ts';
import { runProgram, runShell, type Program } from './shell.ts';
import { textPrograms } from './text-programs.ts';

/** What is installed on a scripted guest. */
export function installedPrograms(hostname: string, nics: IpStack[], quirks: GuestQuirks): Record<string, Program> {
  return {
    ...textPrograms,
    dmesg: () => 0,
    hostname: (_args, { out }) => say(out.write.bind(out), `${hostname}\n`),
    ip: (args, { out, error }) => {
      if (!args.includes('addr')) return say(error.write.bind(error), `ip: SIMULATED guest knows only "ip addr"\n`, 1);
      return say(out.write.bind(out), addresses(nics));
    },
    ping: quirks.hangingPing ? hangingPing(scriptedPing(nics)) : scriptedPing(nics),
    setsid: ([name = '', ...args], environment) => runProgram(name, args, environment),
    sh: ([, script = ''], environment) => runShell(script, environment),
    true: () => 0,
  };
}

/** Tells its version, and nothing else ever. */
function hangingPing(ping: Program): Program {
  return (args, environment) => {
    return args.includes('-V') ? ping(args, environment) : new Promise<never>(() => undefined);
  };
}

function say(write: (text: string) => void, text: string, status = 0): number {
  write(text);
  return status;
}

/** As `ip -o -4 addr show` prints them. */
function addresses(nics: IpStack[]): string {
  const line = (index: number, name: string, address: string, scope: string) =>
    `${index}: ${name}    inet ${address} scope ${scope} ${name}\\       valid_lft forever preferred_lft forever\n`;
  const own = nics.flatMap((nic, i) => nic.addresses.map((address) => line(i + 2, `eth${i}`, address, `global`)));
  return line(1, 'lo', '127.0.0.1/8', 'host') + own.join('');
}
