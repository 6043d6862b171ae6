// SPDX-License-Identifier: Apache-2.0
import { setImmediate as turn } from 'node:timers/promises';
import type { GuestQuirks } from '../quirks.ts';
import { Files } from './files.ts';
import { kernelMessages, tornInTwo } from './kernel-messages.ts';
import type { Machine } from './machine.ts';
import { installedPrograms } from './programs.ts';
import { Jobs, runShell, type ProgramContext } from './shell.ts';
import { Terminal } from './terminal.ts';

const TORN_PROMPTS = 3;
const INTERRUPTED = 130;

/** Starts a serial console with a login, then runs one command after another. */
export function startSession(machine: Machine, quirks: GuestQuirks): Terminal {
  const { hostname, links } = machine;
  let user: string | undefined;
  let status = 0;
  let work = Promise.resolve();
  let torn = quirks.tornPrompt ? TORN_PROMPTS : 0;
  let flooded = false;
  /** Counts interrupts. Output of lines from an earlier round is discarded. */
  let round = 0;
  let interrupt: () => void = () => undefined;

  const prompt = () => {
    if (user !== undefined) terminal.print(`${hostname}:~# `);
    else if (torn > 0) {
      torn -= 1;
      terminal.print(tornInTwo(`${hostname} login: `, TORN_PROMPTS - torn));
    } else terminal.print(`${hostname} login: `);
  };
  const logout = () => {
    user = undefined;
    terminal.print('\nSIMULATED guest\n\n');
    return 0;
  };
  const jobs = new Jobs();
  const files = new Files(new Map(links.flatMap((link) => link.settings)));
  const stty = (args: string[]) => {
    const columns = Number(args[args.indexOf('cols') + 1]);
    if (quirks.wrapAt !== undefined && args.includes('cols') && columns > 0) terminal.columns = columns;
    return 0;
  };
  const programs = { ...installedPrograms(machine, quirks), exit: logout, logout, stty };

  const run = async (line: string, own: number): Promise<void> => {
    const out = {
      write: (text: string) => {
        if (own === round) terminal.print(text);
      },
    };
    const context: ProgramContext = { out, error: out, input: '', files, programs, jobs };
    const interrupted = new Promise<number>((resolve) => {
      interrupt = () => {
        resolve(INTERRUPTED);
      };
    });
    status = await Promise.race([runShell(line, context, status), interrupted]);
  };
  const logIn = (name: string) => {
    const known = name === 'root' && !quirks.loginIncorrect;
    if (!known && name !== '') terminal.print('\nLogin incorrect\n');
    terminal.print(known ? '\nSIMULATED guest: scripted, no virtual machine\n\n' : '\nSIMULATED guest\n\n');
    if (!known) return;
    user = name;
    terminal.columns ??= quirks.wrapAt;
    if (!flooded) {
      terminal.print(quirks.printed ?? '');
      void flood(terminal, quirks.floodBytes ?? 0);
    }
    flooded = true;
  };
  const answer = async (line: string, own: number): Promise<void> => {
    if (own !== round) return;
    if (user === undefined) logIn(line);
    else await run(line, own);
    if (own === round) prompt();
  };
  const terminal = new Terminal({
    onLine: (line) => {
      const own = round;
      work = work.then(() => answer(line, own));
    },
    onInterrupt: () => {
      round += 1;
      interrupt();
      prompt();
    },
  });
  return terminal;
}

/** Prints kernel messages and yields to the event loop after each chunk. */
async function flood(terminal: Terminal, bytes: number): Promise<void> {
  for (const chunk of kernelMessages(bytes)) {
    terminal.print(chunk);
    await turn();
  }
}
