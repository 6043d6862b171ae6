// SPDX-License-Identifier: Apache-2.0
/** Runs commands of this machine. Each is printed with its arguments, and ends with its children if the run is interrupted. */
import { $ } from 'zx';

interface CommandOptions {
  /** Standard input. */
  input?: string;
  env?: Record<string, string>;
  cwd?: string;
  /** The output goes to the terminal and is not returned. */
  shown?: boolean;
}

export type Command = (args: readonly string[], options?: CommandOptions) => Promise<string>;

const TAIL_CHARACTERS = 2000;

/** Returns a function that runs a program and returns its standard output. Without a signal it cannot be interrupted. */
export function command(program: string, signal?: AbortSignal, env: Record<string, string> = {}): Command {
  return async (args, { input, cwd, shown = false, ...options } = {}) => {
    signal?.throwIfAborted();
    const line = [program, ...args].join(' ');
    console.log(`  $ ${line}${input === undefined ? '' : ' <<EOF …'}`);
    const shell = $({
      nothrow: true,
      quiet: true,
      detached: true,
      verbose: false,
      env: { ...process.env, ...env, ...options.env },
      stdio: [input === undefined ? 'ignore' : 'pipe', shown ? 'inherit' : 'pipe', shown ? 'inherit' : 'pipe'],
      ...(signal && { signal }),
      ...(input !== undefined && { input }),
      ...(cwd !== undefined && { cwd }),
    });
    const { exitCode, stdout, stderr, cause } = await shell`${[program, ...args]}`;
    signal?.throwIfAborted();
    if (exitCode === 0) return stdout;
    const why = stderr.trim().slice(-TAIL_CHARACTERS) || String(cause ?? '');
    throw new Error(`${line} ended with ${exitCode}${why === '' ? '' : `: ${why}`}`);
  };
}
