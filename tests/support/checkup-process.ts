// SPDX-License-Identifier: Apache-2.0
/** One run of the checkup as a child process in its own process group. */
import { spawn, type ChildProcess } from 'node:child_process';
import { createRequire } from 'node:module';
import path from 'node:path';
import { environmentName, PARAMETER_NAMES } from '../../model/parameters.ts';

const ROOT = path.join(import.meta.dirname, '..', '..');
const CLI = path.join(path.dirname(createRequire(import.meta.url).resolve('@playwright/test/package.json')), 'cli.js');
/** The command of the image. */
export const CLI_COMMAND = [
  process.execPath,
  '--max-semi-space-size=1',
  '--v8-pool-size=1',
  '--import',
  path.join(ROOT, 'reporters/supervision/preload.ts'),
  CLI,
  'test',
];
/** Most checkups in tests are shorter. */
const LIMIT_MS = 110_000;

export interface CheckupOptions {
  /** A service account of namespace latency that the checkup uses; default: the administrator. */
  serviceAccount?: string;
  /** Variables in addition to those that name the lab's ConfigMap; undefined removes a variable. */
  env?: Record<string, string | undefined>;
  /** Arguments of `playwright test`. */
  args?: string[];
  /** The command instead of node and the CLI. */
  command?: string[];
  /** Time limit, then the process is killed; default: 110 s. */
  limitMs?: number;
  /** Shell commands that prepare disks first, in a mount namespace of the run. */
  mounts?: string;
}

interface Ended {
  status: number | string;
  lastLine: string;
  output: string;
}

export interface Checkup {
  pid: number;
  output: () => string;
  /** Resolves when the pattern appears on stdout or stderr. */
  until: (pattern: RegExp) => Promise<void>;
  /** Sends a signal to the process or, with `group`, to its process group as a terminal does. */
  signal: (signal: NodeJS.Signals, target?: 'process' | 'group') => void;
  /** Writes to standard input. */
  type: (text: string) => void;
  ended: Promise<Ended>;
  kill: () => Promise<void>;
}

const PARAMETERS: ReadonlySet<string> = new Set(PARAMETER_NAMES.map(environmentName));
const NOT_INHERITED =
  /^(CONFIGMAP_|RESULT_CONFIGMAP_|POD_|HOSTNAME$|KUBECONFIG$|ARTIFACTS_DIR$|NODE_OPTIONS$|PLAYWRIGHT_|PW_|TEST_)/;

export function startCheckup(kubeconfig: string, artifacts: string, options: CheckupOptions = {}): Checkup {
  const { env = {}, args = [], command = CLI_COMMAND } = options;
  const inherited = Object.entries(process.env).filter(([name]) => !PARAMETERS.has(name) && !NOT_INHERITED.test(name));
  const [program = '', ...rest] = [...inMountNamespace(options.mounts), ...command, ...args];
  const child = spawn(program, rest, {
    cwd: ROOT,
    detached: true,
    env: {
      ...Object.fromEntries(inherited),
      KUBECONFIG: kubeconfig,
      ARTIFACTS_DIR: artifacts,
      SAMPLE_DURATION_SECONDS: '1',
      CONFIGMAP_NAMESPACE: 'latency',
      CONFIGMAP_NAME: 'kubevirt-vm-latency-config',
      ...env,
    },
  });
  let output = '';
  const listeners = new Set<() => void>();
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
      for (const listener of listeners) listener();
    });
  }
  const signal: Checkup['signal'] = (name, target = 'process') => {
    if (child.pid !== undefined) process.kill(target === 'group' ? -child.pid : child.pid, name);
  };
  const ended = waitForEnd(child, options.limitMs ?? LIMIT_MS, () => output);
  return {
    pid: child.pid ?? 0,
    output: () => output,
    signal,
    type: (text) => child.stdin.write(text),
    ended,
    until: async (pattern) => {
      const seen = new Promise<void>((resolve) => {
        const check = () => {
          if (pattern.test(output)) resolve();
        };
        listeners.add(check);
        check();
      });
      const over = ended.then(() => {
        if (!pattern.test(output)) throw new Error(`the checkup ended without ${String(pattern)}:\n${output}`);
      });
      await Promise.race([seen, over]);
    },
    kill: async () => {
      killGroup(child);
      await ended;
    },
  };
}

/** Returns the prefix that runs a command in its own mount namespace and execs it. Uses user namespaces without root. */
function inMountNamespace(mounts: string | undefined): string[] {
  if (mounts === undefined) return [];
  const asRoot = process.geteuid?.() === 0 ? [] : ['--map-root-user'];
  return ['unshare', '--mount', ...asRoot, 'sh', '-c', `set -e; ${mounts}; exec "$@"`, 'sh'];
}

function waitForEnd(child: ChildProcess, limitMs: number, output: () => string): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const limit = setTimeout(() => {
      killGroup(child);
    }, limitMs);
    child.once('error', reject);
    child.once('close', (code, signal) => {
      clearTimeout(limit);
      const lastLine = output().trimEnd().split('\n').at(-1) ?? '';
      resolve({ status: code ?? String(signal), lastLine, output: output() });
    });
  });
}

/** Kills the remaining processes of the group; its leader may have ended before. */
function killGroup({ pid }: ChildProcess): void {
  try {
    if (pid !== undefined) process.kill(-pid, 'SIGKILL');
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
  }
}
