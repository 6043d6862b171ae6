// SPDX-License-Identifier: Apache-2.0
import { createHash } from 'node:crypto';
import type { Program, ProgramContext } from './shell.ts';

/** Programs that read files or their input. */
export const textPrograms: Record<string, Program> = {
  '[': ([flag, path = ''], { files }) => (flag === '-f' && files.has(path) ? 0 : 1),
  cat: eachOf('cat', (text) => text),
  echo: (args, { out }) => {
    out.write(`${args.join(' ')}\n`);
    return 0;
  },
  head: excerptProgram('head', (count, bytes) => (bytes ? firstBytes(count) : firstLines(count))),
  rm: (args, { files }) => {
    for (const path of args) if (!path.startsWith('-')) files.remove(path);
    return 0;
  },
  sha256sum: eachOf(
    'sha256sum',
    (text, path = '-') => `${createHash('sha256').update(text, 'utf8').digest('hex')}  ${path}\n`,
  ),
  tail: excerptProgram('tail', (count, bytes) => (bytes ? lastBytes(count) : lastLines(count))),
  wc: ([flag, ...paths], context) => {
    if (flag !== '-c') return misuse('wc', 'supports only -c', context);
    const counted = (text: string, path?: string) => `${Buffer.byteLength(text)}${path ? ` ${path}` : ''}\n`;
    return eachOf('wc', counted)(paths, context);
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

type Excerpt = (text: string) => string;

/** Returns a program that prints an excerpt of each file. Its arguments: `-c COUNT` (bytes) or `-n COUNT` (lines), then files. */
function excerptProgram(name: string, excerpt: (count: string, bytes: boolean) => Excerpt): Program {
  return ([unit = '', count = '', ...paths], context) => {
    if ((unit !== '-c' && unit !== '-n') || !/^\+?\d+$/.test(count)) {
      return misuse(name, 'supports only -c and -n with a number', context);
    }
    return eachOf(name, excerpt(count, unit === '-c'))(paths, context);
  };
}

function misuse(name: string, reason: string, { error }: ProgramContext): number {
  error.write(`${name}: SIMULATED guest ${reason}\n`);
  return 1;
}

function firstBytes(count: string): Excerpt {
  return (text) => Buffer.from(text).subarray(0, Number(count)).toString();
}

/** A count of `+N` selects everything from byte N on; the first byte is 1. */
function lastBytes(count: string): Excerpt {
  const from = (data: Buffer) => (count.startsWith('+') ? Number(count) - 1 : data.length - Number(count));
  return (text) => {
    const data = Buffer.from(text);
    return data.subarray(Math.max(0, from(data))).toString();
  };
}

function firstLines(count: string): Excerpt {
  return (text) => linesOf(text).slice(0, Number(count)).join('');
}

function lastLines(count: string): Excerpt {
  return (text) => {
    const lines = linesOf(text);
    const from = count.startsWith('+') ? Number(count) - 1 : lines.length - Number(count);
    return lines.slice(Math.max(0, from)).join('');
  };
}

function linesOf(text: string): string[] {
  return text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
}
