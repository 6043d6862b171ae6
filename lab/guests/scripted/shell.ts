import type { Files } from './files.ts';
import { parseList, ShellSyntaxError, type Command, type List, type Pipeline } from './shell-syntax.ts';

export interface Output {
  write(text: string): void;
}

/** What a program can use. */
export interface Environment {
  out: Output;
  error: Output;
  /** Its whole input: a file, or the output of the previous program in a pipe. */
  input: string;
  files: Files;
  programs: Record<string, Program>;
}

/** Returns its exit status. */
export type Program = (args: string[], environment: Environment) => Promise<number> | number;

/** The file of a redirection cannot be opened. */
class RedirectError extends Error {}

/** Runs a line and returns the exit status of its last command. */
export async function runShell(line: string, environment: Environment, before = 0): Promise<number> {
  try {
    return await runList(parseList(line), environment, before);
  } catch (error) {
    if (!(error instanceof ShellSyntaxError)) throw error;
    environment.error.write(`-bash: ${error.message}\n`);
    return 2;
  }
}

async function runList(list: List, environment: Environment, before: number): Promise<number> {
  let status = before;
  let run = true;
  for (const { pipeline, then } of list) {
    if (run) {
      const running = runPipeline(pipeline, environment, status);
      status = then === '&' ? 0 : await running;
    }
    run = then === '&&' ? status === 0 : then === '||' ? status !== 0 : true;
  }
  return status;
}

/** Runs programs one after another: each reads the whole output of the previous one. */
async function runPipeline([first, ...rest]: Pipeline, outer: Environment, last: number): Promise<number> {
  let { input } = outer;
  let status = last;
  for (const [i, command] of [first, ...rest].entries()) {
    let printed = '';
    const pipe: Output = {
      write: (text) => {
        printed += text;
      },
    };
    const out = i < rest.length ? pipe : outer.out;
    // `$?` is the status before the pipeline.
    status = await runCommand(command, { ...outer, input, out }, last);
    input = printed;
  }
  return status;
}

async function runCommand(command: Command, outer: Environment, last: number): Promise<number> {
  const environment = redirected(command, outer, last);
  if (environment instanceof RedirectError) {
    outer.error.write(`-bash: ${environment.message}\n`);
    return 1;
  }
  if (command.subshell) return runList(command.subshell, environment, last);
  const words = command.words.map((word) => expanded(word, last));
  const start = words.findIndex((word) => !/^\w+=/.test(word));
  const [name, ...args] = start < 0 ? [] : words.slice(start);
  return name === undefined ? 0 : runProgram(name, args, environment);
}

export async function runProgram(name: string, args: string[], environment: Environment): Promise<number> {
  const program = environment.programs[name];
  if (program) return program(args, environment);
  environment.error.write(`-bash: ${name}: command not found\n`);
  return 127;
}

function redirected({ redirects }: Command, outer: Environment, last: number): Environment | RedirectError {
  const environment = { ...outer };
  for (const { operator, path } of redirects) {
    const file = expanded(path, last);
    if (operator === '2>&1') environment.error = environment.out;
    else if (operator === '<') {
      const text = outer.files.read(file);
      if (text === undefined) return new RedirectError(`${file}: No such file or directory`);
      environment.input = text;
    } else {
      const write = outer.files.open(file);
      if (!write) return new RedirectError(`${file}: No such file or directory`);
      environment[operator === '>' ? 'out' : 'error'] = { write };
    }
  }
  return environment;
}

/** Removes quotes, and replaces `$?` outside single quotes by the last exit status. */
function expanded(word: string, last: number): string {
  const parts = /'([^']*)'|"([^"]*)"|\\(.)|(\$\?)/g;
  return word.replace(parts, (...[, single, double, escaped]: (string | undefined)[]) => {
    return single ?? double?.replaceAll('$?', String(last)) ?? escaped ?? String(last);
  });
}
