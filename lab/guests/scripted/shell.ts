// SPDX-License-Identifier: Apache-2.0
import type { Files } from './files.ts';
import { parseList, ShellSyntaxError, type Command, type List, type Pipeline } from './shell-syntax.ts';

export interface Output {
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
      const running = runPipeline(pipeline, context, status);
      status = then === '&' ? 0 : await running;
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
  const words = command.words.map((word) => expanded(word, previousStatus));
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
    const file = expanded(path, previousStatus);
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

/** Removes quotes, and replaces `$?` outside single quotes by the last exit status. */
function expanded(word: string, previousStatus: number): string {
  const parts = /'([^']*)'|"([^"]*)"|\\(.)|(\$\?)/g;
  return word.replace(parts, (...[, single, double, escaped]: (string | undefined)[]) => {
    return single ?? double?.replaceAll('$?', String(previousStatus)) ?? escaped ?? String(previousStatus);
  });
}
