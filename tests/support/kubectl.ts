// SPDX-License-Identifier: Apache-2.0
/** Stock kubectl against a cluster. */
import { execFile, spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { stringify } from 'yaml';
import type { Lab } from '../../lab/lab.ts';
import type { JsonObject } from '../../lab/objects.ts';
import { ensureKubectl } from '../../scripts/kubectl.ts';

const LIMIT_MS = 60_000;

interface CommandResult {
  status: number;
  stdout: string;
  stderr: string;
}

export interface Kubectl {
  /** Runs to the end. Does not throw when kubectl fails. */
  run: (...args: string[]) => Promise<CommandResult>;
  /** Returns the standard output. @throws when kubectl fails. */
  ok: (...args: string[]) => Promise<string>;
  /** Runs `kubectl apply -f -` with these objects. */
  apply: (...objects: JsonObject[]) => Promise<CommandResult>;
  /** Starts kubectl without waiting; the caller ends it. */
  start: (...args: string[]) => ChildProcessWithoutNullStreams;
}

export async function kubectlFor(lab: Lab, cache: string): Promise<Kubectl> {
  return kubectlOf(await ensureKubectl(), { KUBECONFIG: lab.kubeconfig, HOME: cache });
}

/** Returns a kubectl with the environment of this process and the variables `own`. */
export function kubectlOf(program: string, own: Record<string, string>): Kubectl {
  const env = { ...process.env, ...own };
  const run = (args: string[], input = '') =>
    new Promise<CommandResult>((resolve) => {
      const child = execFile(program, args, { env, timeout: LIMIT_MS }, (error, stdout, stderr) => {
        resolve({ status: error ? Number(error.code ?? 1) : 0, stdout, stderr });
      });
      // A kubectl that fails at once has closed its input; its status has the reason.
      child.stdin?.on('error', () => undefined);
      child.stdin?.end(input);
    });
  return {
    run: (...args) => run(args),
    ok: async (...args) => {
      const { status, stdout, stderr } = await run(args);
      if (status !== 0) throw new Error(`kubectl ${args.join(' ')} ended with ${status}: ${stderr}`);
      return stdout;
    },
    apply: (...objects) => run(['apply', '-f', '-'], objects.map((object) => stringify(object)).join('---\n')),
    start: (...args) => spawn(program, args, { env }),
  };
}

/** Returns the rows of a table as printed by kubectl, split at the column headings. */
export function printedTable(text: string): Record<string, string>[] {
  const [head = '', ...lines] = text.trimEnd().split('\n');
  const columns = [...head.matchAll(/\S+( \S+)*\s*/g)].map(({ 0: title, index }) => ({
    title: title.trim(),
    from: index,
    to: index + title.length,
  }));
  const last = columns.at(-1)?.from;
  return lines.map((line) =>
    Object.fromEntries(
      columns.map(({ title, from, to }) => [title, line.slice(from, from === last ? undefined : to).trim()]),
    ),
  );
}
