import { spawn } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { constants } from 'node:os';

export interface Command {
  program: string;
  args: string[];
  cwd: string;
  env: Record<string, string>;
  /** Made before the process starts; all that it writes is meant to go there. */
  directory: string;
}

/** How a process ended: with a code, or by a signal (its number). */
export interface Exit {
  code: number | null;
  signal: number;
}

/** A process that stands in for a container: a group of its own, its output kept. */
export interface Container {
  readonly ended: Promise<Exit>;
  /** Set once it has ended. */
  readonly exit: Exit | undefined;
  read(): Buffer;
  onData(listener: (data: Buffer) => void): () => void;
  /** SIGTERM, and SIGKILL after the grace period; asked twice, the first counts. */
  stop(graceMs: number): void;
  /** Nothing of it is left when this resolves. */
  kill(): Promise<void>;
}

export function startContainer({ program, args, cwd, env, directory }: Command): Container {
  mkdirSync(directory, { recursive: true });
  // The kernel kills the process when this one dies, whatever that dies of.
  const child = spawn('setpriv', ['--pdeathsig', 'KILL', program, ...args], {
    ...{ cwd, env, detached: true },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const output: Buffer[] = [];
  const listeners = new Set<(data: Buffer) => void>();
  const keep = (data: Buffer) => {
    output.push(data);
    for (const listener of listeners) listener(data);
  };
  child.stdout.on('data', keep);
  child.stderr.on('data', keep);
  let exit: Exit | undefined;
  let grace: NodeJS.Timeout | undefined;
  const killGroup = () => {
    signalGroup(child.pid, 'SIGKILL');
  };
  const ended = new Promise<Exit>((resolve) => {
    const end = (code: number | null, signal: NodeJS.Signals | null) => {
      exit ??= { code, signal: signal === null ? 0 : constants.signals[signal] };
      clearTimeout(grace);
      resolve(exit);
    };
    child.once('error', (error) => {
      keep(Buffer.from(`${error.message}\n`));
      end(127, null);
    });
    // A container ends with its first process; what that leaves behind goes with it.
    child.once('exit', killGroup);
    child.once('close', end);
  });
  return {
    ended,
    get exit() {
      return exit;
    },
    read: () => Buffer.concat(output),
    onData: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    stop: (graceMs) => {
      if (grace) return;
      child.kill('SIGTERM');
      grace = setTimeout(killGroup, graceMs);
    },
    kill: async () => {
      if (!exit) killGroup();
      await ended;
    },
  };
}

/** Nobody may be left of the group. */
function signalGroup(pid: number | undefined, signal: NodeJS.Signals): void {
  try {
    if (pid !== undefined) process.kill(-pid, signal);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
  }
}
