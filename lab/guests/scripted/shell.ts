// SPDX-License-Identifier: Apache-2.0
import type { Files } from './files.ts';
import { parseList, ShellSyntaxError, type Command, type List, type Pipeline } from './shell-syntax.ts';

interface Output {
  write(text: string): void;
}

/** The input, output and files of a program. */
export interface ProgramContext {
  out: Output;
  error: Output;
  /** The whole standard input: the content of a file, or the output of the previous program in the pipeline. */
  input: string;
  files: Files;
  /** The programs that the guest has, by name. */
  programs: Record<string, Program>;
  jobs: Jobs;
  /** Aborted when the program receives SIGINT. */
  interrupted?: AbortSignal | undefined;
}

/** The background jobs of a guest. */
export class Jobs {
  readonly #running = new Map<number, { readonly interruption: AbortController; readonly ended: Promise<unknown> }>();
  #last = 1000;

  /** The process id of the last job, the value of `$!`. */
  get last(): number {
    return this.#last;
  }

  start(run: (interrupted: AbortSignal) => Promise<number>): void {
    this.#last += 1;
    const id = this.#last;
    const interruption = new AbortController();
    const ended = run(interruption.signal).finally(() => this.#running.delete(id));
    this.#running.set(id, { interruption, ended });
  }

  /** Sends SIGINT; returns whether there is such a job. */
  interrupt(id: number): boolean {
    this.#running.get(id)?.interruption.abort();
    return this.#running.has(id);
  }

  /** Resolves when the job has ended, at once if there is none. */
  async ended(id: number): Promise<void> {
    await this.#running.get(id)?.ended;
  }
}

/** Returns the exit status. */
export type Program = (args: string[], context: ProgramContext) => Promise<number> | number;

/** The file of a redirection cannot be opened. */
class RedirectError extends Error {}

/**
 * Runs a command line and returns the exit status of its last command.
 * @param previousStatus exit status of the previous line, the first value of `$?`
 */
export async function runShell(line: string, context: ProgramContext, previousStatus = 0): Promise<number> {
  try {
    return await runList(parseList(line), context, previousStatus);
  } catch (error) {
    if (!(error instanceof ShellSyntaxError)) throw error;
    context.error.write(`-bash: ${error.message}\n`);
    return 2;
  }
}

async function runList(list: List, context: ProgramContext, previousStatus: number): Promise<number> {
  let status = previousStatus;
  let run = true;
  for (const { pipeline, then } of list) {
    if (run) {
      if (then !== '&') status = await runPipeline(pipeline, context, status);
      else {
        const before = status;
        context.jobs.start((interrupted) => runPipeline(pipeline, { ...context, interrupted }, before));
        status = 0;
      }
    }
    run = then === '&&' ? status === 0 : then === '||' ? status !== 0 : true;
  }
  return status;
}

/** Runs programs one after another: each reads the whole output of the previous one. */
async function runPipeline([first, ...rest]: Pipeline, outer: ProgramContext, previousStatus: number): Promise<number> {
  let { input } = outer;
  let status = previousStatus;
  for (const [i, command] of [first, ...rest].entries()) {
    let printed = '';
    const pipe: Output = {
      write: (text) => {
        printed += text;
      },
    };
    const out = i < rest.length ? pipe : outer.out;
    // Within the pipeline, `$?` is the status of the previous one.
    status = await runCommand(command, { ...outer, input, out }, previousStatus);
    input = printed;
  }
  return status;
}

async function runCommand(command: Command, outer: ProgramContext, previousStatus: number): Promise<number> {
  const context = redirected(command, outer, previousStatus);
  if (context instanceof RedirectError) {
    outer.error.write(`-bash: ${context.message}\n`);
    return 1;
  }
  if (command.subshell) return runList(command.subshell, context, previousStatus);
  const words = command.words.map((word) => expanded(word, { status: previousStatus, job: context.jobs.last }));
  const start = words.findIndex((word) => !/^\w+=/.test(word));
  const [name, ...args] = start < 0 ? [] : words.slice(start);
  return name === undefined ? 0 : runProgram(name, args, context);
}

export async function runProgram(name: string, args: string[], context: ProgramContext): Promise<number> {
  const program = context.programs[name];
  if (program) return program(args, context);
  context.error.write(`-bash: ${name}: command not found\n`);
  return 127;
}

function redirected(
  { redirects }: Command,
  outer: ProgramContext,
  previousStatus: number,
): ProgramContext | RedirectError {
  const context = { ...outer };
  for (const { operator, path } of redirects) {
    const file = expanded(path, { status: previousStatus, job: outer.jobs.last });
    if (operator === '2>&1') context.error = context.out;
    else if (operator === '<') {
      const text = outer.files.read(file);
      if (text === undefined) return new RedirectError(`${file}: No such file or directory`);
      context.input = text;
    } else {
      const write = outer.files.open(file);
      if (!write) return new RedirectError(`${file}: No such file or directory`);
      context[operator === '>' ? 'out' : 'error'] = { write };
    }
  }
  return context;
}

/** The values of `$?` and `$!`. */
interface Parameters {
  readonly status: number;
  readonly job: number;
}

/** Removes quotes, and replaces `$?` and `$!` outside single quotes. */
function expanded(word: string, { status, job }: Parameters): string {
  const values = (text: string): string => text.replaceAll('$?', String(status)).replaceAll('$!', String(job));
  const parts = /'([^']*)'|"([^"]*)"|\\(.)|(\$[?!])/g;
  return word.replace(parts, (...[, single, double, escaped, parameter]: (string | undefined)[]) => {
    return single ?? (double === undefined ? (escaped ?? values(parameter ?? '')) : values(double));
  });
}
