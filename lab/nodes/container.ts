// SPDX-License-Identifier: Apache-2.0
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
  /** The directory for all files of the process; created before its start. */
  directory: string;
  /** The signal that asks the process to end. */
  stopSignal: NodeJS.Signals;
}

/** The end of a process: an exit code, or the number of a signal. */
export interface Exit {
  code: number | null;
  signal: number;
}

/** A container as a process in its own process group, with its recent output. */
export interface Container {
  readonly ended: Promise<Exit>;
  /** Set after the end. */
  readonly exit: Exit | undefined;
  read(): Buffer;
  onData(listener: (data: Buffer) => void): () => void;
  /** Starts another process with the container's environment and directory; it ends with the container. Undefined if the container has ended. */
  exec(command: string[]): ChildProcess | undefined;
  /** Sends the stop signal, and SIGKILL after the grace period; of two calls, the shorter grace period counts. */
  stop(graceMs: number): void;
  /** Resolves when no process of the group exists. */
  kill(): Promise<void>;
}

/** Time for the last output of a process to arrive. */
const LAST_OUTPUT_MS = 300;
/** Older output is discarded, as by a kubelet's log rotation. */
const LOG_LIMIT_BYTES = 10 * 2 ** 20;

export function startContainer({ program, args, cwd, env, directory, stopSignal }: Command): Container {
  mkdirSync(directory, { recursive: true });
  // The kernel kills the process when this one ends for any reason.
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
    // A container ends with its first process; remaining processes are killed and cannot keep its output open.
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
      // The pid of an ended process may be reused.
      process.once('exit', () => beside.delete(process));
      return process;
    },
    stop: (graceMs) => {
      const due = Date.now() + graceMs;
      if (!grace) child.kill(stopSignal);
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

/** The group may have no process. */
function signalGroup(pid: number | undefined, signal: NodeJS.Signals): void {
  try {
    if (pid !== undefined) process.kill(-pid, signal);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
  }
}
