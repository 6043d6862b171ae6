import { spawn, type ChildProcess } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { constants } from 'node:os';
import { LONGEST_TIMER_MS } from '../controllers/controller.ts';
import { KeptOutput } from './kept-output.ts';

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
  /** One more process in it, with its environment and directory; it goes with the container. Undefined when that has ended. */
  exec(command: string[]): ChildProcess | undefined;
  /** SIGTERM, and SIGKILL after the grace period; asked twice, the shorter counts. */
  stop(graceMs: number): void;
  /** Nothing of it is left when this resolves. */
  kill(): Promise<void>;
}

/** For what a process printed last to arrive. */
const LAST_OUTPUT_MS = 300;
/** Older output is forgotten, as a kubelet's log rotation does. */
const LOG_LIMIT_BYTES = 10 * 2 ** 20;

export function startContainer({ program, args, cwd, env, directory }: Command): Container {
  mkdirSync(directory, { recursive: true });
  // The kernel kills the process when this one dies, whatever that dies of.
  const child = spawn('setpriv', ['--pdeathsig', 'KILL', program, ...args], {
    cwd,
    env,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const output = new KeptOutput(LOG_LIMIT_BYTES);
  const listeners = new Set<(data: Buffer) => void>();
  const keep = (data: Buffer) => {
    output.add(data);
    for (const listener of listeners) listener(data);
  };
  child.stdout.on('data', keep);
  child.stderr.on('data', keep);
  let exit: Exit | undefined;
  let grace: NodeJS.Timeout | undefined;
  let killAt = Infinity;
  const beside = new Set<ChildProcess>();
  const killGroup = () => {
    for (const { pid } of [child, ...beside]) signalGroup(pid, 'SIGKILL');
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
    // A container ends with its first process; what that leaves behind goes with it, and cannot keep its output open.
    child.once('exit', (code, signal) => {
      killGroup();
      setTimeout(end, LAST_OUTPUT_MS, code, signal).unref();
    });
    child.once('close', end);
  });
  return {
    ended,
    get exit() {
      return exit;
    },
    read: () => output.bytes(),
    onData: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    exec: ([name = '', ...rest]) => {
      if (exit) return undefined;
      const process = spawn('setpriv', ['--pdeathsig', 'KILL', name, ...rest], { cwd, env, detached: true });
      beside.add(process);
      // Once it is gone its number may be another's.
      process.once('exit', () => beside.delete(process));
      return process;
    },
    stop: (graceMs) => {
      const due = Date.now() + graceMs;
      if (!grace) child.kill('SIGTERM');
      else if (due >= killAt) return;
      clearTimeout(grace);
      killAt = due;
      grace = setTimeout(killGroup, Math.min(graceMs, LONGEST_TIMER_MS));
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
