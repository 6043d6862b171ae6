// SPDX-License-Identifier: Apache-2.0
/** Runs a complete checkup as a child process, as in a new container of the image: no inherited environment, and only the image's cache. */
import { spawn } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { CHECKUP_IMAGE } from '../local-image.ts';
import { now } from './clock.ts';

interface Line {
  readonly atMs: number;
  readonly text: string;
}

export interface CheckupRun {
  readonly startedMs: number;
  readonly endedMs: number;
  /** Lines of the output with the time of each. */
  readonly lines: readonly Line[];
}

export interface RunOptions {
  readonly kubeconfig: string;
  /** Directory for temporary files and artifacts; created. */
  readonly directory: string;
  /** Path of Node; default: the Node of this process. */
  readonly node?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Called with the process id after the start. */
  readonly started?: (pid: number) => void;
}

/** A checkup failed, so its figures are not used. */
export class CheckupFailed extends Error {
  override name = 'CheckupFailed';
}

/** Runs a checkup. @throws CheckupFailed with its last line. */
export async function runCheckup(options: RunOptions): Promise<CheckupRun> {
  const { kubeconfig, directory, started } = options;
  await mkdir(directory, { recursive: true });
  const [node = process.execPath, ...args] = CHECKUP_IMAGE.entrypoint;
  const startedMs = now();
  const child = spawn(options.node ?? node, args, {
    cwd: CHECKUP_IMAGE.cwd,
    stdio: ['ignore', 'pipe', 'inherit'],
    env: {
      PATH: process.env['PATH'],
      HOME: '/',
      KUBECONFIG: kubeconfig,
      CONFIGMAP_NAMESPACE: 'latency',
      CONFIGMAP_NAME: 'kubevirt-vm-latency-config',
      ...CHECKUP_IMAGE.env(directory),
      ...options.env,
    },
  });
  if (child.pid !== undefined) started?.(child.pid);
  const lines: Line[] = [];
  let unfinished = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    const complete = (unfinished + text).split('\n');
    unfinished = complete.pop() ?? '';
    lines.push(...complete.map((line) => ({ atMs: now(), text: line })));
  });
  const status = await new Promise<number | NodeJS.Signals | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => {
      resolve(code ?? signal);
    });
  });
  if (status !== 0) throw new CheckupFailed(`ended with ${status ?? 'nothing'}: ${lines.at(-1)?.text ?? 'no output'}`);
  return { startedMs, endedMs: now(), lines };
}
