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
  /** Runs to the end; never throws for what kubectl answers. */
  run: (...args: string[]) => Promise<CommandResult>;
  /** Its standard output, where it must succeed. */
  ok: (...args: string[]) => Promise<string>;
  /** `kubectl apply -f -` of these objects. */
  apply: (...objects: JsonObject[]) => Promise<CommandResult>;
  /** Starts and does not wait; the caller ends it. */
  start: (...args: string[]) => ChildProcessWithoutNullStreams;
}

export async function kubectlFor(lab: Lab, cache: string): Promise<Kubectl> {
  return kubectlOf(await ensureKubectl(), { KUBECONFIG: lab.kubeconfig, HOME: cache });
}

/** Some kubectl, in an environment of this process's with `own` variables. */
export function kubectlOf(program: string, own: Record<string, string>): Kubectl {
  const env = { ...process.env, ...own };
  const run = (args: string[], input = '') =>
    new Promise<CommandResult>((resolve) => {
      const child = execFile(program, args, { env, timeout: LIMIT_MS }, (error, stdout, stderr) => {
        resolve({ status: error ? Number(error.code ?? 1) : 0, stdout, stderr });
      });
      // A kubectl that fails at once has closed its input: its status says why.
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

/** The rows of a table as kubectl prints it, cut at the columns' heads. */
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
