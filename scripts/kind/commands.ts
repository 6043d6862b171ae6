/** Commands of this machine: each is printed with what it is given, and ended with its children where the run is interrupted. */
import { $ } from 'zx';

interface CommandOptions {
  /** Its standard input. */
  input?: string;
  env?: Record<string, string>;
  cwd?: string;
  /** Its output goes to the terminal, not into the answer. */
  shown?: boolean;
}

export type Command = (args: readonly string[], said?: CommandOptions) => Promise<string>;

const TAIL_CHARACTERS = 2000;

/** A program that must end well; answers its standard output. Without a signal nothing interrupts it. */
export function command(program: string, signal?: AbortSignal, env: Record<string, string> = {}): Command {
  return async (args, { input, cwd, shown = false, ...said } = {}) => {
    signal?.throwIfAborted();
    const line = [program, ...args].join(' ');
    console.log(`  $ ${line}${input === undefined ? '' : ' <<EOF …'}`);
    const shell = $({
      nothrow: true,
      quiet: true,
      detached: true,
      verbose: false,
      env: { ...process.env, ...env, ...said.env },
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
