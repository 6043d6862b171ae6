import { createHash } from 'node:crypto';
import type { Environment, Program } from './shell.ts';

/** Programs that read files or their piped input. */
export const textPrograms: Record<string, Program> = {
  '[': ([flag, path = ''], { files }) => (flag === '-f' && files.has(path) ? 0 : 1),
  cat: eachOf('cat', (text) => text),
  echo: (args, { out }) => {
    out.write(`${args.join(' ')}\n`);
    return 0;
  },
  head: sliced('head', (count, bytes) => (bytes ? firstBytes(count) : firstLines(count))),
  rm: (args, { files }) => {
    for (const path of args) if (!path.startsWith('-')) files.remove(path);
    return 0;
  },
  sha256sum: eachOf(
    'sha256sum',
    (text, path = '-') => `${createHash('sha256').update(text, 'utf8').digest('hex')}  ${path}\n`,
  ),
  tail: sliced('tail', (count, bytes) => (bytes ? lastBytes(count) : lastLines(count))),
  wc: ([flag, ...paths], environment) => {
    if (flag !== '-c') return misuse('wc', 'knows only -c', environment);
    const counted = (text: string, path?: string) => `${Buffer.byteLength(text)}${path ? ` ${path}` : ''}\n`;
    return eachOf('wc', counted)(paths, environment);
  },
};

/** Prints the result of `render` for each file, or for the input if no file is named. */
function eachOf(name: string, render: (text: string, path?: string) => string): Program {
  return (paths, { out, error, files, input }) => {
    if (paths.length === 0) out.write(render(input));
    let status = 0;
    for (const path of paths) {
      const text = files.read(path);
      if (text !== undefined) out.write(render(text, path));
      else {
        error.write(`${name}: ${path}: No such file or directory\n`);
        status = 1;
      }
    }
    return status;
  };
}

type Cut = (text: string) => string;

/** `-c COUNT` or `-n COUNT`, then files. */
function sliced(name: string, cut: (count: string, bytes: boolean) => Cut): Program {
  return ([unit = '', count = '', ...paths], environment) => {
    if ((unit !== '-c' && unit !== '-n') || !/^\+?\d+$/.test(count)) {
      return misuse(name, 'knows only -c and -n with a number', environment);
    }
    return eachOf(name, cut(count, unit === '-c'))(paths, environment);
  };
}

function misuse(name: string, reason: string, { error }: Environment): number {
  error.write(`${name}: SIMULATED guest ${reason}\n`);
  return 1;
}

function firstBytes(count: string): Cut {
  return (text) => Buffer.from(text).subarray(0, Number(count)).toString();
}

/** `+N`: from the Nth byte on, counted from 1. */
function lastBytes(count: string): Cut {
  const from = (data: Buffer) => (count.startsWith('+') ? Number(count) - 1 : data.length - Number(count));
  return (text) => {
    const data = Buffer.from(text);
    return data.subarray(Math.max(0, from(data))).toString();
  };
}

function firstLines(count: string): Cut {
  return (text) => linesOf(text).slice(0, Number(count)).join('');
}

function lastLines(count: string): Cut {
  return (text) => {
    const lines = linesOf(text);
    const from = count.startsWith('+') ? Number(count) - 1 : lines.length - Number(count);
    return lines.slice(Math.max(0, from)).join('');
  };
}

function linesOf(text: string): string[] {
  return text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
}
