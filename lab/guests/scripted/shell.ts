import { parseList, ShellSyntaxError, type Command, type List } from './shell-syntax.ts';

export interface Output {
  write(text: string): void;
}

/** What a program sees of the machine it runs on. */
export interface Environment {
  out: Output;
  error: Output;
  /** By path; all there is of a file system. */
  files: Map<string, string>;
  programs: Record<string, Program>;
}

/** Answers its exit status. */
export type Program = (args: string[], environment: Environment) => Promise<number> | number;

const NOWHERE: Output = { write: () => undefined };

/** Runs a line as a shell would; answers the exit status of its last command. */
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
  for (const { command, then } of list) {
    if (run) {
      const running = runCommand(command, environment, status);
      status = then === '&' ? 0 : await running;
    }
    run = then === '&&' ? status === 0 : then === '||' ? status !== 0 : true;
  }
  return status;
}

async function runCommand(command: Command, outer: Environment, last: number): Promise<number> {
  const environment = redirected(command, outer, last);
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

function redirected({ redirects }: Command, outer: Environment, last: number): Environment {
  const environment = { ...outer };
  for (const { operator, path } of redirects) {
    if (operator === '2>&1') environment.error = environment.out;
    else environment[operator === '>' ? 'out' : 'error'] = opened(expanded(path, last), outer.files);
  }
  return environment;
}

function opened(path: string, files: Map<string, string>): Output {
  if (path === '/dev/null') return NOWHERE;
  files.set(path, '');
  return {
    write: (text) => {
      files.set(path, (files.get(path) ?? '') + text);
    },
  };
}

/** Takes quotes off, and puts the last exit status in place of `$?` outside single quotes. */
function expanded(word: string, last: number): string {
  const parts = /'([^']*)'|"([^"]*)"|\\(.)|(\$\?)/g;
  return word.replace(parts, (...[, single, double, escaped]: (string | undefined)[]) => {
    return single ?? double?.replaceAll('$?', String(last)) ?? escaped ?? String(last);
  });
}
