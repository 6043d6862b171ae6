// SPDX-License-Identifier: Apache-2.0
/** Runs programs and returns their output, with limits of time and memory. */
import { spawn, type ChildProcess } from 'node:child_process';

/** The end of standard error that is retained. */
const STDERR_BYTES = 64 * 1024;

export interface ChildOptions {
  input?: string;
  /** Milliseconds. Default: no limit. */
  limitMs?: number;
  /** Limit of standard output, in bytes. */
  limitBytes?: number;
  /** Receives standard output, which is not returned then. */
  onData?: (data: Buffer) => void;
}

interface ChildEnd {
  /** Exit status as in a shell: 127 if there is no such program, 126 if it cannot be run. */
  status: number;
  stdout: string;
  stderr: string;
}

export interface Child {
  /** Never rejects. */
  ended: Promise<ChildEnd>;
  stop: () => void;
}

/** Starts a program in its own process group: Ctrl-C in the terminal must not end the cleanup. */
export function startChild(command: readonly string[], options: ChildOptions = {}): Child {
  const { input = '', limitMs, limitBytes = Infinity, onData } = options;
  const [program = '', ...args] = command;
  const child = spawn(program, args, { detached: true, stdio: 'pipe' });
  const chunks: Buffer[] = [];
  let [bytes, stderr, broken] = [0, '', ''];
  const abandon = (why: string) => {
    broken ||= why;
    kill(child, 'SIGKILL');
  };
  child.stdout.on('data', (data: Buffer) => {
    bytes += data.length;
    if (broken !== '') return;
    if (bytes > limitBytes) abandon(`it printed more than ${limitBytes} bytes`);
    else if (onData === undefined) chunks.push(data);
    else onData(data);
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr = (stderr + text).slice(-STDERR_BYTES);
  });
  // A program that ends early does not read its input.
  child.stdin.on('error', () => undefined);
  child.stdin.end(input);
  const ended = new Promise<ChildEnd>((resolve) => {
    const limit =
      limitMs === undefined
        ? undefined
        : setTimeout(() => {
            abandon(`no answer within ${limitMs / 1000}s`);
          }, limitMs);
    const end = (status: number, said: string) => {
      clearTimeout(limit);
      resolve({ status, stdout: Buffer.concat(chunks).toString('utf8'), stderr: said });
    };
    child.once('error', (error) => {
      end('code' in error && error.code === 'ENOENT' ? 127 : 126, error.message);
    });
    child.once('close', (code) => {
      end(broken === '' ? (code ?? 1) : 1, [broken, stderr].filter(Boolean).join(': '));
    });
  });
  return {
    ended,
    stop: () => {
      kill(child, 'SIGTERM');
    },
  };
}

/** Kills the process group, if it exists. */
function kill({ pid, exitCode, signalCode }: ChildProcess, signal: NodeJS.Signals): void {
  if (pid === undefined || exitCode !== null || signalCode !== null) return;
  try {
    process.kill(-pid, signal);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
  }
}
